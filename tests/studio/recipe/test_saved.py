"""Recipes as JSON, in links, PNGs and files: given back, or refused."""

import io
import json
import struct
import zlib
from dataclasses import fields

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.recipe import FIELDS, Recipe, RecipeError
from tests.studio.recipe.test_recipe import any_recipe

PICTURE = Image.new("RGB", (8, 8), "white")


@pytest.mark.parametrize("number", range(60))
def test_every_form_gives_the_recipe_back(number):
    recipe = any_recipe(number)
    assert Recipe.from_json(recipe.to_json(), budget=None) == recipe
    assert Recipe.from_query(recipe.to_query(), budget=None) == recipe
    assert Recipe.from_png(recipe.to_png(PICTURE), budget=None) == recipe
    assert Recipe.from_json(recipe.to_json(), budget=None).hash == recipe.hash


def test_json_holds_every_field_in_order():
    assert tuple(json.loads(Recipe().to_json())) == tuple(f.name for f in fields(Recipe))
    assert tuple(Recipe().flat()) == FIELDS


@pytest.mark.parametrize(
    "query",
    [
        "w=nan",
        "w=inf",
        "w=1_0",
        "w=",
        "w=0x10",
        "w=1e400",
        "w=٣",
        "steps=2.5",
        "steps=1e9",
        "w=1&w=2",
        "seeds=",
        "x=1",
        "w=" + "9" * 4000,
        "prompt=" + "x" * 20_000,
        "a=1&" * 200,
        "sampler=ddim",
    ],
)
def test_bad_queries(query):
    with pytest.raises(RecipeError):
        Recipe.from_query(query)


def test_query_may_be_a_mapping_and_skips_what_belongs_to_the_page():
    assert Recipe.from_query({"w": "3", "steps": "8", "__theme": "dark"}) == Recipe(w=3, steps=8)
    assert Recipe.from_query("?w=3.0&steps=8.0") == Recipe(w=3, steps=8)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"w": NaN}',
        '{"w": Infinity}',
        '{"w": 1e999}',
        '{"w": 1, "w": 2}',
        '{"w": ' + "9" * 5000 + "}",
        "[" * 10_000,
        " " * 20_000,
        None,
        b"{}",
        '{"seeds": [true]}',
    ],
)
def test_bad_json(content):
    with pytest.raises(RecipeError):
        Recipe.from_json(content)


def png_with(text, size=(8, 8)):
    info, file = PngInfo(), io.BytesIO()
    info.add_itxt("recipe", text)
    Image.new("1", size).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def bomb():
    """A PNG that claims 60000 x 60000 pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    text = b"recipe\0\0\0\0\0" + Recipe().to_json().encode()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"iTXt", text) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )


def jpeg():
    file = io.BytesIO()
    PICTURE.save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"x" * 100,
        png_with("{}")[:60],
        png_with("not json"),
        png_with('{"w": 99}'),
        png_with("x" * 2_000_000),
        bomb(),
        jpeg(),
        b"x" * 21_000_000,
        None,
        "x",
        png_with("{}", (5000, 5000)),
    ],
)
def test_bad_pngs(content):
    with pytest.raises(RecipeError):
        Recipe.from_png(content)


def test_png_without_recipe_is_named():
    file = io.BytesIO()
    PICTURE.save(file, "PNG")
    with pytest.raises(RecipeError, match="without recipe"):
        Recipe.from_png(file.getvalue())
