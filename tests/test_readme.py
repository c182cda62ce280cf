"""What the README tells a reader to type, call or open is there: its commands, snippets, names and paths."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS, WRAPPERS
from pipelines import __all__ as exported

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "pipelines" / "training" / "README.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.S)


def modules(text: str) -> set[str]:
    """Modules that are run by name, without those of other packages and the loop over networks."""
    return {
        name for name in re.findall(r"-m ((?:pipelines|studio|tests)[\w.]*\w)", text) if not name.endswith("training")
    }


@pytest.mark.parametrize("name", sorted(modules(README) | modules(GUIDE)))
def test_every_command_is_a_module(name):
    found = find_spec(name)
    assert found is not None, name
    package = found.submodule_search_locations
    source = Path(package[0]) / "__main__.py" if package else Path(found.origin)
    assert "__main__" in source.name or '__name__ == "__main__"' in source.read_text("utf-8")


def test_every_option_of_a_command_is_declared():
    """`--minutes` and its like: some source of this repository declares it."""
    declared = "\n".join(p.read_text("utf-8") for p in ROOT.glob("*.py"))
    declared += "\n".join(
        p.read_text("utf-8") for folder in ("pipelines", "studio") for p in (ROOT / folder).rglob("*.py")
    )
    of_others = {"--depth", "--index-url", "--repo-type"}  # of git, pip and hf
    options = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", README.partition("\n---\n")[2])) - of_others
    assert {"--help", "--clip", "--history"} <= options
    assert not [option for option in options - {"--help"} if f'"{option}"' not in declared]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[text.splitlines()[0][:40] for text in SNIPPETS])
def test_every_snippet_is_python_and_its_names_are_exported(snippet):
    tree = ast.parse(snippet)
    ours = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "pipelines"]
    assert {alias.name for node in ours for alias in node.names} <= set(exported)


def test_the_tables_of_names_are_the_registries():
    rows = {
        cells[0]: set(re.findall(r"`(\w+)`", cells[1]))
        for cells in re.findall(r"^\| ([a-z ]+) \| (`.*) \|$", README, re.M)
    }
    assert rows == {
        "rules": set(RULES) - set(WRAPPERS),
        "around a rule": set(WRAPPERS),
        "conditions": set(CONDITIONS),
        "pulls": set(PULLS),
        "samplers": set(SAMPLERS),
    }


def test_every_endpoint_is_served():
    served = "\n".join(
        p.read_text("utf-8") for p in (ROOT / "studio").rglob("*.py") if p.name == "api.py" or p.parent.name == "api"
    )
    told = set(re.findall(r"`/(\w+)`|api_name=\"/(\w+)\"", README))
    names = {first or second for first, second in told}
    assert names == {"generate", "schema", "trajectory", "sweep", "metrics", "compare", "notes", "zero_shot"}
    assert not [name for name in names if not re.search(rf"\bendpoint\({name}\b", served)]


def test_every_path_is_there():
    linked = re.findall(r"\]\(([^)#\s]+)\)", README)
    written = re.findall(r"`((?:assets|pipelines|studio|tests)/[\w./-]*)`", README)
    paths = [path for path in (*linked, *written) if "://" not in path]
    assert len(paths) > 8
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_a_space_can_read_the_header():
    """The fields of a Hugging Face Space: its gradio is one that requirements.txt allows, its description short enough."""
    header = dict(line.split(": ", 1) for line in README.split("---\n")[1].strip().splitlines())
    wanted = re.search(r"^gradio>=(\d+)\.(\d+),<(\d+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    major, minor, below = map(int, wanted.groups())
    version = tuple(map(int, header["sdk_version"].split(".")))
    assert (major, minor) <= version[:2] < (below, 0)
    assert (
        header["sdk"] == "gradio" and (ROOT / header["app_file"]).is_file() and len(header["short_description"]) <= 60
    )
