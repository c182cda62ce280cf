"""`/generate` for programs: a prompt becomes files, each with its recipe inside. `/schema`: what a recipe may say.

from gradio_client import Client
files, recipes = Client("http://127.0.0.1:7860").predict(prompt="red apple", w=3, api_name="/generate")
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
from collections.abc import Callable

import gradio as gr

from ..engine import Engine
from ..history import Histories
from ..page.files import Files
from ..recipe import Recipe
from .notes import data
from .sending import sending, sent

BASE = Recipe()


def add(demo: gr.Blocks, engine: Engine, files: Files, histories: Histories) -> None:
    """Give the page the endpoints `/generate` and `/schema`."""
    gr.api(
        generator(engine, files, histories),
        api_name="generate",
        concurrency_id="engine",
        concurrency_limit=1,
    )
    gr.api(schema, api_name="schema", queue=False)


def schema() -> dict:
    """The JSON schema of a recipe, which is also what /generate takes: of each field, rule, pull and sampler its type,
    range or choices, default, label and help.
    """
    return Recipe.schema()


def generator(engine: Engine, files: Files, histories: Histories) -> Callable:
    """The function behind `/generate`. files: those it gives; histories: take the pictures that it cannot give."""

    def generate(
        request: gr.Request,
        prompt: str = BASE.prompt,
        style: str = BASE.style,
        category: str = BASE.category,
        w: float = BASE.w,
        gamma_classifier: float = BASE.gamma_classifier,
        gamma_clip: float = BASE.gamma_clip,
        sampler: str = BASE.sampler,
        eta: float = BASE.eta,
        steps: int = BASE.steps,
        seeds: list[int] | str = list(BASE.seeds),  # noqa: B006 (never changed)
        negative_prompt: str = BASE.negative_prompt,
        world: str = BASE.world,
        upsample: bool = BASE.upsample,
        rule: dict | str = "",
        pulls: list[dict] | str = [],  # noqa: B006 (never changed)
        sampler_options: dict | str = "",
        variance: str = BASE.variance,
        route: str = BASE.route,
        conditions: list[dict] | str = [],  # noqa: B006 (never changed)
        version: int = BASE.version,
        revision: str = "",
        notes: list[dict] = [],  # noqa: B006 (never changed)
    ) -> tuple[list[gr.FileData], list[dict]]:
        """Pictures drawn with guidance, one for each seed.

        prompt: what to draw, in English or Chinese; empty for anything. style: a hand such as "flat"; empty
        for any. category: the class for classifier guidance; empty for what the prompt says. w:
        classifier-free strength from -1 (unconditional) over 0 (conditional) upwards. gamma_classifier,
        gamma_clip: strength of the two gradients; 0 is off. sampler: the name of one, "DDIM" or "Heun". eta: noise in
        DDIM from 0 to 1. steps: 1 to 250. seeds: a list, or "4 from 100". world: the model that draws, "emoji"
        or another that is there. upsample: twice the side, by a second model. rule: what w is the strength of, a name
        or {"name": "Projected", "eta": 0.2}, also inside another: {"name": "Interval", "low": 0.2, "high": 0.8, "rule":
        {"name": "Projected"}}; classifier-free where it is left out. pulls: further gradients, [{"name": "Colour",
        "gamma": 1, "colour": "#e02020"}]. sampler_options: those of the sampler beyond eta, variance and route,
        {"variable": "angle"}. conditions: what is drawn or shown, [{"name": "ControlNet", "kind": "mask", "drawn": True,
        "images": ["data:image/png;base64,..."]}], with "strength", "start" and "end"; pictures of any size, as PNG, JPEG or
        WebP, of which a small square goes into the recipe; "GlobalPrompt" is a picture to be like. `/schema` says all
        names, options and ranges, as the last tab of the page does. version, revision: of the studio and the world that
        wrote a recipe, so that any recipe that is returned can be given again; notes: its own, which are not read.
        Returns PNG files with the recipe inside, and the recipes, each with its "notes": what had no effect, or another one
        than its words say, as /notes tells before. Equal recipes give equal pixels, all seeds of a call together. A recipe
        that is returned is of one seed: drawn alone, its picture is at most one level of 255 off, in at most one value in a
        hundred, since few rows are rounded otherwise than many.
        """
        raw = dict(
            prompt=prompt,
            style=style,
            category=category,
            w=w,
            gamma_classifier=gamma_classifier,
            gamma_clip=gamma_clip,
            sampler=sampler,
            eta=eta,
            steps=steps,
            seeds=seeds,
            negative_prompt=negative_prompt,
            world=world,
            upsample=upsample,
            rule=rule,
            pulls=pulls,
            sampler_options=sampler_options,
            variance=variance,
            route=route,
            conditions=conditions,
            version=version,
            revision=revision,
        )
        recipe = Recipe.parse(raw)
        for frame in engine.run(recipe):  # noqa: B007 (the last one is used)
            yield [], []
        singles = [recipe.but(seeds=(seed,)).stamped() for seed in recipe.seeds]
        drawn = list(zip(singles, frame.pictures, strict=True))
        with sending(request, histories, [(recipe, frame.pictures, frame.scores)]):
            made = [sent(files, f"seed-{one.seeds[0]}.png", one.to_png(picture)) for one, picture in drawn]
        told = data([recipe], frame.notes)
        yield made, [one.as_dict() | {"notes": told} for one in singles]

    return generate
