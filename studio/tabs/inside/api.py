"""`/trajectory` and `/zero_shot` for programs: one run opened up, as numbers of every step and a film, and any picture read.

from gradio_client import Client
run, film = Client("http://127.0.0.1:7860").predict(prompt="red apple", w=3, seeds=[4], api_name="/trajectory")
print(run["levels"][0]["level"], run["numbers"]["difference"][0])
"""

# No `from __future__ import annotations` here: gradio reads these type hints as they are.
from typing import Literal

import gradio as gr

from ...api.endpoint import ORDER, endpoint, sending, sent
from ...api.notes import data
from ...engine import Engine
from ...page.files import Files
from ...recipe import Recipe, RecipeError
from .film import FORMATS
from .reading import Question, read
from .trace import Trace, seed_of, tracing
from .view import trajectory as as_data

FILMS = ("", *FORMATS)
LAST = ORDER.index("conditions")
PLACES = (*(name for name in ORDER[:LAST] if name != "upsample"), "seed", "film", "upsample", *ORDER[LAST:])


def add(engine: Engine, files: Files) -> None:
    """Give the page the endpoints `/trajectory` and `/zero_shot`. files: those it gives."""

    def trajectory(
        request: gr.Request,
        recipe: Recipe,
        seed: int | None = None,
        film: Literal[FILMS] = "gif",
    ) -> tuple[dict, gr.FileData]:
        """One run opened up: what happens at every step, and a film of it.

        All parameters but seed and film are those of /generate, and the pictures are the same to the bit; what upsample adds
        comes after the run and is not in it. Returns the run and the film's file. Of the run: "levels", for each step and
        for the finished picture a, b, level = 2/π atan(b/a), sigma = b/a and log_snr; "numbers", name -> steps × seeds, null
        where there is none: difference ‖ε_c − ε_φ‖, their cosine, change ‖ε̂ − ε_c‖ by the rule, pull b‖γ∇‖, pull_cosine
        with the score, the probability of the class of x̂0 by judge and guide and of x_t by guide_noised, clip_score and
        variance of x̂0; "notes", as of /generate; "frames", the steps in the film; "calls" and "extra_calls" of the network,
        of the run and to observe it.

        Args:
            seed: The one of seeds that the film shows; the first where it is left out.
            film: Its format; empty for none.
        """
        shown = seed_of(recipe, seed)
        _check_film(film)
        for trace, _ in engine.stream(tracing(engine.world(recipe.world), recipe, shown)):  # noqa: B007 (the last)
            yield {}, None
        with sending(request):
            file = _file(trace, film, files)
        yield as_data(trace) | {"notes": data([recipe], trace.notes)}, file

    def zero_shot(
        request: gr.Request,
        picture: str = "",
        sentences: list[str] | str = "",
        world: str = "emoji",
        noise: float = 0.0,
    ) -> dict:
        """Which of your own sentences fits a picture best, by the CLIPs of a world, without any training for it.

        Returns "sentences" and for each its probability, which sum to 1: "guide", by the CLIP that guides, which was trained
        on noised pictures, and "judge", by the one that only judges and never saw noise; of one that a world lacks there is
        none.

        Args:
            picture: Any picture, as the text "data:image/png;base64,...".
            sentences: At most 12, such as "a red apple"; also a text of one a line.
            world: Whose CLIPs read.
            noise: Put on the picture first, from 0, none, to 1, noise alone.
        """
        yield read(engine, Question(picture, sentences, world, noise))

    endpoint(trajectory, PLACES, seeds=[0])
    endpoint(zero_shot)


def _check_film(film: str) -> None:
    if film not in FILMS:
        raise RecipeError("film", str(film)[:40], "one_of", names=", ".join(map(repr, FILMS)))
    if film and (missing := FORMATS[film].missing):
        raise RecipeError("film", film, "package", name=missing)


def _file(trace: Trace, film: str, files: Files) -> gr.FileData | None:
    if not film:
        return None
    return sent(files, f"inside-seed-{trace.seed}.{film}", FORMATS[film].write(trace))
