"""The trainers of the two priors on a tiny data set: the loss falls, a run resumes to the bit, what is exported is
whole."""

import json

import numpy as np
import pytest
import torch

from pipelines.networks.autoregressive_prior import AutoregressivePrior
from pipelines.networks.prior import DiffusionPrior
from pipelines.training.autoregressive_prior import AutoregressivePriorTask
from pipelines.training.embeddings import embeddings
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.prior import PriorTask
from pipelines.training.recipe import read
from tests.tiny import tiny_clip, tiny_data

SIZES = {
    "prior": (PriorTask, DiffusionPrior, dict(heads=2, head_width=8, layers=1)),
    "autoregressive_prior": (
        AutoregressivePriorTask,
        AutoregressivePrior,
        dict(components=4, classes=8, width=16, heads=2, layers=1),
    ),
}
TINY = dict(embeddings="", batch=12, threads=1, warmup=2, steps=4, held_out=3, length=6)


@pytest.fixture(scope="module")
def clip():
    return tiny_clip()


@pytest.fixture
def make(clip):
    def make(name, folder, **changes):
        task, _, sizes = SIZES[name]
        return Loop(task(read(name, DEFAULTS) | TINY | sizes | changes, tiny_data(), clip), folder)

    return make


@pytest.mark.parametrize("name", list(SIZES))
def test_the_loss_falls(make, name, tmp_path):
    loop = make(name, tmp_path, steps=80, lr=3e-3, cooldown=0.0)
    losses = [loop.update()[0] for _ in range(80)]
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])


@pytest.mark.parametrize("name", list(SIZES))
def test_resumed_equals_uninterrupted_to_the_bit_and_what_is_exported_is_whole(make, name, tmp_path):
    whole = make(name, tmp_path / "whole").run()
    make(name, tmp_path / "parts").run(until=2)
    parts = make(name, tmp_path / "parts").run()
    for (key, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), key
    assert whole.figures == parts.figures and all(np.isfinite(v) for v in whole.figures[0.05].values())
    whole.export(tmp_path / "out")
    again = SIZES[name][1].from_pretrained(tmp_path / "out", torch_dtype=torch.float32)
    best = min(whole.averages, key=lambda average: whole.figures[average.width]["loss"]).network
    for (key, value), saved in zip(best.state_dict().items(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(value, saved, rtol=1e-3, atol=1e-4, msg=key)
    facts = json.loads((tmp_path / "out" / "training.json").read_text())
    assert facts["held_out"] == 3 and facts["clip"] == whole.task.clip_name


def test_a_text_is_told_alike_whenever_it_is_read_and_some_are_dropped(make, tmp_path):
    task = make("prior", tmp_path, null=1.0).task
    _, told = task.batch(torch.Generator().manual_seed(0))
    assert (told.pooled == told.pooled[0]).all()
    task.recipe["null"] = 0.0
    _, told = task.batch(torch.Generator().manual_seed(0))
    assert len({tuple(row) for row in told.pooled.tolist()}) > 3
    one, two = task.told(["cat", "red apple"]), task.told(["red apple"])
    assert torch.equal(one.pooled[1], two.pooled[0]) and torch.equal(one.states[1], two.states[0])


def test_embeddings_are_made_once_for_a_clip_and_its_pictures(clip, tmp_path):
    images, file = tiny_data().images, tmp_path / "kept" / "embeddings.npz"
    first = embeddings(clip, images, file)
    torch.testing.assert_close(first.norm(dim=-1), torch.ones(len(images)))
    kept = dict(np.load(file))
    np.savez(file, key=kept["key"], embeddings=kept["embeddings"] + 1)
    assert torch.equal(embeddings(clip, images, file), first + 1)
    assert torch.equal(embeddings(clip, 255 - images, file), embeddings(clip, 255 - images, None))


def test_together_they_keep_to_their_size():
    from pipelines.training.task import Task

    total = 0
    for name, (task, kind, _) in SIZES.items():
        assert issubclass(task, Task)
        recipe = read(name, DEFAULTS)
        import inspect

        known = inspect.signature(kind.__init__).parameters
        total += sum(v.numel() for v in kind(**{k: v for k, v in recipe.items() if k in known}).state_dict().values())
    assert 2 * total <= 8e6


def test_a_card_says_data_licences_recipe_date_and_figures():
    from pipelines.evaluation.intervals import Figure
    from pipelines.training.prior_card import card

    rows = [
        ("the text's own embedding", [Figure.mean([0.5, 0.6])]),
        ("diffusion, w = 1", [Figure.share([True, False])] * 3),
    ]
    for name in SIZES:
        facts = dict(
            trained_on=27,
            steps=4,
            pictures=48,
            minutes=0.1,
            date="2026-11-30",
            clip="abc",
            figures=dict(cosine_text=0.5),
        )
        text = card(name, facts | dict(recipe=read(name, DEFAULTS)), tiny_data(), 3, rows, rows[1:])
        for said in (
            "2204.06125",
            "27 clean pictures",
            "4 steps",
            "2026-11-30",
            f"{name}.toml",
            "cosine_text 0.5",
            "flat: MIT",
            "0.550",
        ):
            assert said in text, said
