"""The order of the house: imports run one way, and files stay small."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for folder in ("pipelines", "studio") for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Modules that a file imports, anywhere in it, by their whole names."""
    package, found = path.relative_to(ROOT).with_suffix("").parts[:-1], set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def within(names: set[str], *packages: str) -> set[str]:
    return {name for name in names if any(name == each or name.startswith(each + ".") for each in packages)}


IMPORTS = {path.relative_to(ROOT).as_posix(): imported(path) for path in FILES}


def test_the_library_knows_no_page():
    assert not {file: bad for file, names in IMPORTS.items()
                if file.startswith("pipelines/") and (bad := within(names, "gradio", "studio", "app"))}


@pytest.mark.parametrize("kind", ["guidance", "samplers", "conditions"])
def test_rules_samplers_and_conditions_know_neither_each_other_nor_the_pipeline(kind):
    others = [f"pipelines.{other}" for other in ("guidance", "samplers", "conditions") if other != kind]
    assert not {file: bad for file, names in IMPORTS.items() if file.startswith(f"pipelines/{kind}/")
                and (bad := within(names, *others, "pipelines.guided", "pipelines.cascade", "pipelines.worlds"))}


def test_only_what_builds_the_page_imports_gradio():
    allowed = ("studio/panels/", "studio/wiring/", "studio/api/")
    found = {file for file, names in IMPORTS.items() if within(names, "gradio") and not file.startswith(allowed)}
    assert found <= {"studio/theme.py", "studio/words/__init__.py"}  # its themes, and its translations


def test_files_hold_one_idea():
    files = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "studio").rglob("*.js")]
    assert not {path.name: n for path in files if (n := len(path.read_text("utf-8").splitlines())) > 400}


def test_everything_public_of_the_library_says_what_it_is():
    """A docstring for every module, class, function and method; a method that another class documents inherits it."""
    files = [path for path in (ROOT / "pipelines").rglob("*.py") if "training" not in path.parts]
    told, untold = {"forward", "backward"}, set()  # of autograd's functions
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree):
            untold.add(path.name)
        inside = {child for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for child in node.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node not in inside and not node.name.startswith("_"):
                (told if ast.get_docstring(node) else untold).add(node.name)
    assert untold - told == set()
