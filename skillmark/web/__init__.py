"""The program interfaces of the site: VC-API, its description, and the conformance mode."""

from skillmark.web.conformance_routes import ConformanceDeps, create_conformance_routes
from skillmark.web.quick_door import QuickDoor
from skillmark.web.vc_api import VcApiDeps, compose_endpoints, create_vc_api, install_vc_api

__all__ = [
    "ConformanceDeps",
    "QuickDoor",
    "VcApiDeps",
    "compose_endpoints",
    "create_conformance_routes",
    "create_vc_api",
    "install_vc_api",
]
