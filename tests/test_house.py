"""The order of the house: imports run one way, no circle, and files stay small."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = RULES | PULLS | SAMPLERS | CONDITIONS
FILES = sorted(path for folder in ("pipelines", "studio") for path in (ROOT / folder).rglob("*.py"))
# Imports run down this list. Rules, samplers and conditions stand on one floor: none imports another.
ORDER = (
    ("app",),
    ("studio.frame",),
    ("studio.tabs",),
    ("studio.api",),
    ("studio.page",),
    ("studio.history",),
    ("studio.sweeps",),
    ("studio.engine",),
    ("studio.recipe",),
    ("studio.rows",),
    ("studio.words",),
    ("pipelines.training",),
    ("pipelines.worlds",),
    ("pipelines.runs",),
    ("pipelines.evaluation",),
    ("pipelines.guidance", "pipelines.samplers", "pipelines.conditions"),
    ("pipelines.exact", "pipelines.flows"),
    ("pipelines.networks",),
    ("pipelines.process",),
    ("pipelines.declarations",),
    ("pipelines.lazy",),
)
# Where studio/ may call an entry by its name: words, presets and examples, and the forms of recipes up to version 3. This
# list only becomes shorter.
NAMED = {
    "studio/words",
    "studio/tabs/lab/presets.py",
    "studio/tabs/frontier/presets.py",
    "studio/recipe/flat.py",
    "studio/recipe/specs.py",
}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in (*FILES, ROOT / "app.py")}


def imported(path: Path) -> set[str]:
    """Modules that a file imports, anywhere in it, by their whole names."""
    package, found = path.relative_to(ROOT).with_suffix("").parts[:-1], set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                part = f"{module}.{alias.name}"
                found.add(part if part in MODULES else module)
    return found


IMPORTS = {name: imported(path) for name, path in MODULES.items()}


def within(names: set[str], *packages: str) -> set[str]:
    return {name for name in names if any(name == each or name.startswith(each + ".") for each in packages)}


def floor_of(module: str) -> int | None:
    return next((floor for floor, packages in enumerate(ORDER) if within({module}, *packages)), None)


def test_imports_run_one_way():
    faces = {"pipelines", "studio"}
    assert {name for name in MODULES if floor_of(name) is None} == faces
    found = {
        f"{name} -> {other}"
        for name, names in IMPORTS.items()
        for other in names
        if other in MODULES and not {name, other} & faces and floor_of(other) < floor_of(name)
    }
    assert not found


def circles() -> Iterator[set[str]]:
    """Sets of modules that import each other."""
    graph = {name: {other for other in names if other in MODULES} for name, names in IMPORTS.items()}

    def reached(start: str) -> set[str]:
        seen, ahead = set(), [start]
        while ahead:
            for other in graph[ahead.pop()] - seen:
                seen.add(other)
                ahead.append(other)
        return seen

    everything = {name: reached(name) for name in graph}
    for name, names in everything.items():
        if name in names:
            yield {name} | {other for other in names if name in everything[other]}


def test_no_module_imports_itself_by_way_of_others():
    assert not {" ".join(sorted(circle)) for circle in circles()}


def test_the_library_knows_no_page():
    assert not {
        name: bad
        for name, names in IMPORTS.items()
        if name.startswith("pipelines") and (bad := within(names, "gradio", "studio", "app"))
    }


@pytest.mark.parametrize("kind", ["guidance", "samplers", "conditions"])
def test_rules_samplers_and_conditions_know_neither_each_other_nor_the_pipeline(kind):
    others = [
        f"pipelines.{other}" for other in ("guidance", "samplers", "conditions", "runs", "worlds") if other != kind
    ]
    assert not {
        name: bad
        for name, names in IMPORTS.items()
        if name.startswith(f"pipelines.{kind}.") and (bad := within(names, *others))
    }


def test_only_what_builds_the_page_imports_gradio():
    allowed = ("studio.frame", "studio.page", "studio.tabs", "studio.api")
    found = {name for name, names in IMPORTS.items() if within(names, "gradio") and not within({name}, *allowed)}
    assert found <= {"studio.words"}  # its translations


def named(path: Path) -> Iterator[str]:
    """The entries of the registries that a file imports, or names in a text or in the key of one."""
    keys = re.compile(rf"(?:(?:rule|about|cost|source|option) )?({'|'.join(ENTRIES)})(?:_.*)?")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipelines"):
            yield from (alias.name for alias in node.names if alias.name in ENTRIES)
        elif isinstance(node, ast.Attribute) and node.attr in ENTRIES:
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := keys.fullmatch(node.value)):
            yield found[1]


def test_what_an_entry_does_the_entry_says():
    files = {path.relative_to(ROOT).as_posix(): path for path in FILES if "studio" in path.parts}
    found = {name: names for name, path in files.items() if (names := sorted(set(named(path))))}
    allowed = {name for name in found if any(name == each or name.startswith(each + "/") for each in NAMED)}
    assert {name: found[name] for name in found.keys() - allowed} == {}
    assert all(any(name.startswith(each) for name in found) for each in NAMED), "an exception that is none any more"


def test_files_hold_one_idea():
    files = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "studio").rglob("*.js")]
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in files}
    assert not {file for file, count in lines.items() if count > 300}


def test_the_code_is_formatted_and_without_lint():
    for arguments in (["check"], ["format", "--check"]):
        ran = subprocess.run([sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]


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
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and node not in inside
                and not node.name.startswith("_")
            ):
                (told if ast.get_docstring(node) else untold).add(node.name)
    assert untold - told == set()
