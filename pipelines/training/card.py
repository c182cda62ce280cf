"""A world's card: targets, data, licences, recipes, dates and figures, from what the trainers and the report wrote."""

from __future__ import annotations

import json
from pathlib import Path

from ..samplers.amed import FILE as AMED_FILE
from ..worlds import FOLDER
from . import card_words as words
from .recipe import RECIPES
from .report.setup import SETUPS
from .report.tables import loaded, markdown

HEADS = ("data", "world", "dataset")  # of a recipe, told elsewhere


def write_card(world: str) -> Path:
    """Write `card.md` of a world and return its path."""
    folder = FOLDER / world
    facts = {
        name: json.loads(file.read_text("utf-8"))
        for name in words.NETWORKS
        if (file := folder / name / "training.json").exists()
    }
    file = folder / "report.json"
    report = json.loads(file.read_text("utf-8")) if file.exists() else None
    what = f"{words.WHAT.get(world, '')} What each file is, how it was made, and what it is worth."
    parts = [f"# The {world} world", what.strip()]
    if report:
        parts += ["## What was aimed at", _targets(report["targets"])]
    parts += [
        "## Data and licences",
        words.DATA.get(world, ""),
        _licences(folder),
        "## Networks",
        _networks(folder, facts),
        "## To train it again",
        _recipes(world, facts),
    ]
    if report:
        parts += ["## What was measured", _how(world, report), _left_out(report.get("left_out", {}))]
        for section in map(loaded, report["sections"]):
            parts += [f"### {section.title}", section.text, *map(markdown, section.tables)]
            parts += [f"![{section.title}]({name})" for name in section.pictures if (folder / name).exists()]
    if learned := _amed(folder):
        parts += ["### Few steps, by AMED", learned]
    looks = ([words.TEN.format(world=world)] if (folder / "ten_prompts.jpg").exists() else []) + (
        [words.SHEETS] if (folder / "sheets").is_dir() else []
    )
    parts += (["## To look at", *looks] if looks else []) + ["## Limits", words.LIMITS.get(world, "")]
    card = folder / "card.md"
    card.write_text("\n\n".join(part for part in parts if part) + "\n", "utf-8")
    return card


def _targets(targets: list[dict]) -> str:
    rows = ["| target | wanted | found | met |", "|---|---|---|---|"]
    for target in targets:
        met = {True: "yes", False: "**no**", None: "not measured"}[target["met"]]
        rows.append(f"| {target['text']} | {target['wanted']} | {target['found']} | {met} |")
    return "\n".join(rows)


def _left_out(left_out: dict[str, list[str]]) -> str:
    rows = [f"- {words.NETWORKS.get(part, part)}: {'; '.join(what)}" for part, what in left_out.items()]
    return "\n".join(["This world has no such network, and so the report is without:", "", *rows]) if rows else ""


def _licences(folder: Path) -> str:
    file = folder / "vocabulary.json"
    licences = json.loads(file.read_text("utf-8")).get("licences", {}) if file.exists() else {}
    return "\n".join(f"- {style}: {licence}" for style, licence in licences.items())


def _networks(folder: Path, facts: dict) -> str:
    rows = ["| network | file size | trained | pictures seen | date | held-out figures |", "|---|---|---|---|---|---|"]
    for name, fact in facts.items():
        parts = [folder / name, *([folder / "text_encoder", folder / "layout"] if name == "unet" else [])]
        size = sum(file.stat().st_size for part in parts for file in part.rglob("*.safetensors")) / 1e6
        figures = ", ".join(f"{key} {value:.3g}" for key, value in fact["figures"].items() if key != "loss")
        rows.append(
            f"| {words.NETWORKS[name]} | {size:.1f} MB | {fact['minutes']:.0f} min, {fact['steps']:,} steps "
            f"| {fact['pictures']:,} | {fact['date']} | {figures} |"
        )
    return "\n".join(rows)


def _recipes(world: str, facts: dict) -> str:
    def command(name: str) -> str:
        recipe = f" --recipe {world}/{name}" if (RECIPES / world / f"{name}.toml").exists() else ""
        return f"python -m pipelines.training.{facts[name].get('network', name)}{recipe}"

    order = [name for name in words.ORDER if name in facts]
    commands = [
        words.BUILD.get(world, ""),
        *map(command, order),
        f"python -m pipelines.training.world {world}",
        f"python -m pipelines.training.reference {world}",
        f"python -m pipelines.training.report {world}",
    ]
    lines = ["```sh", *filter(None, commands), "```", "", "Each recipe, as trained (weights: EMA, fp16):", ""]
    for name in facts:
        told = ", ".join(f"{key} {value}" for key, value in facts[name]["recipe"].items() if key not in HEADS)
        note = facts[name].get("note", "")
        lines.append(f"- **{words.NETWORKS[name]}**: {told}. {note}".rstrip())
    return "\n".join(lines)


def _amed(folder: Path) -> str:
    """How far from the teacher AMED ends with what was learned for the world, beside fixed r and c and DDIM."""
    file = folder / AMED_FILE
    if not file.exists():
        return ""
    facts = json.loads(file.read_text("utf-8"))
    distances = facts["distance_to_teacher"]
    rows = ["| steps of two calls | learned r, c | r = ½, c = 1 | DDIM, as many calls |", "|---|---|---|---|"]
    rows += [
        f"| {n} | {found['amed']:.3f} | {found['dpm-solver-2']:.3f} | {found['ddim']:.3f} |"
        for n, found in distances.items()
    ]

    def than(other: str) -> str:
        nearer = {found["amed"] < found[other] for found in distances.values()}
        return {frozenset([True]): "nearer", frozenset([False]): "farther"}.get(
            frozenset(nearer), "now nearer, now farther"
        )

    said = words.AMED.format(teacher=facts["teacher"], w=facts["w"], pictures=facts["pictures"])
    found = words.AMED_FOUND.format(than_fixed=than("dpm-solver-2"), than_ddim=than("ddim"))
    return "\n\n".join((f"{said} {found}", "\n".join(rows)))


def _how(world: str, report: dict) -> str:
    own = SETUPS[world].n if world in SETUPS else report["n"]
    said = " --quick" if report["quick"] else f" --n {report['n']}" if report["n"] != own else ""
    return f"""`python -m pipelines.training.report {world}{said}`, {report["date"]}, {report["minutes"]:g}
minutes: {report["n"]} pictures a setting, things drawn with seed {report["seed"]}, pictures with seeds from
{report["seed"]} on, the same in every setting; {report["sampler"]}, {report["steps"]} steps, networks in {report.get("precision", "float32")}. In brackets the 95
% interval: Wilson's for a share, else the estimate ± 1.96 deviations of a bootstrap over pictures, within what
the figure can be, with the same seed; n is the number of pictures that a figure is of. All of it is in `report.json`."""
