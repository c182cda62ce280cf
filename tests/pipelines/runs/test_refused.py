"""What does not fit is told with its place, and what other pipelines call otherwise with what to give instead."""

import pytest
import torch

from pipelines import (
    ClassifierFree,
    ControlNet,
)
from pipelines.runs.called import ELSEWHERE
from tests.tiny import tiny_conditioned

from ..conditions.test_contract import disc
from .test_called import SHAPE, generator, run

# what is refused


@pytest.mark.parametrize(
    "settings, told",
    [
        (dict(prompt=[]), "prompt has 0 texts; allowed: a text, or a list of texts, one at least"),
        (dict(prompt=()), "prompt has 0 texts"),
        (dict(negative_prompt=[]), "negative_prompt has 0 texts"),
        (dict(prompt=["a", None]), r"prompt\[1\] = None is not allowed; allowed: a text"),
        (dict(negative_prompt=["a", "b", 3]), r"negative_prompt\[2\] = 3 is not allowed"),
        (dict(prompt=["a", "b"], seeds=[1, 2, 3]), "prompt has 2 texts for 3 pictures; allowed: 1 or 3"),
        (
            dict(prompt=["a", "b"], num_images_per_prompt=2, negative_prompt=["a"] * 3),
            "negative_prompt has 3 texts for 4 pictures; allowed: 1, 2 or 4",
        ),
        (dict(num_images_per_prompt=0), "num_images_per_prompt = 0 is not allowed; allowed: a whole number from 1"),
        (dict(num_images_per_prompt=True), "num_images_per_prompt = True"),
        (dict(num_images_per_prompt=1.5), "num_images_per_prompt = 1.5"),
        (
            dict(prompt=["a", "b"], num_images_per_prompt=3, seeds=[1, 2]),
            "seeds has 2 numbers for 6 pictures; allowed: 1, 3 or 6",
        ),
        (
            dict(prompt=["a", "b"], generator=[generator()]),
            "generator has 1 generators for 2 pictures; allowed: one by itself, or a list of 2",
        ),
        (dict(generator=[generator(), 3]), r"generator\[1\] = 3 is not allowed; allowed: a torch.Generator of the CPU"),
        (dict(generator=[]), r"generator = \[\] is not allowed"),
        (dict(latents="noise"), "latents = 'noise' is not allowed; allowed: floats of shape"),
        (
            dict(latents=torch.zeros(2, *SHAPE)),
            r"latents has shape \(2, 3, 16, 16\).*allowed: floats of shape \(1, 3, 16, 16\)",
        ),
        (dict(latents=torch.zeros(1, *SHAPE, dtype=torch.int64)), "latents has .* type torch.int64"),
        (
            dict(seeds=[1, 2], latents=torch.stack([torch.zeros(SHAPE), torch.full(SHAPE, float("inf"))])),
            r"latents\[1\] has a value that is not finite",
        ),
        (
            dict(rules=[ClassifierFree(1), "cfg"]),
            r"rules\[1\] = 'cfg' is not allowed; allowed: an instance of Rule, such as ClassifierFree\(2\)",
        ),
        (dict(conditions=[ControlNet(images=[disc()]), 3]), r"conditions\[1\] = 3 is not allowed"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(settings, told):
    with pytest.raises(ValueError, match=told):
        run(tiny_conditioned(), **settings)


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_what_other_pipelines_call_otherwise_is_told(pipe, name):
    with pytest.raises(TypeError, match=f"^{name} = 0.5 is no argument here; (give|the) .*[^{{}}]$") as told:
        run(pipe, **{name: 0.5})
    if "give rules" in str(told.value) or "give sampler" in str(told.value):  # and what is told is right
        import pipelines

        word = str(told.value).split("; give ", 1)[1].rstrip(".")
        run(pipe, **eval(f"dict({word})", {n: getattr(pipelines, n) for n in ("ClassifierFree", "Rescale", "DDIM")}))


def test_an_unknown_argument_is_told(pipe):
    with pytest.raises(TypeError, match="unexpected keyword argument 'sampel'"):
        run(pipe, sampel=3)
