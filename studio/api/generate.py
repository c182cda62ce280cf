"""`/generate` for programs: a prompt becomes files, each with its recipe inside. `/schema`: what a recipe may say.

from gradio_client import Client
files, recipes = Client("http://127.0.0.1:7860").predict(prompt="red apple", w=3, api_name="/generate")
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
import gradio as gr

from ..engine import Engine
from ..history import Histories
from ..page.files import Files
from ..recipe import Recipe
from .endpoint import ORDER, endpoint, sending, sent
from .notes import data


def add(engine: Engine, files: Files, histories: Histories) -> None:
    """Give the page the endpoints `/generate` and `/schema`. files: those it gives; histories: take the pictures that it
    cannot give.
    """

    def generate(request: gr.Request, recipe: Recipe) -> tuple[list[gr.FileData], list[dict]]:
        """Pictures drawn with guidance, one for each seed.

        All parameters are fields of a recipe; `/schema` says all names, options and ranges of rules, pulls, samplers and
        conditions, as the last tab of the page does. Returns PNG files with the recipe inside, and the recipes, each with
        its "notes": what had no effect, or another one than its words say, as /notes tells before. Equal recipes give
        equal pixels, all seeds of a call together. A recipe that is returned is of one seed: drawn alone, its picture is
        at most one level of 255 off, in at most one value in a hundred, since few rows are rounded otherwise than many.
        """
        for frame in engine.run(recipe):  # noqa: B007 (the last one is used)
            yield [], []
        singles = recipe.stamped().singles
        drawn = list(zip(singles, frame.pictures, strict=True))
        with sending(request, histories, [(recipe, frame.pictures, frame.scores)]):
            made = [sent(files, f"seed-{one.seeds[0]}.png", one.to_png(picture)) for one, picture in drawn]
        told = data([recipe], frame.notes)
        yield made, [one.flat() | {"notes": told} for one in singles]

    endpoint(generate, ORDER)
    endpoint(schema)


def schema(request: gr.Request) -> dict:
    """The JSON schema of a recipe, which is also what /generate takes: of each field, rule, pull and sampler its type,
    range or choices, default, label and help.
    """
    return Recipe.schema()
