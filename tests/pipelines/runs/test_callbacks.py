"""Callbacks that look and change, interruption and progress, as users of diffusers know them."""

import io
import itertools

import pytest
import torch
from diffusers.callbacks import MultiPipelineCallbacks, PipelineCallback

from pipelines import (
    Heun,
)
from pipelines.runs.called import TENSORS
from pipelines.samplers import SAMPLERS
from tests.tiny import tiny_pipeline

from .test_called import SHAPE, run

# callbacks


def test_a_callback_is_given_what_it_asks_for_and_nothing_else(pipe):
    seen = []
    for count in range(len(TENSORS) + 1):
        for names in itertools.combinations(TENSORS, count):
            run(
                pipe,
                callback_on_step_end=lambda p, i, t, given: seen.append(given) or given,
                callback_on_step_end_tensor_inputs=list(names),
            )
            assert all(set(each) == set(names) and all(v.shape == (1, *SHAPE) for v in each.values()) for each in seen)
            assert len(seen) == 3
            seen.clear()
    assert set(pipe._callback_tensor_inputs) == set(TENSORS)


def test_a_callback_is_given_the_prediction_that_the_step_went_by(pipe):
    steps, seen = list(pipe.steps("red apple", num_inference_steps=3)), []
    run(
        pipe,
        callback_on_step_end=lambda p, i, t, given: seen.append((p, i, t, given)),
        callback_on_step_end_tensor_inputs=TENSORS,
    )
    for step, (whose, index, t, given) in zip(steps, seen, strict=True):
        assert whose is pipe and index == step.index and t == step.t.index
        assert all(
            torch.equal(given[name], wanted) for name, wanted in zip(TENSORS, (step.x, *step.prediction), strict=True)
        )


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_latents_that_a_callback_returns_are_gone_on_with(pipe, name):
    """Zeros after the first step: the rest of the run is one that begins there."""
    sampler, total = SAMPLERS[name](), 3

    def first(p, i, t, given):
        return {"latents": given["latents"] * 0} if i == 0 else given

    seen = []
    found = run(pipe, sampler=sampler, callback_on_step_end=first)
    for step in (steps := pipe.steps("red apple", sampler=sampler, num_inference_steps=total)):
        seen.append(step.x)
        if step.index == 0:
            seen.append(steps.send(step.x * 0).x)
    assert torch.equal(found, seen[-1]) and not torch.equal(found, run(pipe, sampler=sampler))
    last = run(
        pipe,
        sampler=sampler,
        callback_on_step_end=lambda p, i, t, given: {"latents": torch.zeros_like(given["latents"])},
    )
    assert not last.any()


def test_a_callback_may_change_the_tensor_itself_or_give_another_dtype(pipe):
    assert not run(
        pipe, callback_on_step_end=lambda p, i, t, given: {"latents": given["latents"].mul_(0)} if i == 2 else None
    ).any()
    found = run(pipe, callback_on_step_end=lambda p, i, t, given: {"latents": given["latents"].double()})
    assert found.dtype == torch.float32 and torch.equal(found, run(pipe))


class Doubling(PipelineCallback):
    tensor_inputs = ["latents"]

    def callback_fn(self, pipeline, step_index, timestep, callback_kwargs):
        assert 0 <= step_index < pipeline.num_timesteps
        callback_kwargs["latents"] = callback_kwargs["latents"] * 2
        return callback_kwargs


def test_callbacks_of_diffusers_own_kind_say_what_they_need(pipe):
    once, twice = (
        Doubling(cutoff_step_ratio=None, cutoff_step_index=1),
        MultiPipelineCallbacks([Doubling(None, 1), Doubling(None, 1)]),
    )
    factors = [
        run(pipe, num_inference_steps=1, callback_on_step_end=each, callback_on_step_end_tensor_inputs=["x0"])
        for each in (once, twice)
    ]
    plain = run(pipe, num_inference_steps=1)
    torch.testing.assert_close(factors[0], 2 * plain)
    torch.testing.assert_close(factors[1], 4 * plain)


@pytest.mark.parametrize(
    "callback, inputs, told",
    [
        (
            lambda *_: None,
            ["latents", "prompt_embeds"],
            r"callback_on_step_end_tensor_inputs\[1\] = 'prompt_embeds' is not allowed; allowed: one of 'latents', 'x0', 'eps'",
        ),
        (
            lambda *_: [1],
            ["latents"],
            "callback_on_step_end gave list; allowed: nothing, or a dictionary with 'latents'",
        ),
        (
            lambda *_: {"latents": torch.zeros(2, *SHAPE)},
            ["latents"],
            r"latents of callback_on_step_end has shape \(2, 3, 16, 16\).*allowed: floats of shape \(1, 3, 16, 16\)",
        ),
        (
            lambda *_: {"latents": torch.full((1, *SHAPE), float("nan"))},
            ["latents"],
            r"latents of callback_on_step_end\[0\] has a value that is not finite",
        ),
        (lambda *_: {"latents": None}, ["latents"], "latents of callback_on_step_end = None is not allowed"),
        (
            lambda *_: {"x0": torch.zeros(1, *SHAPE)},
            ["x0"],
            "gave another 'x0'; allowed: only 'latents' can be changed",
        ),
        ("print", ["latents"], "callback_on_step_end is 'print'; allowed: a function"),
    ],
)
def test_a_callback_that_does_not_fit_is_told(pipe, callback, inputs, told):
    with pytest.raises(ValueError, match=told):
        run(pipe, callback_on_step_end=callback, callback_on_step_end_tensor_inputs=inputs)


# interruption and progress


def test_an_interrupted_run_ends_after_its_step_and_the_next_one_runs(pipe):
    seen = []

    def stop(p, i, t, given):
        seen.append(given["latents"])
        p._interrupt = i == 1
        return given

    calls, forward = [], pipe.unet.forward
    pipe.unet.forward = lambda *a, **k: calls.append(1) or forward(*a, **k)
    try:
        stopped = run(pipe, num_inference_steps=7, callback_on_step_end=stop)
    finally:
        del pipe.unet.forward
    assert len(seen) == len(calls) == 2 and torch.equal(stopped, seen[1]) and pipe.interrupt
    assert torch.equal(run(pipe), run(pipe)) and not pipe.interrupt and pipe.num_timesteps == 3


@pytest.mark.parametrize("sampler", [None, Heun()], ids=repr)
def test_progress_is_shown_and_can_be_switched_off(sampler, monkeypatch):
    pipe, settings = tiny_pipeline(), dict(sampler=sampler) if sampler else {}
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", shown := io.StringIO())
        run(pipe, num_inference_steps=4, **settings)
        assert "4/4" in shown.getvalue() and "100%" in shown.getvalue()
        patch.setattr("sys.stderr", shown := io.StringIO())
        run(pipe, num_inference_steps=4, callback_on_step_end=lambda p, i, t, given: setattr(p, "_interrupt", i == 1))
        assert "2/4" in shown.getvalue() and "3/4" not in shown.getvalue()
        patch.setattr("sys.stderr", shown := io.StringIO())
        with pytest.raises(ValueError):
            run(pipe, num_inference_steps=0)
        pipe.set_progress_bar_config(disable=True)
        run(pipe)
        assert not shown.getvalue()
