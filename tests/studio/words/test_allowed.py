"""Every error that our own code raises is told in Chinese, whole: found by reading the source."""

import ast
import itertools
import re
from pathlib import Path

import pytest

from pipelines.declarations.declared import REASONS
from pipelines.declarations.options import Option, OptionError
from pipelines.declarations.phrases import ENGLISH
from studio.page.status import problem, problem_pair
from studio.recipe import Recipe, RecipeError
from studio.recipe.values import SEEDS_ALLOWED
from studio.sweeps.axis import ALLOWED
from studio.tabs.lab.setting import WANTED
from studio.words.allowed import in_chinese
from tests.studio.recipe.test_recipe import BAD

ROOT = Path(__file__).resolve().parents[3]
API = {
    "api",
    "api.py",
    "absent.py",
    "clips.py",
}  # for programs and at the command line, which speak English
# What is no language: quoted words, data, names of options and of formats.
NAMES = {"JSON", "URL", "PNG", "MB", "png", "json", "gif", "pip", "install", "false", "true", "ClassifierFree", "CLIP"}
NAMES |= {"CPU", "ControlNet", "Adapter", "points", "prior", "lines", "picture", "at", "seed", "high", "end"}
PLAIN = re.compile(r"'[^']*'|\"[^\"]*\"|\{.*\}|\[.*\]|\b\w*[\d_.]\w*\b|\bname\d+\b")


def texts(node):
    """Every text that an expression may be, with names in place of what is filled in; none when it is not there."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            parts = [[part.value] if isinstance(part, ast.Constant) else [filling(part)] for part in values]
            return ["".join(each) for each in itertools.product(*parts)]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return ["".join(each) for each in itertools.product(texts(left) or [""], texts(right) or [""])]
        case ast.IfExp(body=body, orelse=other):
            return [*texts(body), *texts(other)]
    return []


def filling(part):
    source = ast.unparse(part.value)
    if part.conversion == ord("r") or "repr" in source:
        return "'x'"
    if re.search(r"further|sorted|choices", source):
        return "['x']"
    number = r"low|high|end|MAX|most|count|len|LOW|HIGH|PLANE|budget|\bw\b|VERSION|DIGITS|\bj\b|ord"
    return "7" if re.search(number, source) else "name1"


def raised():
    for folder in ("studio", "pipelines"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if API & set(path.parts) or "training" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                name = getattr(getattr(node, "func", None), "id", "")
                place = {"RecipeError": 2, "OptionError": 2, "each_of": 3}.get(name)
                if place is not None and len(node.args) > place:
                    for text in set(texts(node.args[place])) - set(ENGLISH):
                        yield pytest.param(text, id=f"{path.stem}:{node.lineno}:{text[:30]}")


def english(text):
    """The English words in a text, names aside."""
    return [word for word in re.findall(r"[A-Za-z]{2,}", PLAIN.sub(" ", text)) if word not in NAMES]


@pytest.mark.parametrize("text", raised())
def test_what_is_allowed_is_chinese(text):
    told = re.sub(r"[（(].*[)）]|字段.*", "", in_chinese(text))
    assert not english(told), f"{in_chinese(text)}: give it its phrases in studio/words/allowed.py"


@pytest.mark.parametrize("text", [SEEDS_ALLOWED, WANTED, ALLOWED, *REASONS.values()])
def test_so_are_the_longer_ones(text):
    told = in_chinese(text)
    assert re.search("[一-鿿]", told) and set(english(told)) <= {"T", "from", "by", "to", "and"}, told


@pytest.mark.parametrize("kind", ["number", "numbers", "texts", "pictures", "choice", "switch", "colour", "text"])
def test_and_those_of_every_kind_of_option(kind):
    option = Option("name", 1, kind, -1.5, 20, choices=("a", "b"), max_length=200, max_count=4)
    assert not english(in_chinese(option.allowed)), in_chinese(option.allowed)


def test_messages_of_bad_values_are_whole():
    for field, value in BAD:
        with pytest.raises(RecipeError) as caught:
            Recipe.parse({field: value})
        told = problem_pair(caught.value)[1].split(" = ", 1)[1]
        if field not in ("style", "category", "prompt", "negative_prompt"):  # labels and what was typed
            assert set(english(told)) <= {"from", "dict", "nan", "inf", "DDIM", "DDPM", "None", "True"}, told


def test_the_page_shows_both_and_escapes_them():
    shown = problem(OptionError("prompt", "<b>", "text", most=200))
    assert "&lt;b&gt;" in shown and "<b>" not in shown
    assert "text of at most 200 characters" in shown and "允许：至多 200 个字符的文字。" in shown
