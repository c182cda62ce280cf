"""What was aimed at, and whether it was reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from ...conditions.usual import USUAL
from ...evaluation.intervals import Figure
from .setup import Setup
from .tables import Section

ASSETS, FILE = 190e6, 40e6


@dataclass(frozen=True)
class Target:
    """wanted, found: in words; met: None where it was not measured."""

    text: str
    wanted: str
    found: str
    met: bool | None


def targets(world: str, sections: dict[str, Section], setup: Setup, assets: Path) -> list[dict]:
    """Of a world, as plain dicts."""
    found = {"emoji": _emoji, "latent": _latent, "fashion": _fashion}.get(world, lambda sections, setup: [])(
        sections, setup
    )
    sizes = [file.stat().st_size for file in assets.rglob("*") if file.is_file()]
    sized = sum(sizes) < ASSETS and max(sizes, default=0) < FILE
    found.append(
        Target(
            "all assets, and the largest file",
            f"below {ASSETS / 1e6:.0f} MB, below {FILE / 1e6:.0f} MB",
            f"{sum(sizes) / 1e6:.1f} MB, {max(sizes, default=0) / 1e6:.1f} MB",
            sized,
        )
    )
    return _as_dicts(found)


def _as_dicts(found: list[Target]) -> list[dict]:
    return [asdict(target) for target in found]


def _emoji(sections: dict[str, Section], setup: Setup) -> list[Target]:
    return [
        *_named(sections, 0.80, 0.70, 0.35),
        _most("near copies without a prompt", _figure(sections, "novelty", "no prompt", "near copies"), 0.5),
        *(_conditions(sections) if "conditions" in sections else []),
    ]


def _latent(sections: dict[str, Section], setup: Setup) -> list[Target]:
    distances = [_figure(sections, "fidelity", f"w = {w:g}", "Fréchet") for w in setup.strengths]
    real = _figure(sections, "fidelity", "real, never trained on", "Fréchet")
    pulled = ["w = 0", *(f"w = 0, γ = {gamma:g}" for gamma in setup.gammas)]
    agreed = [_figure(sections, "agreement", label, setup.pulled) for label in pulled]
    paint = lambda column, table: _figure(sections, "paint", "w = 2", column, table)  # noqa: E731
    return [
        *_named(sections, 1.0, 0.92, 0.88),
        _least("the same, seen, at w = 0", _figure(sections, "retrieval", "names seen, w = 0", "first 5"), 0.80),
        _most(
            "Fréchet distance at its best w, as a multiple of that of real pictures never trained on",
            _lowest(distances).over(real.value) if real and all(distances) else None,
            1.15,
        ),
        _lawful("Fréchet distance falls, then rises with w", distances, _dips),
        _least("recall at w = 0", _figure(sections, "fidelity", "w = 0", "recall"), 0.70),
        _most("near copies at w = 0", _figure(sections, "novelty", "w = 0", "near copies"), 0.02),
        _least("flat paint at w = 2", paint("flat", 0), 0.70),
        _most("blotched paint at w = 2", paint("blotched", 0), 0.20),
        _least("flat paint at w = 2, averaged to the size that the judges know", paint("flat", 1), 0.70),
        _most("blotched paint at w = 2, averaged to the size that the judges know", paint("blotched", 1), 0.20),
        _lawful(f"agreement of the {setup.pulled} rises strictly with γ", agreed, _rises),
    ]


def _named(sections: dict[str, Section], subgroup: float, seen_pairs: float, held_out_pairs: float) -> list[Target]:
    """What judge and judge CLIP find again of what was asked for, each at least so much."""
    own = _figure(sections, "agreement", "real, never trained on", "subgroup")
    share = _figure(sections, "agreement", "w = 2", "subgroup")
    trained = _figure(sections, "agreement", "real, trained on", "subgroup")
    seen, besides = None, ""
    if own and share and trained and own.value and trained.value:
        seen = share.over(own.value)
        ratio = share.value / trained.value
        besides = f" of {own.value:.2f}; {ratio:.2f} of the {trained.value:.2f} on what it was trained on"
    return [
        _least(
            "judge's accuracy of subgroup at w = 2, as a share of its own on real pictures it never saw",
            seen,
            subgroup,
            besides,
        ),
        _least(
            "name among the judge CLIP's first five at w = 2, pairs seen",
            _figure(sections, "retrieval", "names seen, w = 2", "first 5"),
            seen_pairs,
        ),
        _least(
            "the same, held-out pairs",
            _figure(sections, "retrieval", "held-out pairs, w = 2", "first 5"),
            held_out_pairs,
        ),
    ]


def _conditions(sections: dict[str, Section]) -> list[Target]:
    """Against no condition only where the prompt does not say what the map says: of another thing (table 1), or nothing (2)."""
    at = lambda row, column, table=1: sections["conditions"].tables[table].at(row, column)  # noqa: E731
    edges, without = at("ControlNet, edges, 1", "edge F1"), at("nothing", "edge F1")
    colour, plain = at("ControlNet, blocks, 1", "colour error"), at("nothing", "colour error")
    names = {
        "edges": "edges",
        "lines": "line art",
        "mask": "silhouette",
        "blocks": "colour blocks",
        "labels": "label map",
    }
    return [
        _least(
            "silhouettes kept at strength 1, intersection over union", at("ControlNet, mask, 1", "mask IoU", 0), 0.85
        ),
        _least("edges kept at strength 1, F1", at("ControlNet, edges, 1", "edge F1", 0), 0.60),
        _least("the same, of another thing than the prompt's", edges, 0.60),
        _least(
            "edges kept without a prompt, F1 above that of no condition",
            at("ControlNet, edges, 1", "edge F1", 2).less(at("nothing", "edge F1", 2).value),
            0.30,
        ),
        _least("the same, of another thing than the prompt's", edges.less(without.value), 0.30),
        _most(
            "colour error with the blocks of another thing, as a share of that of no condition",
            colour.over(plain.value),
            0.5,
        ),
        *(
            _least(
                f"the prompt's group with the {name} of another thing at its usual strength, {USUAL[kind]:g}, by the judge",
                at(f"ControlNet, {kind}, {USUAL[kind]:g}", "group"),
                0.5,
            )
            for kind, name in names.items()
        ),
    ]


def _fashion(sections: dict[str, Section], setup: Setup) -> list[Target]:
    own, share = (_figure(sections, "agreement", row, "class") for row in ("real, never trained on", "w = 1"))
    found = [
        _least(
            "judge's accuracy at w = 1, as a share of its own on the test pictures",
            own and share and share.over(own.value),
            0.95,
        ),
        _least("recall at w = 0", _figure(sections, "fidelity", "w = 0", "recall"), 0.5),
    ]
    rows = {"w": [f"w = {w:g}" for w in setup.strengths], "γ": ["w = 0", *(f"w = 0, γ = {g:g}" for g in setup.gammas)]}
    for knob, labels in rows.items():
        for text, section, column, lawful in (
            ("Fréchet distance falls, then rises", "fidelity", "Fréchet", _dips),
            ("recall falls, nowhere rising beyond an interval,", "fidelity", "recall", _falls),
            ("agreement rises strictly", "agreement", "class", _rises),
        ):
            figures = [_figure(sections, section, label, column) for label in labels]
            found.append(_lawful(f"{text} with {knob}", figures, lawful))
    return found


def _lawful(text: str, figures: Sequence[Figure | None], lawful: Callable[[Sequence[Figure]], bool]) -> Target:
    shown = ", ".join(f"{figure.value:.3g}" for figure in figures if figure)
    return Target(text, "yes", shown, lawful(figures) if all(figures) else None)


def _dips(figures: Sequence[Figure]) -> bool:
    return 0 < figures.index(_lowest(figures)) < len(figures) - 1


def _rises(figures: Sequence[Figure]) -> bool:
    return all(a.value < b.value for a, b in pairwise(figures))


def _falls(figures: Sequence[Figure]) -> bool:
    """From the first to the last, beyond both intervals; between neighbours a rise within the interval is sampling noise."""
    first, last = figures[0], figures[-1]
    return last.high < first.low and all(b.value <= a.high for a, b in pairwise(figures))


def _lowest(figures: Sequence[Figure]) -> Figure:
    return min(figures, key=lambda figure: figure.value)


def _figure(sections: dict[str, Section], name: str, row: str, column: str, first: int = 0) -> Figure | None:
    """Of the first table, from the `first` on, that has it."""
    tables = sections[name].tables[first:] if name in sections else []
    return next((figure for table in tables if (figure := table.at(row, column))), None)


def _least(text: str, figure: Figure | None, least: float, besides: str = "") -> Target:
    return Target(
        text, f"at least {least:.2f}", _told(figure) + besides, None if figure is None else figure.value >= least
    )


def _most(text: str, figure: Figure | None, most: float) -> Target:
    return Target(text, f"below {most:.2f}", _told(figure), None if figure is None else figure.value < most)


def _told(figure: Figure | None) -> str:
    return (
        "not measured" if figure is None else f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f}), n = {figure.n}"
    )
