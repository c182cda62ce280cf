"""`/notes` for programs: what of a recipe will have no effect, or another one than its words say, before it is drawn.

from gradio_client import Client
for note in Client("http://127.0.0.1:7860").predict(recipe={"prompt": "red apple", "w": 0.6, "rule": "CFGPlusPlus",
                                                            "sampler": "Heun"}, api_name="/notes"):
    print(note["key"], note["en"])
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
from collections.abc import Iterable

import gradio as gr

from ..recipe import Recipe
from ..recipe.beforehand import all_notes
from ..recipe.notes import Note, once
from ..recipe.prompts import unknown
from .endpoint import endpoint


def add() -> None:
    """Give the page the endpoint `/notes`."""
    endpoint(notes)


def notes(request: gr.Request, recipe: Recipe) -> list[dict]:
    """What there is to say of a recipe before it is drawn; nothing is drawn.

    Returns a note each: "key", what it is about ("control", "words", "steps" and the like), and the sentence, "en" and
    "zh": words that were not understood or do not fit into the model's context, controls that have no effect with these
    settings, rules that are another one with this sampler, windows that no step lies in. Every endpoint that draws says
    the same, and what only the pictures showed, under "notes" of its recipes, points or run.

    Args:
        recipe: Its fields, as /generate takes and returns them; those that are left out are at their defaults.
    """
    return [note.as_dict() for note in all_notes(recipe)]


def data(recipes: Iterable[Recipe], found: Iterable[Note]) -> list[dict]:
    """Notes of a run of some recipes as programs are told them, after the words that were not understood."""
    words = (each.note for recipe in recipes for each in unknown(recipe.prompt, recipe.world))
    return [note.as_dict() for note in once((*words, *found))]
