"""Every refusal is a kind and values, and each kind has its phrase in English and Chinese: found by reading the source."""

import ast
import copy
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

from pipelines.declarations.options import Option, OptionError
from pipelines.declarations.phrases import ENGLISH, Phrase
from studio.page.status import problem
from studio.recipe import Recipe, RecipeError
from studio.recipe.faults import faults_of, refusal, together
from studio.words.refusals import CHINESE, LIBRARY, STUDIO, said
from tests.studio.recipe.test_recipe import BAD

ROOT = Path(__file__).resolve().parents[3]
TABLES = {ROOT / "pipelines/declarations/phrases.py", ROOT / "studio/words/refusals.py"}
PLACE = {"OptionError": 2, "RecipeError": 2, "PictureError": 1, "each_of": 3, "Phrase": 0}  # of the kind
# What is no language: quoted words, data, names of options and of formats.
NAMES = {
    "JSON",
    "PNG",
    "JPEG",
    "WebP",
    "GIF",
    "BMP",
    "TIFF",
    "PIL",
    "MB",
    "CPU",
    "CLIP",
    "ControlNet",
    "Adapter",
    "pip",
}
NAMES |= {"png", "json", "false", "true", "install", "ClassifierFree", "Space", "FOLDER", "ORG", "NAME", "clip"}
PLAIN = re.compile(r"'[^']*'|/\w+|\b\w*[\d_.]\w*\b|\{.*?\}")
CALLS = [
    pytest.param(node, name, id=f"{path.stem}:{node.lineno}")
    for folder in ("pipelines", "studio")
    for path in sorted({*(ROOT / folder).rglob("*.py")} - TABLES)
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call) and (name := getattr(node.func, "id", "")) in PLACE
]


def filled(phrase):
    """The names of the values in a phrase."""
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def english(text):
    """The English words in a text, names aside."""
    return [word for word in re.findall(r"[A-Za-z]{2,}", PLAIN.sub(" ", text)) if word not in NAMES]


def kinds_in(node):
    """The texts that an expression may be; none where it is no text itself."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=other):
            return [*kinds_in(body), *kinds_in(other)]
        case ast.JoinedStr() | ast.BinOp():
            return [ast.unparse(node)]
    return []


@pytest.mark.parametrize("node, name", CALLS)
def test_what_is_refused_is_a_kind_with_its_values(node, name):
    kind = node.args[PLACE[name]]
    for text in kinds_in(kind):
        assert text in ENGLISH, f"{text!r} is no kind: give it its phrases in studio/words/refusals.py"
        given = {each.arg for each in node.keywords}
        assert None in given or given == filled(ENGLISH[text])


@pytest.mark.parametrize("kind", ENGLISH)
def test_each_kind_is_said_whole_in_both_languages(kind):
    assert filled(ENGLISH[kind]) == filled(CHINESE[kind])
    assert not english(CHINESE[kind]), CHINESE[kind]


def test_each_kind_has_one_home_and_is_used():
    assert set(LIBRARY) | set(STUDIO) == set(ENGLISH) and not set(LIBRARY) & set(STUDIO)
    texts = {
        node.value
        for path in {*(ROOT / "studio").rglob("*.py"), *(ROOT / "pipelines").rglob("*.py")} - TABLES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert not {kind for kind in ENGLISH if kind not in texts and not kind.startswith("lacks ")}


def test_english_alone_is_no_refusal():
    with pytest.raises(KeyError):
        OptionError("w", 1, "numbers from 0 to 20")


@pytest.mark.parametrize("kind", ["number", "numbers", "texts", "pictures", "choice", "switch", "colour", "text"])
def test_every_kind_of_option_says_what_it_allows(kind):
    option = Option("name", 1, kind, -1.5, 20, choices=("a", "b"), max_length=200, max_count=4)
    assert option.allowed.kind in ENGLISH and not english(said("zh", option.allowed))


def test_a_phrase_is_its_english_and_keeps_what_it_is_made_of():
    phrase = Phrase("with_rule", allowed=Phrase("numbers", low=0, high=2.5), rule="Auto")
    assert phrase == "numbers from 0 to 2.5 with the rule Auto" == said("en", phrase)
    assert said("zh", phrase) == "0 到 2.5 的数（规则 Auto）" and said("zh", "as it is") == "as it is"
    for same in (pickle.loads(pickle.dumps(phrase)), copy.deepcopy(phrase)):
        assert same == phrase and same.kind == "with_rule" and same.values["allowed"].values == {"low": 0, "high": 2.5}


def test_messages_of_bad_values_are_whole():
    for field, value in BAD:
        with pytest.raises(RecipeError) as caught:
            Recipe.parse({field: value})
        for fault in faults_of(caught.value):
            told = refusal(fault, "zh").split(" = ", 1)[1]
            if field not in ("style", "category", "prompt", "negative_prompt"):  # labels and what was typed
                assert set(english(told)) <= {"dict", "nan", "inf", "None", "True", "cat", "DDIM", "DDPM"}, told


def test_several_are_told_in_one_language():
    error = together([OptionError(f"x{i}", Phrase("given_pictures", count=i), "pictures", most=0) for i in range(12)])
    assert refusal(error, "zh").startswith("x0 = 0 张图片 不可用；允许：至多 0 张图片。x1 = 1 张图片 不可用")
    assert refusal(error, "zh").endswith("另有 2 处。") and str(error) == refusal(error, "en")
    assert str(error).startswith("x0 = 0 pictures is not allowed; allowed: at most 0 pictures. x1")


def test_the_page_shows_both_and_escapes_them():
    shown = problem(OptionError("prompt", "<b>", "text", most=200))
    assert "&lt;b&gt;" in shown and "<b>" not in shown
    assert "text of at most 200 characters" in shown and "允许：至多 200 个字符的文字。" in shown
