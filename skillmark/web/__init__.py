"""The program interfaces of the site: VC-API, its description, and the conformance mode."""

from skillmark.web.conformance_routes import ConformanceDeps, create_conformance_routes
from skillmark.web.vc_api import VcApiDeps, create_vc_api, install_vc_api

__all__ = ["ConformanceDeps", "VcApiDeps", "create_conformance_routes", "create_vc_api", "install_vc_api"]
