"""`/trajectory` for programs: one run opened up, as numbers of every step and a film.

from gradio_client import Client
run, film = Client("http://127.0.0.1:7860").predict(prompt="red apple", w=3, seeds=[4], api_name="/trajectory")
print(run["levels"][0]["level"], run["numbers"]["difference"][0])
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
from collections.abc import Callable

import gradio as gr

from ...api.generate import BASE
from ...api.notes import data
from ...api.sending import sending, sent
from ...engine import Engine
from ...page.files import Files
from ...recipe import Recipe, RecipeError
from .film import FORMATS
from .trace import Trace, seed_of, tracing
from .view import trajectory as as_data

FILMS = ("", *FORMATS)


def add(demo: gr.Blocks, engine: Engine, files: Files) -> None:
    """Give the page the endpoint `/trajectory`."""
    gr.api(
        tracer(engine, files),
        api_name="trajectory",
        concurrency_id="engine",
        concurrency_limit=1,
    )


def tracer(engine: Engine, files: Files) -> Callable:
    """The function behind `/trajectory`. files: those it gives."""

    def trajectory(
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
        seeds: list[int] | str = [0],  # noqa: B006 (never changed)
        negative_prompt: str = BASE.negative_prompt,
        world: str = BASE.world,
        rule: dict | str = "",
        pulls: list[dict] | str = [],  # noqa: B006 (never changed)
        sampler_options: dict | str = "",
        variance: str = BASE.variance,
        route: str = BASE.route,
        seed: int | None = None,
        film: str = "gif",
        upsample: bool = BASE.upsample,
        conditions: list[dict] | str = [],  # noqa: B006 (never changed)
        version: int = BASE.version,
        revision: str = "",
        notes: list[dict] = [],  # noqa: B006 (never changed)
    ) -> tuple[dict, gr.FileData]:
        """One run opened up: what happens at every step, and a film of it.

        All parameters but seed and film are those of /generate, and the pictures are the same to the bit; what upsample adds
        comes after the run and is not in it. seed: the one of seeds that the film shows; the first where it is left out.
        film: "gif", "mp4", or "" for none.
        Returns the run and the film's file. Of the run: "levels", for each step and for the finished picture a, b,
        level = 2/π atan(b/a), sigma = b/a and log_snr; "numbers", name -> steps × seeds, null where there is none:
        difference ‖ε_c − ε_φ‖, their cosine, change ‖ε̂ − ε_c‖ by the rule, pull b‖γ∇‖, pull_cosine with the score, the
        probability of the class of x̂0 by judge and guide and of x_t by guide_noised, clip_score and variance of x̂0;
        "notes", as of /generate; "frames", the steps in the film; "calls" and "extra_calls" of the network, of the run and to observe it.
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
            rule=rule,
            pulls=pulls,
            sampler_options=sampler_options,
            variance=variance,
            route=route,
            upsample=upsample,
            conditions=conditions,
            version=version,
            revision=revision,
        )
        recipe = Recipe.parse(raw)
        shown = seed_of(recipe, seed)
        _check_film(film)
        for trace, _ in engine.stream(tracing(engine.world(recipe.world), recipe, shown)):  # noqa: B007 (the last)
            yield {}, None
        with sending(request):
            file = _file(trace, film, files)
        yield as_data(trace) | {"notes": data([recipe], trace.notes)}, file

    return trajectory


def _check_film(film: str) -> None:
    if film not in FILMS:
        raise RecipeError("film", str(film)[:40], f"one of {', '.join(map(repr, FILMS))}")
    if film and (missing := FORMATS[film].missing):
        raise RecipeError("film", film, f"'gif': the package {missing} is not installed; pip install {missing}")


def _file(trace: Trace, film: str, files: Files) -> gr.FileData | None:
    if not film:
        return None
    return sent(files, f"inside-seed-{trace.seed}.{film}", FORMATS[film].write(trace))
