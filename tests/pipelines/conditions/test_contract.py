"""What every condition promises. A new entry is tested by being there."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines import ClassifierFree, GuidedPipeline, TwoScales
from pipelines.conditions import CONDITIONS, ControlNet, GlobalPrompt, UniControlNet
from pipelines.declarations.declared import REASONS
from pipelines.declarations.inline import as_url
from pipelines.declarations.options import OptionError, options_of
from pipelines.declarations.spec import from_spec, to_spec
from pipelines.runs.batched import together
from tests.tiny import tiny_conditioned, tiny_pipeline

SEEDS = (1, 2)
LOCAL = sorted(set(CONDITIONS) - {"GlobalPrompt"})


def disc(radius=5, colour=(220, 30, 30), size=32):
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    picture = np.full((size, size, 3), 255, np.uint8)
    picture[x**2 + y**2 < (2 * radius) ** 2] = colour
    return as_url(Image.fromarray(picture))


@pytest.fixture(scope="module")
def pipe():
    return tiny_conditioned()


@pytest.fixture(scope="module")
def plain(pipe):
    return run(pipe)


def run(pipe, *conditions, prompt="red apple", **settings):
    settings = {"num_inference_steps": 2, "seeds": SEEDS, "output_type": "latent"} | settings
    return pipe(prompt, conditions=conditions, **settings).images


def make(name, **options):
    return from_spec({"name": name, "images": [disc()], **options}, CONDITIONS)


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_it_says_what_it_is(name):
    kind = CONDITIONS[name]
    assert all(getattr(kind, said) for said in ("summary", "equation", "source", "cost"))
    assert (
        len(kind.summary) <= 140 and "$" not in kind.equation and kind.equation.count("{") == kind.equation.count("}")
    )
    assert kind.needs and set(kind.needs) <= set(REASONS)
    assert all(o.label and o.help for o in options_of(kind))


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_it_acts_and_at_strength_0_or_outside_its_window_is_the_base_to_the_bit(pipe, plain, name):
    assert (run(pipe, make(name)) - plain).abs().max() > 1e-3
    assert torch.equal(run(pipe, make(name, strength=0.0)), plain)
    for start, end in ((0.25, 0.4), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.0, 0.49), (0.51, 1.0), (0.1, 0.9)):
        assert torch.equal(run(pipe, make(name, start=start, end=end)), plain), (start, end)  # no whole step of two


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_the_window_is_in_shares_of_the_steps(pipe, plain, name):
    first, both = run(pipe, make(name, end=0.5)), run(pipe, make(name))
    second = run(pipe, make(name, start=0.5))
    assert torch.equal(second, run(pipe, make(name, start=0.2))) and torch.equal(first, run(pipe, make(name, end=0.9)))
    assert not any(
        torch.equal(a, b) for a, b in ((first, plain), (first, both), (second, plain), (second, both), (first, second))
    )


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_a_batch_is_its_singles(pipe, name):
    pictures = [disc(3), disc(6, (10, 60, 200))]
    batch = run(pipe, make(name, images=pictures), prompt=["red apple", "cat"], rules=[ClassifierFree(2.0)])
    for row, (seed, picture, prompt) in enumerate(zip(SEEDS, pictures, ("red apple", "cat"), strict=True)):
        single = run(pipe, make(name, images=[picture]), prompt=prompt, rules=[ClassifierFree(2.0)], seeds=[seed])
        torch.testing.assert_close(batch[row], single[0], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_runs_together_are_the_runs_alone(pipe, name):
    one = dict(num_inference_steps=2, seeds=SEEDS, rules=[ClassifierFree(2.0)])
    runs = [
        dict(one, prompt="cat"),
        dict(one, prompt="cat", conditions=[make(name)]),
        dict(one, prompt="cat", conditions=[make(name, strength=0.5, end=0.5)]),
        dict(one, prompt="cat", conditions=[make(name, branches="conditional")]),
        dict(one, prompt="red apple", conditions=[make(name)], rules=[TwoScales(2.0, 1.0)]),
    ]
    *_, last = together(pipe, runs)
    for settings, step in zip(runs, last, strict=True):
        *_, alone = pipe.steps(**settings)
        torch.testing.assert_close(step.x, alone.x, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_conditional_only_leaves_the_unguided_branch_alone(pipe, name):
    t, x = pipe.schedule.at(600), torch.randn(2, 3, 16, 16)

    def predictions(*conditions):
        from pipelines.conditions import combine

        denoiser = pipe.denoiser(["cat"] * 2, [""] * 2, combine(conditions, pipe, 2))
        with torch.no_grad():
            return {b: denoiser(x, t, b)[0].x0 for b in denoiser.branches}

    without, both, one = predictions(), predictions(make(name)), predictions(make(name, branches="conditional"))
    assert torch.equal(one["null"], without["null"]) and not torch.equal(both["null"], without["null"])
    for each in (both, one):
        assert torch.equal(each["bare"], without["null"]) and torch.equal(each["conditioned"], both["null"])
        assert torch.equal(each["conditional"], both["conditional"])


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_it_travels_as_a_dictionary(name):
    entry = make(name, strength=0.5, start=0.1)
    assert from_spec(json.loads(json.dumps(to_spec(entry))), CONDITIONS) == entry


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_what_does_not_fit_is_told(pipe, name):
    for option, value in (
        ("strength", 3),
        ("strength", float("nan")),
        ("start", -1),
        ("branches", "null"),
        ("images", ["x.png"]),
    ):
        with pytest.raises(OptionError, match=rf"{option}(\[0\])? = .* is not allowed; allowed: "):
            make(name, **{option: value})
    with pytest.raises(OptionError, match="start = 0.8 is not allowed; allowed: numbers from 0 to end, 0.2"):
        make(name, start=0.8, end=0.2)
    with pytest.raises(OptionError, match="images = .* is not allowed; allowed: a picture"):
        run(pipe, make(name, images=[]))
    with pytest.raises(ValueError, match="images has 3 pictures for 2"):
        run(pipe, make(name, images=[disc(2), disc(3), disc(4)]))
    with pytest.raises(ValueError, match=f"{name} cannot be used here. This model has no"):
        run(tiny_pipeline(), make(name))


@pytest.mark.parametrize("name", LOCAL)
def test_each_kind_of_map_is_another_condition(pipe, name):
    found = [run(pipe, make(name, kind=kind)) for kind in ("edges", "lines", "mask", "blocks", "labels")]
    assert all((a - b).abs().max() > 1e-4 for i, a in enumerate(found) for b in found[:i])


def test_untrained_joins_are_the_base_to_the_bit():
    fresh = tiny_conditioned(loud=False)
    plain = run(fresh)
    for entry in (ControlNet(images=[disc()]), UniControlNet(kind="labels", images=[disc()])):
        assert torch.equal(run(fresh, entry), plain)


def test_it_composes_with_pulls_and_reloads(pipe, tmp_path):
    from pipelines import Classifier

    conditions = [
        UniControlNet(kind="mask", images=[disc()]),
        GlobalPrompt(images=[disc(3)]),
        ControlNet(kind="blocks", images=[disc()], strength=0.5),
    ]
    settings = dict(rules=[ClassifierFree(1.0)], pulls=[Classifier(1.0, label="food")])
    made = run(pipe, *conditions, **settings)
    assert made.isfinite().all()
    pipe.save_pretrained(tmp_path)
    torch.testing.assert_close(
        run(GuidedPipeline.from_pretrained(tmp_path), *conditions, **settings), made, atol=1e-4, rtol=1e-4
    )
