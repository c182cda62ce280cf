"""What a world's pictures are worth: `python -m pipelines.training.report emoji`.

Draws names and styles at random, generates one picture each at several settings with the same seeds, and asks the
judge, which no setting was guided by, for group, subgroup and style. Every share comes with n and its 95 % interval.
The figures go to the world's report.json, and with the trainers' facts into its card.
`--sheets FOLDER` also draws 64 pictures at w = 0, 2, 5 for each of ten prompts that were chosen before looking.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import date
from pathlib import Path

import torch

from ..guidance import Classifier, ClassifierFree
from ..intervals import wilson
from ..samplers import DDIM
from ..worlds import FOLDER, load_judge, load_world
from .captions import with_style
from .card import write_card
from .sheet import sheet

PROMPTS = ("red apple", "微笑的猫", "flat rocket", "pizza", "an animal", "noto panda", "a house", "3d red heart",
           "musical instrument", "twemoji sun")
STRENGTHS = (0.0, 2.0, 5.0)
HEADS = ("group", "subgroup", "style")


def wanted(vocabulary: dict, n: int, seed: int) -> list[dict[str, str]]:
    """n things to ask for: {"prompt", "group", "subgroup", "style"}, a name and a style each, by a seed."""
    rng, labels = random.Random(seed), vocabulary["labels"]["en"]
    things = []
    for name in rng.sample(vocabulary["names"], n):
        style = rng.choice(list(vocabulary["styles"]))
        things.append(dict(prompt=with_style(name["en"], style), style=style, group=labels["group"][name["group"]],
                           subgroup=labels["subgroup"][name["subgroup"]]))
    return things


def settings(things: list[dict[str, str]]) -> dict[str, dict]:
    """The settings that are compared, each as arguments of the pipeline."""
    groups = tuple(thing["group"] for thing in things)
    free = {f"w = {w:g}": dict(rules=[ClassifierFree(w)]) for w in (-1, 0, 1, 2, 3, 5)}
    pulled = {f"w = 0, γ = {gamma:g}": dict(pulls=[Classifier(gamma, groups)]) for gamma in (3, 10)}
    return free | pulled


@torch.no_grad()
def agreements(pipe, judge, things: list[dict[str, str]], arguments: dict, steps: int, seed: int, batch: int = 32):
    """For each head, whether the judge agrees, a list of n; and the seconds it took."""
    hits, began = {head: [] for head in HEADS}, time.perf_counter()
    for start in range(0, len(things), batch):
        part = things[start : start + batch]
        own = dict(arguments)
        if own.get("pulls"):
            own["pulls"] = [Classifier(p.gamma, p.label[start : start + batch]) for p in own["pulls"]]
        images = pipe([thing["prompt"] for thing in part], seeds=range(seed + start, seed + start + len(part)),
                      num_inference_steps=steps, sampler=DDIM(), output_type="pt", **own).images
        logits = judge(images * 2 - 1)
        for head in HEADS:
            found = logits[head].argmax(1).tolist()
            hits[head] += [judge.labels[head][k] == thing[head] for k, thing in zip(found, part, strict=True)]
    return hits, time.perf_counter() - began


def measure(world: str, n: int, steps: int, seed: int) -> dict:
    """The report: {"n", "steps", "seed", "date", "rows": {setting: {head: [share, low, high]}}}, also printed as it grows."""
    vocabulary = json.loads((FOLDER / world / "vocabulary.json").read_text("utf-8"))
    pipe, judge = load_world(world), load_judge(world)
    things = wanted(vocabulary, n, seed)
    rows = {}
    for name, arguments in settings(things).items():
        hits, seconds = agreements(pipe, judge, things, arguments, steps, seed)
        rows[name] = {head: [sum(h) / n, *wilson(sum(h), n)] for head, h in hits.items()}
        print(name, {head: round(share[0], 3) for head, share in rows[name].items()}, f"{seconds:.0f} s", flush=True)
    return dict(n=n, steps=steps, seed=seed, sampler="DDIM", date=date.today().isoformat(), rows=rows)


def sheets(world: str, folder: Path, steps: int) -> None:
    """64 pictures a prompt at each strength, w from left to right, seeds 0 to 63: one JPEG a prompt."""
    folder.mkdir(parents=True, exist_ok=True)
    pipe = load_world(world)
    for number, prompt in enumerate(PROMPTS, 1):
        grids = []
        for w in STRENGTHS:
            pictures = pipe(prompt, rules=[ClassifierFree(w)], seeds=range(64), num_inference_steps=steps).images
            grids.append(sheet([pictures[k : k + 8] for k in range(0, 64, 8)], gap=0))
        sheet([grids], gap=12).save(folder / f"{number:02d}.jpg", quality=80)
        print(prompt, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure a world.")
    parser.add_argument("world", nargs="?", default="emoji")
    parser.add_argument("--n", type=int, default=256)
    parser.add_argument("--steps", type=int, default=18)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--sheets", type=Path, help="draw the grids there, instead of measuring")
    options = parser.parse_args()
    if options.sheets:
        sheets(options.world, options.sheets, options.steps)
    else:
        found = measure(options.world, options.n, options.steps, options.seed)
        (FOLDER / options.world / "report.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        print("wrote", write_card(options.world))
