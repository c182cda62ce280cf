"""`/compare` for programs: two recipes with the same seeds, their pictures, how far those are apart, and how the recipes
differ in words.

from gradio_client import Client
a, b, gaps, about = Client("http://127.0.0.1:7860").predict(
    a={"prompt": "red apple", "w": 0}, b={"prompt": "red apple", "w": 3}, seeds=[4], api_name="/compare")
print(about["words"]["en"], about["gaps"][0]["mean"])
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
import io

import gradio as gr

from ...api.endpoint import endpoint, sending, sent
from ...api.notes import data
from ...engine import Engine
from ...history import Histories
from ...page.files import Files
from ...recipe import Recipe, check_budget, parse_seeds
from ...recipe.described import differences
from ...words import LANGUAGES
from .difference import Difference, difference


def add(engine: Engine, files: Files, histories: Histories) -> None:
    """Give the page the endpoint `/compare`. files: those it gives; histories: take the pictures that it cannot give."""

    def compare(
        request: gr.Request,
        a: Recipe,
        b: Recipe,
        seeds: list[int] | str = [],  # noqa: B006 (never changed)
    ) -> tuple[list[gr.FileData], list[gr.FileData], list[gr.FileData], dict]:
        """Two recipes drawn with the same seeds, and what is different.

        Returns the PNG files of a, of b, and of |a − b|, one a seed, and what there is to say: "seeds"; "recipes", a's and
        b's; "words", how the recipes differ, "en" and "zh", a line each; "gaps", a seed each: factor, by which the
        difference is enlarged in its picture, mean and most of it from 0 to 255, share of the pixels that differ, and
        whether one was resized; "notes" of "a" and of "b", as /generate gives them.

        Args:
            a: Fields of a recipe, as /generate takes and returns them; those that are left out are at their defaults.
            b: Fields of the other one.
            seeds: Those of both, a list or "4 from 100"; a's where they are left out.
        """
        one = a if seeds in ([], "") else a.but(seeds=parse_seeds(seeds))
        recipes, last = (one, b.but(seeds=one.seeds)), {}
        check_budget(recipes)
        for side, frame in engine.columns(recipes):
            last[side] = frame
            yield [], [], [], {}
        pairs = list(zip(last[0].pictures, last[1].pictures, strict=True))
        found = [difference(*pair) for pair in pairs]
        drawn = [(recipe, last[side].pictures, last[side].scores) for side, recipe in enumerate(recipes)]
        with sending(request, histories, drawn):
            made = [
                [
                    sent(files, f"{name}-seed-{seed}.png", recipe.but(seeds=(seed,)).to_png(picture))
                    for seed, picture in zip(recipe.seeds, pictures, strict=True)
                ]
                for name, (recipe, pictures, _) in zip("ab", drawn, strict=True)
            ]
            numbers = zip(recipes[0].seeds, found, strict=True)
            gaps = [sent(files, f"gap-seed-{seed}.png", _png(each.image)) for seed, each in numbers]
        notes = {
            name: data([recipe], last[i].notes) for i, (name, recipe) in enumerate(zip("ab", recipes, strict=True))
        }
        yield *made, gaps, _about(*recipes, found) | {"notes": notes}

    endpoint(compare)


def _about(a: Recipe, b: Recipe, found: list[Difference]) -> dict:
    lines = {
        lang: [f"{each.label[i]}: {each.a[i]} → {each.b[i]}" for each in differences(a, b)]
        for i, lang in enumerate(LANGUAGES)
    }
    gaps = [
        {"seed": seed, **{name: getattr(each, name) for name in ("factor", "mean", "most", "share", "resized")}}
        for seed, each in zip(a.seeds, found, strict=True)
    ]
    recipes = [each.stamped().flat() for each in (a, b)]
    return {"seeds": list(a.seeds), "recipes": recipes, "words": lines, "gaps": gaps}


def _png(image) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
