"""`/sweep` and `/metrics` for programs: settings drawn and measured, as numbers with their intervals and sheets of
pictures.

from gradio_client import Client
client = Client("http://127.0.0.1:7860")
points, sheets = client.predict(recipe={"prompt": "red apple", "seeds": "8 from 0"},
                                axes=[{"option": "w", "values": [0, 1, 2, 4]}], api_name="/sweep")
figures = client.predict(recipes=[{"prompt": "red apple", "w": 2, "seeds": "16 from 0"}], api_name="/metrics")
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
from contextlib import closing
from itertools import chain
from typing import Literal

import gradio as gr

from ...api.endpoint import endpoint, sending, sent
from ...api.notes import data
from ...engine import Engine
from ...engine.clips import ALLOWED, WORLD, called, chosen, unread
from ...history import Histories
from ...page.files import Files
from ...recipe import Recipe, RecipeError
from ...recipe.beforehand import beforehand
from ...recipe.values import short
from ...sweeps import Cell, Curve, PictureCache, Sweep, measured, rows
from ...sweeps.grid import BUDGET
from .entered import columns
from .presets import curves_of, rules_sweep
from .view import sheet

Judge = Literal["", WORLD, *ALLOWED] | str


def add(engine: Engine, keep: PictureCache | None, files: Files, histories: Histories) -> None:
    """Give the page the endpoints `/sweep` and `/metrics`. files: those they give; histories: take the pictures that
    cannot be given.
    """

    def sweep(
        request: gr.Request,
        recipe: Recipe,
        axes: list[dict] = [],  # noqa: B006 (never changed)
        prompts: list[str] | str = [],  # noqa: B006 (never changed)
        rules: bool = False,
        clip: Judge = "",
    ) -> tuple[list[dict], list[gr.FileData]]:
        """Settings drawn with the same seeds and prompts, and measured.

        Returns a point a setting, with "curve", "values", "rule", "options", all that is not the same in every point,
        "prompts", "n", "recipes", "notes", as of `/notes`, "clip" and "figures", each of value, low and high of its 95 %
        interval and n; and a PNG a setting, a column a seed and a row a prompt. What was drawn before is not drawn again.
        Small sets are compared with no data: then those figures are not there.

        Args:
            recipe: The fields that all have, as /generate takes and returns them; those that are left out are at their
                defaults. Its seeds are drawn in every cell.
            axes: One or two options that move, [{"option": "w", "values": [0, 1, 2]}]; values may be text, "0 to 4 by 0.5".
                An option of a rule, pull or sampler is named by its path, "rule.eta", "pulls.0.gamma",
                "conditions.0.strength" or "sampler_options.variable".
            prompts: Drawn one after another in every cell, in place of the recipe's.
            rules: Five rules over each other, each along its own strength, instead of axes.
            clip: As in /metrics.
        """

        def plan() -> tuple[Sweep, list[str]]:
            if not isinstance(rules, bool) or rules and axes:
                raise RecipeError("rules", short(rules), "no_axes")
            if rules:
                return rules_sweep(recipe, prompts, BUDGET), [name for name, *_ in curves_of(recipe.world)]
            return Sweep.grid(recipe, axes, prompts), []

        judge = chosen(clip, engine.clip)
        job, names = plan()
        for found in _found(engine, job, keep, judge):
            yield [], []
        points = [
            {**row._asdict(), "values": dict(cell.values), **_point(cell, found[i][0], judge)}
            for i, (row, cell) in enumerate(zip(rows(job, names), job.cells, strict=True))
        ]
        with sending(
            request, histories, (each for i, cell in enumerate(job.cells) for each in columns(cell, *found[i][::-1]))
        ):
            sheets = [sheet(cell, found[i][1], "PNG") for i, cell in enumerate(job.cells)]
            made = [sent(files, f"point-{i}.png", content) for i, content in enumerate(sheets)]
        yield points, made

    def metrics(
        request: gr.Request,
        recipes: list[Recipe],
        clip: Judge = "",
    ) -> dict:
        """The measures of the pictures of some recipes, all together as one set.

        Pictures that were drawn before are not drawn again. Returns "n", "recipes", "notes", as `/notes`, "clip", and
        "figures": fidelity (agreement, confidence, clip_score, precision, density), diversity (distance, vendi, recall,
        coverage, class_entropy, style_entropy), distances to the data (frechet, kernel) and novelty (nearest, copies), each
        of value, low and high of its 95 % interval and n. Those that need more pictures than there are, or a judge that the
        world has not, are left out.

        Args:
            recipes: 1 to 64 of them, as /generate returns them, of one world; a recipe may have several seeds.
            clip: An open_clip model that judges the CLIP score, and distance and vendi on its embeddings; "world" for the
                world's own; left out, what the studio was started with.
        """

        def plan() -> Sweep:
            if len(drawn := sorted({each.world for each in recipes})) > 1:
                raise RecipeError("recipes", drawn, "one_world")
            joined: dict[Recipe, list[int]] = {}  # pictures of one recipe are of one prompt
            for each in recipes:
                joined.setdefault(each.but(seeds=(0,)), []).extend(each.seeds)
            whole = tuple(
                each.but(seeds=tuple(seeds[k : k + 16]))
                for each, seeds in joined.items()
                for seeds in [list(dict.fromkeys(seeds))]
                for k in range(0, len(seeds), 16)
            )
            return Sweep((Curve("", "other", (Cell((), whole),)),)).checked()

        judge, job = chosen(clip, engine.clip), plan()
        for found in _found(engine, job, keep, judge):
            yield {}
        yield _point(job.cells[0], found[0][0], judge)

    endpoint(sweep)
    endpoint(metrics)


def _found(engine: Engine, job: Sweep, keep: PictureCache | None, clip: str):
    """What there is so far, number of a cell -> figures and pictures; at the end of every cell."""
    found: dict[int, tuple] = {}
    with closing(measured(engine, job, keep, clip=clip)) as words:
        for word, figures in words:
            found |= {i: (figures[i], images) for i, images in word.cells.items()}
            yield found


def _point(cell: Cell, figures, clip: str) -> dict:
    return {
        "n": cell.n,
        "clip": called(clip) or WORLD,
        "notes": data(cell.recipes, (*chain.from_iterable(map(beforehand, cell.recipes)), *unread(cell.recipes, clip))),
        "recipes": [recipe.stamped().flat() for recipe in cell.recipes],
        "figures": {
            name: {"value": figure[0], "low": figure[1], "high": figure[2], "n": figure[3]}
            for name, figure in figures.items()
        },
    }
