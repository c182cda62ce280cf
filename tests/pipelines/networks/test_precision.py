"""Denoising networks in bfloat16: the same pictures but for rounding, and all that is no network call in float32."""

import pytest
import torch

from pipelines import ClassifierFree, ControlNet, GlobalPrompt, T2IAdapter, load_world
from pipelines.networks import precision
from pipelines.worlds.memory import memory
from tests.tiny import tiny_conditioned, tiny_pipeline

from ..conditions.test_contract import disc

STRENGTH = 0.5


@pytest.fixture(scope="module")
def pipes():
    """The same pipeline in float32 and in bfloat16."""
    torch.manual_seed(0)
    full = tiny_conditioned()
    torch.manual_seed(0)
    half = tiny_conditioned()
    for name, part in full.components.items():
        if isinstance(part, torch.nn.Module):
            half.components[name].load_state_dict(part.state_dict())
    return full, half.compute_in(torch.bfloat16)


def draw(pipe, **settings):
    return pipe(
        "red apple", rules=[ClassifierFree(1.0)], num_inference_steps=3, seeds=(1, 2), output_type="pt", **settings
    ).images


def test_only_what_denoises_is_held_in_bfloat16(pipes):
    half = pipes[1]
    kinds = {
        name: next(part.parameters()).dtype
        for name, part in half.components.items()
        if isinstance(part, torch.nn.Module)
    }
    assert {name for name, kind in kinds.items() if kind == torch.bfloat16} == {"unet", "controlnet", "adapter"}


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [ControlNet(kind="mask", images=[disc()])],
        [T2IAdapter(kind="mask", images=[disc()])],
        [GlobalPrompt(images=[disc()], strength=STRENGTH)],
    ],
    ids=["nothing", "ControlNet", "T2IAdapter", "GlobalPrompt"],
)
def test_pictures_are_the_same_but_for_rounding(pipes, conditions):
    full, half = (draw(pipe, conditions=conditions) for pipe in pipes)
    assert full.dtype == half.dtype == torch.float32
    off = (full - half).abs()
    assert off.max() > 0 and off.mean() < 0.02


def test_a_strength_between_0_and_1_acts_in_bfloat16(pipes):
    """Its logarithm over 10,000 is added to 1 on the way, which bfloat16 would round away."""
    half = pipes[1]
    drawn = [draw(half, conditions=[GlobalPrompt(images=[disc()], strength=s)]) for s in (0.2, STRENGTH, 1.0)]
    assert not torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[1], drawn[2])


def test_at_strength_0_it_is_the_base_to_the_bit(pipes):
    half = pipes[1]
    assert torch.equal(draw(half), draw(half, conditions=[ControlNet(kind="mask", images=[disc()], strength=0.0)]))


def test_a_seed_gives_the_same_picture_again(pipes):
    assert torch.equal(draw(pipes[1]), draw(pipes[1]))


def test_a_module_of_exact_answers_stays_as_it_is():
    pipe = memory()
    before = next(iter(pipe.unet.buffers()), torch.zeros(1)).dtype
    assert next(iter(pipe.compute_in(torch.bfloat16).unet.buffers()), torch.zeros(1)).dtype == before


@pytest.mark.parametrize(
    "units, dtype", [({"amx_bf16"}, torch.bfloat16), ({"avx512_bf16"}, torch.bfloat16), ((), torch.float32)]
)
def test_auto_asks_the_machine(monkeypatch, units, dtype):
    known = {name: name in units for name in ("amx_bf16", "avx512_bf16", "avx2")}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known, raising=False)
    assert precision.dtype_of("auto") == dtype
    assert precision.dtype_of("float32") == torch.float32 and precision.dtype_of("bfloat16") == torch.bfloat16


def test_an_unknown_precision_is_named_before_anything_is_loaded(tmp_path):
    with pytest.raises(
        ValueError, match="precision = 'fp8' is not allowed; choose from .*'auto', 'bfloat16', 'float32'"
    ):
        load_world(tmp_path / "none", precision="fp8")


def test_saved_in_bfloat16_and_read_again(tmp_path):
    tiny_pipeline().compute_in(torch.bfloat16).save_pretrained(tmp_path)
    assert next(load_world(tmp_path).unet.parameters()).dtype == torch.float32
