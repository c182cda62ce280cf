"""A world's card: data, licences, recipes, dates and figures, from the files that the trainers and the report wrote."""
from __future__ import annotations

import json
from pathlib import Path

from ..worlds import FOLDER

NETWORKS = {
    "unet": "denoising U-Net and text encoder",
    "clip": "noise-aware CLIP",
    "classifier": "noise-aware classifier",
    "judge": "judge (clean pictures, never guides)",
    "weak": "early copy of the U-Net and its text encoder, kept for auto-guidance",
}
DATA = """8,609 pictures of 1,914 emoji in five drawn styles, 64 × 64 on white, with names, tags, groups and subgroups in English
and Chinese, built by `python -m pipelines.training.data`. 400 (name, style) pairs, listed in
`pipelines/training/holdout.csv`, are left out of every training. Fluent and 3d are often near copies of each other, so the
hold-out tests a known thing in another style."""
SHEETS = """`sheets/`: 64 pictures (seeds 0 to 63) at w = 0, 2 and 5, from left to right, for each of ten prompts that were chosen before
looking: `python -m pipelines.training.report --steps 12 --sheets FOLDER`."""
LIMITS = """The model draws small emoji-like pictures of things that emoji show, no faces of real people, no readable text. It was trained
for an hour and a quarter on processor cores: shapes are often only roughly right. Most flags exist in two styles only."""


def write_card(world: str) -> Path:
    """Write `card.md` of a world and return its path."""
    folder = FOLDER / world
    there = [name for name in NETWORKS if (folder / name).is_dir()]
    facts = {name: json.loads((folder / name / "training.json").read_text("utf-8")) for name in there}
    licences = json.loads((folder / "vocabulary.json").read_text("utf-8"))["licences"]
    parts = [
        f"# The {world} world",
        "Text, style and category to 64 × 64 pictures. What each file is, how it was made, and what it is worth.",
        "## Data and licences", DATA, "\n".join(f"- {style}: {licence}" for style, licence in licences.items()),
        "The weights are under the project's licence, Apache-2.0, with the attribution that CC-BY-4.0 asks for Twemoji.",
        "## Networks", _networks(folder, facts), _recipes(facts),
    ]
    if (folder / "report.json").exists():
        parts += ["## What the judge says", _report(json.loads((folder / "report.json").read_text("utf-8")))]
    if (folder / "sheets").is_dir():
        parts += ["## To look at", SHEETS]
    parts += ["## Limits", LIMITS]
    card = folder / "card.md"
    card.write_text("\n\n".join(parts) + "\n", "utf-8")
    return card


def _networks(folder: Path, facts: dict) -> str:
    rows = ["| network | file size | trained | pictures seen | date | held-out figures |", "|---|---|---|---|---|---|"]
    for name, fact in facts.items():
        what, parts = NETWORKS[name], [folder / name, *([folder / "text_encoder"] if name == "unet" else [])]
        size = sum(file.stat().st_size for part in parts for file in part.rglob("*.safetensors")) / 1e6
        figures = ", ".join(f"{key} {value:.3g}" for key, value in fact["figures"].items() if key != "loss")
        rows.append(f"| {what} | {size:.1f} MB | {fact['minutes']:.0f} min, {fact['steps']:,} steps | {fact['pictures']:,} "
                    f"| {fact['date']} | {figures} |")
    return "\n".join(rows)


def _recipes(facts: dict) -> str:
    lines = ["Each recipe, as trained (weights: EMA, fp16):", ""]
    for name in facts:
        if name == "weak":  # the U-Net's recipe, stopped early
            continue
        what = NETWORKS[name]
        recipe = ", ".join(f"{key} {value}" for key, value in facts[name]["recipe"].items() if key not in ("data", "world"))
        note = facts[name].get("note", "")
        lines.append(f"- **{what}**: `python -m pipelines.training.{name}` with {recipe}. {note}".rstrip())
    return "\n".join(lines)


def _report(report: dict) -> str:
    rows = [f"Share of generated pictures that the judge gives the label that was asked for, with 95 % intervals (Wilson). "
            f"n = {report['n']} names with styles, seeds from {report['seed']}, {report['sampler']}, {report['steps']} steps, "
            f"{report['date']}: `python -m pipelines.training.report`.", "",
            "| setting | group | subgroup | style |", "|---|---|---|---|"]
    for name, heads in report["rows"].items():
        cells = [f"{share:.2f} ({low:.2f}–{high:.2f})" for share, low, high in heads.values()]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)
