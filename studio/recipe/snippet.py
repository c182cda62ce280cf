"""A recipe as a Python program that runs as it stands and makes the same pixels. No torch.

A recipe of one seed, of a picture that was drawn among others: at most one level of 255 off, in at most one value in a hundred.
"""

from __future__ import annotations

from typing import Any

from pipelines.declarations.options import options_of
from pipelines.declarations.spec import inner_names
from pipelines.guidance import Rule

from .plan import plan
from .precision import precision
from .prompts import read
from .recipe import UPSAMPLER_STEPS, Recipe
from .revision import revision

SAVE = """
for seed, image in zip(seeds, images):
    image.save(f"seed-{seed}.png")
"""
PLAIN = """images = pipe({arguments}).images
"""
LARGE = """for step in pipe.steps({arguments}):
    pass
for step in upsample(pipe, step.x, {text!r}, seeds=seeds, num_inference_steps={steps}):  # twice the side
    pass
images = pipe.to_pil(step.x)
"""


def snippet(recipe: Recipe) -> str:
    """The program. It is to be run in the folder of this project; `images` are PIL pictures, one a seed."""
    reading = read(recipe)
    found = plan(recipe, reading)
    used: set[str] = set()
    arguments = {
        "prompt": repr(found["prompt"]),
        "negative_prompt": repr(found["negative_prompt"]),
        "rules": _list([_call(each, used) for each in found["rules"]]),
        "pulls": _list([_call(each, used) for each in found["pulls"]]),
        "conditions": _list([_call(each, used) for each in found["conditions"]]),
        "sampler": _call(found["sampler"], used),
        "num_inference_steps": str(found["num_inference_steps"]),
        "seeds": "seeds",
    }
    kept = [f"{name}={value}" for name, value in arguments.items() if value not in ("None", "[]")]
    text = "".join(f"\n    {each}," for each in kept) + "\n"
    body = LARGE if recipe.upsample else PLAIN
    drawn = recipe.revision or revision(recipe.world)
    lines = [
        f"# World {recipe.world!r}, revision {drawn or 'unknown'}.",
        "import torch",
        "",
        f"from pipelines import {', '.join(sorted(used))}, load_world",
        *(["from pipelines.runs.cascade import upsample"] if recipe.upsample else []),
        "",
        f"pipe = load_world({recipe.world!r}, precision={precision()!r})",
        "if torch.cuda.is_available():  # as the studio does",
        '    pipe.to("cuda")',
        f"seeds = {list(recipe.seeds)!r}",
        body.format(arguments=text, text=reading.text, steps=UPSAMPLER_STEPS).rstrip(),
    ]
    return "\n".join(lines) + "\n" + SAVE.lstrip("\n")


def _call(entry: Any, used: set[str]) -> str:
    """An entry as a call of its class, without what is at its default; a rule's strength is always said, and first."""
    kind = type(entry)
    used.add(kind.__name__)
    strength = kind.strength if isinstance(entry, Rule) else ""
    parts = [f"{strength}={getattr(entry, strength)!r}"] if strength else []
    for option in options_of(kind):
        value = getattr(entry, option.name)
        if option.name != strength and value != option.default:
            parts.append(f"{option.name}={list(value) if isinstance(value, tuple) else value!r}")
    parts += [f"{name}={_call(getattr(entry, name), used)}" for name in inner_names(kind)]
    return f"{kind.__name__}({', '.join(parts)})"


def _list(items: list[str]) -> str:
    return f"[{', '.join(items)}]"
