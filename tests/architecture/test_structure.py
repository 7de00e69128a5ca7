"""Floors, fences, façades and sizes."""

from __future__ import annotations

import ast
import importlib
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from schemas import BadgeError, all_codes
from tests.architecture.source import (
    PACKAGES,
    ROOT,
    imported_modules,
    name_of,
    product_files,
    support_files,
    syntax_tree,
)

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

# Each third-party library and the only files that may import it.
FENCES: dict[str, tuple[str, ...]] = {
    "cryptography": ("keys/*",),
    "nacl": ("keys/sodium.py",),
    "pyld": (),  # an oracle of the tests (docs/adr/0011)
    "cbor2": ("credentials/cbor.py",),
    "jsonschema": ("schemas/schema_explanation.py",),
    "jsonschema_rs": ("schemas/schema_decision.py",),
    "orjson": ("schemas/plain_json.py",),
    "rfc3986_validator": ("schemas/formats.py",),
    "referencing": ("schemas/schema_explanation.py",),
    "yaml": ("schemas/yaml_reading.py",),
    "qrcode": ("credentials/qr_image.py",),
    "zxingcpp": ("credentials/qr_reading.py",),
    "PIL": (
        "credentials/qr_reading.py",
        "credentials/picture_reading.py",
        "credentials/badge_*.py",
        "credentials/qr_image.py",
    ),
    "defusedxml": ("credentials/svg_*.py",),
    "pypdf": ("credentials/pdf_reading.py",),
    "fpdf": ("pages/printed_sheet.py",),
    "python_calamine": ("issuer/sheets.py",),
    "xlsxwriter": ("schemas/workbook.py",),
    "sqlalchemy": ("storage/*", "*/tables.py", "*/*store.py", "issuer/*.py"),
    "alembic": ("storage/*",),
    "rfc8785": ("schemas/canonical_json.py",),
    "flask": ("pages/*", "*/web/*", "skillmark/site.py"),
    "flask_wtf": ("pages/*",),
    "limits": ("pages/rate_limits.py",),
    "babel": ("pages/*",),
    "markdown_it": ("pages/markdown.py",),
    "nh3": ("pages/markdown.py",),
    "argon2": ("pages/passwords.py", "issuer/web/passwords.py", "skillmark/passwords.py"),
    "granian": ("skillmark/server.py",),
    "click": ("skillmark/cli*.py", "skillmark/__main__.py"),
    "platformdirs": ("skillmark/settings.py",),
    "webauthn": ("keys/passkeys.py",),
    "authlib": ("issuer/oidc_requests.py",),
    "joserfc": ("issuer/oidc_tokens.py",),
}

RETIRED_WORDS = ("badge_class", "badgeclass", "issued_on", "issuedOn")
# The one module that reads Open Badges 2.0 may name the members of that version.
READER_OF_VERSION_2 = "verifier/ob2_reading.py"


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_ours(package: str) -> None:
    """The flat package names resolve to this repository, not to something installed."""
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent == ROOT / package


@pytest.mark.parametrize("library", FENCES)
def test_library_stays_behind_its_module(library: str) -> None:
    """A third-party library is imported only where its fence allows."""
    outside = [
        name_of(path)
        for path in product_files()
        if any(name.split(".")[0] == library for name in imported_modules(path))
        and not any(fnmatch(name_of(path), pattern) for pattern in FENCES[library])
    ]
    assert outside == []


def test_packages_meet_only_at_their_facades() -> None:
    """Across packages only `from package import Name` is used."""
    deep = [
        f"{name_of(path)} imports {name}"
        for path in product_files()
        for name in imported_modules(path)
        if name.split(".")[0] in PACKAGES
        and name.split(".")[0] != path.relative_to(ROOT).parts[0]
        and "." in name
        and name not in {"issuer.web", "verifier.web", "wallet.web"}
    ]
    assert deep == []


@pytest.mark.parametrize("package", [name for name in PACKAGES if name != "skillmark"])
def test_facade_names_exist_once(package: str) -> None:
    """`__all__` has no doubles and every name in it exists; its order is RUF022's to check."""
    module = importlib.import_module(package)
    # Read, not asked for: a test of the program may have loaded it lazily before.
    tree = syntax_tree(ROOT / package / "__init__.py")
    (names,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(module, name)] == []


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_file_holds_one_idea(path: Path) -> None:
    """No file is longer than 400 lines, no function longer than 60."""
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE_LINES
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in _functions(syntax_tree(path))
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("path", support_files(), ids=name_of)
def test_support_file_holds_one_idea(path: Path) -> None:
    """A test, a tool or a benchmark is held to the same length as what it is for."""
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE_LINES


# It gives whatever was raised to Flask, which raises it again and tells it as ever (ADR 0031).
HANDS_ON = {"skillmark/web/quick_door.py"}


def test_no_exception_is_swallowed() -> None:
    """No `except` block is empty, and none catches everything without raising again."""
    silent = []
    for path in product_files():
        for node in ast.walk(syntax_tree(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            empty = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if empty or (broad and not raises and name_of(path) not in HANDS_ON):
                silent.append(f"{name_of(path)}:{node.lineno}")
    assert silent == []


def _calls(tree: ast.AST, *names: str) -> set[ast.Call]:
    return {node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in names}


def test_processes_are_started_on_every_core() -> None:
    """A process that a request starts does not inherit the one core of requests (docs/adr/0034)."""
    others = [f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output")]
    others += [f"os.{name}" for name in ("fork", "system", "popen", "posix_spawn", "posix_spawnp")]
    started: set[ast.Call] = set()
    wide: set[ast.Call] = set()
    for path in product_files():
        tree = syntax_tree(path)
        started |= _calls(tree, "subprocess.Popen", "Popen", *others)
        for node in ast.walk(tree):
            if isinstance(node, ast.With) and any(_calls(item, "on_every_core") for item in node.items):
                wide |= _calls(node, "subprocess.Popen", "os.fork")
    assert len(wide) >= 4
    assert started == wide


def test_no_retired_words() -> None:
    """Open Badges 1 and 2 words are not used for Open Badges 3 things."""
    found = [
        f"{name_of(path)}: {word}"
        for path in product_files()
        if name_of(path) != READER_OF_VERSION_2
        for word in RETIRED_WORDS
        if re.search(rf"\b{word}\b", path.read_text("utf-8"))
    ]
    assert found == []


def test_no_grab_bag_modules() -> None:
    """No module is called utils, helpers or common."""
    assert [name_of(path) for path in product_files() if path.stem in {"utils", "helpers", "common", "misc"}] == []


def _raised_codes() -> dict[str, str]:
    """Return each code literal given to one of our errors or checks, with a place where it stands."""
    pattern = re.compile(r"^[a-z][a-z_0-9]*\.[a-z][a-z_0-9]*$")
    areas = {code.split(".")[0] for code in all_codes()}
    found: dict[str, str] = {}
    for path in product_files():
        for node in ast.walk(syntax_tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if not (name.endswith(("Error", "Check", "Problem", "Finding")) or name in {"passed", "failed"}):
                continue
            for argument in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "code")]:
                value = getattr(argument, "value", None)
                if isinstance(value, str) and pattern.match(value) and value.split(".")[0] in areas:
                    found.setdefault(value, f"{name_of(path)}:{node.lineno}")
    return found


def test_every_code_is_explained() -> None:
    """Each code that the source raises stands in the tables."""
    raised = _raised_codes()
    assert len(raised) > 50
    assert {code: place for code, place in raised.items() if code not in all_codes()} == {}


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_code_speaks_both_languages(code: str) -> None:
    """A code has a sentence in English and Spanish, and its file is named by its area."""
    info = all_codes()[code]
    assert info.en.strip()
    assert info.es.strip()
    assert info.en != info.es
    assert bool(info.next_en) == bool(info.next_es)
    assert (ROOT / "schemas" / "code_tables" / f"{code.split('.', maxsplit=1)[0]}.yaml").exists()


def test_error_tree_is_the_documented_one() -> None:
    """Every error class of the façade descends from BadgeError and stands in the drawing of the tree."""
    import schemas  # noqa: PLC0415

    drawing = (ROOT / "schemas" / "errors.py").read_text("utf-8").split('"""')[1]
    classes = [getattr(schemas, name) for name in schemas.__all__ if name.endswith("Error") and name != "YamlError"]
    assert classes
    for error in classes:
        assert issubclass(error, BadgeError)
        assert error.__name__ in drawing
