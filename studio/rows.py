"""Where each row of the table of equations is switched on: `python -m studio.rows [en|zh]` prints the list.

The last tab of the page shows it too, and a test of the browser goes through it.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

from .words import LANGUAGES, WORDS, say

Step = str | tuple[str, str]  # what is pressed or moved; or a menu, and what is chosen in it


class Row(NamedTuple):
    """place: the tab, what is opened in it, and last the control, all by the keys of their words; () where it is missing."""

    number: int
    place: tuple[Step, ...]


def _plane(*place: Step) -> tuple[Step, ...]:
    return ("lab", "lab_plane", *place)


def _pull(name: str) -> tuple[Step, ...]:
    return ("play", "rule", ("place_0", f"rule {name}"))


_BY_CLASSIFIER = ("lab_pull", "rule Classifier")
_DDPM = ("lab_sampler", "rule DDPM")
_PATHS = ("lab", "lab_paths")

ROWS = (
    Row(1, ("lab", "lab_schedule", ("schedule_kind", "schedule_kind_linear"))),
    Row(2, ("lab", "lab_schedule", ("variance_of", "variance_of_beta"))),
    Row(3, ("lab", "lab_schedule", ("loss_of", "loss_of_eps"))),
    Row(4, ("lab", "lab_views", "lab_time")),
    Row(5, ("inside", "inside_trace")),
    Row(6, _plane(_DDPM)),
    Row(7, _plane(("lab_sampler", "rule DDIM"), "eta")),
    Row(8, _plane(("lab_sampler", "rule ReverseSDE"), "option ReverseSDE_noise")),
    Row(9, _plane(("lab_sampler", "rule Heun"))),
    Row(10, ("play", "sampling", ("sampler", "rule AMED"))),
    Row(11, ("lab", "lab_kernel", ("gradient_at", "gradient_at_mean"))),
    Row(12, _plane(_BY_CLASSIFIER, _DDPM, ("route", "choice mean"))),
    Row(13, _plane(_BY_CLASSIFIER, _DDPM, ("route", "choice score"))),
    Row(14, _plane(_BY_CLASSIFIER, ("option Classifier_tempering", "choice normalised"))),
    Row(15, ("play", "columns", "gamma_clip")),
    Row(16, (*_pull("Semantic"), "option Semantic_weights")),
    Row(17, _plane(_BY_CLASSIFIER, ("option Classifier_encoder", "choice clean"))),
    Row(18, _pull("Style")),
    Row(19, _pull("Colour")),
    Row(20, ("play", "columns", "gamma_classifier")),
    Row(21, ("play", "w")),
    Row(22, ("play", "w")),
    Row(23, ("play", "w")),
    Row(24, ("play", "subject", "negative_prompt")),
    Row(25, _plane("scene_classifier")),
    Row(26, _plane("scene_not_tilted")),
    Row(27, _plane("scene_plain")),
    Row(28, ("draw", ("draw_way", "way_ControlNet"))),
    Row(29, ("draw", ("draw_way", "way_T2IAdapter"))),
    Row(30, ("draw", ("draw_way", "way_UniControlNet"))),
    Row(31, ("draw", "draw_labels")),
    Row(32, ("draw", "draw_reference", "draw_take")),
    Row(33, ("inside", "read_sentences")),
    Row(34, ()),
    Row(35, ()),
    Row(36, ()),
    Row(37, (*_PATHS, ("field_of", "field_of_half"))),
    Row(38, (*_PATHS, ("path_of", "path_of_spiral"))),
    Row(39, ("lab", "lab_flow", "flow_points")),
    Row(40, (*_PATHS, ("paths_prior", "paths_prior_drawn"))),
    Row(41, (*_PATHS, ("path_of", "path_of_trigonometric"))),
    Row(42, ()),
    Row(43, _plane(_BY_CLASSIFIER, ("lab_sampler", "rule Flow"))),
)


def called(key: str, lang: str = "en") -> str:
    """What stands on the page: the word of a key, or of a choice that is a word itself, that word."""
    return say(lang, key) if key in WORDS else key.removeprefix("choice ")


def cells(row: Row, lang: str = "en") -> tuple[str, str, str, str]:
    """Number, what it is, tab, and the way to its control, or what is missing."""
    number, what = str(row.number), say(lang, f"row {row.number}")
    if not row.place:
        return number, what, "–", say(lang, "rows_missing", what=say(lang, f"row {row.number} missing"))
    tab, *steps = row.place
    colon = ": " if lang == "en" else "："
    way = [colon.join(called(key, lang) for key in ((step,) if isinstance(step, str) else step)) for step in steps]
    return number, what, called(tab, lang), " › ".join(way)


def table(lang: str = "en") -> list[tuple[str, ...]]:
    """The heading and all rows."""
    return [
        tuple(say(lang, f"rows_{name}") for name in ("row", "what", "tab", "control")),
        *(cells(r, lang) for r in ROWS),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Print where each row of the table of equations is switched on.")
    parser.add_argument("lang", nargs="?", choices=LANGUAGES, default="en")
    lines = table(parser.parse_args().lang)
    widths = [max(len(line[k]) for line in lines) for k in range(3)]
    for line in lines:
        print("  ".join((*(text.ljust(width) for text, width in zip(line, widths)), line[3])).rstrip())


if __name__ == "__main__":
    main()
