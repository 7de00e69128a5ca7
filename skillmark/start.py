"""Where the program begins: packages load what is asked of them and no more, ours of the lowest floor among them.

`schemas` holds what makes packages so, and would run whole if that were imported from it. So the file is loaded alone,
as processes of their own do that run it (docs/adr/0033). Nothing else of ours may be imported here.
"""

from __future__ import annotations

import importlib.util
import os
import sys

_MODULE = "schemas.lazy_facades"


def load_lazily() -> None:
    """Have every package of ours load lazily; those that are loaded already stay as they are."""
    if _MODULE not in sys.modules:
        package = importlib.util.find_spec("schemas")
        assert package is not None
        assert package.origin is not None
        file = os.path.join(os.path.dirname(package.origin), "lazy_facades.py")  # noqa: PTH118, PTH120 - pathlib costs start-up time
        spec = importlib.util.spec_from_file_location(_MODULE, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[_MODULE] = module
        spec.loader.exec_module(module)
    sys.modules[_MODULE].install_lazy_facades()


def main() -> None:
    """Run the program."""
    load_lazily()
    from skillmark.cli import main as run  # noqa: PLC0415 - not before

    run()
