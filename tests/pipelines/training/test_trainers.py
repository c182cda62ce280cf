"""Every trainer on a tiny data set: its loss falls, and a run in two parts is the run in one, to the bit."""

import json
import os
import signal

import numpy as np
import pytest
import torch

from pipelines.networks.classifier import NoisyClassifier
from pipelines.networks.clip import CLIP
from pipelines.networks.judge import Judge
from pipelines.training import loop as loops
from pipelines.training.average import Average
from pipelines.training.classifier import ClassifierTask
from pipelines.training.clean_classifier import CleanClassifierTask
from pipelines.training.clean_clip import CleanClipTask
from pipelines.training.clip import ClipTask, Texts, contrast
from pipelines.training.judge import JudgeTask
from pipelines.training.judge_clip import JudgeClipTask
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.muon import Muon, orthogonal
from pipelines.training.pictures import moved, some
from pipelines.training.recipe import parse, read
from tests.tiny import tiny_clip, tiny_data, tiny_pictures, tiny_recipe

TASKS = [ClipTask, ClassifierTask, JudgeTask, JudgeClipTask, CleanClassifierTask, CleanClipTask]
MODELS = {
    "clip": CLIP,
    "judge_clip": CLIP,
    "classifier": NoisyClassifier,
    "judge": Judge,
    "clean_classifier": Judge,
    "clean_clip": CLIP,
}


def make(task, folder, **changes):
    return Loop(task(tiny_recipe(task.name, **changes), tiny_data()), folder)


@pytest.fixture(params=TASKS, ids=lambda task: task.name)
def task(request):
    return request.param


def test_the_loss_falls(task, tmp_path):
    steps = 100 if task is ClipTask else 40
    loop = make(task, tmp_path, steps=steps, lr=5e-3, cooldown=0.0, clean=1.0)
    losses = [loop.update()[0] for _ in range(steps)]
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_resumed_equals_uninterrupted_to_the_bit(task, tmp_path, optimizer):
    whole = make(task, tmp_path / "whole", optimizer=optimizer).run()
    make(task, tmp_path / "parts", optimizer=optimizer).run(until=2)
    parts = make(task, tmp_path / "parts", optimizer=optimizer)
    assert parts.step == 2
    parts.run()
    assert parts.step == whole.step == 4
    for one, other in [
        (whole.bare, parts.bare),
        *((a.network, b.network) for a, b in zip(whole.averages, parts.averages)),
    ]:
        for (name, value), again in zip(one.state_dict().items(), other.state_dict().values()):
            assert torch.equal(value, again), name
    assert whole.figures == parts.figures


def test_pictures_are_counted_as_they_were_seen(tmp_path):
    """A run may go on with another batch."""
    make(JudgeTask, tmp_path, steps=9).run(until=2)
    loop = make(JudgeTask, tmp_path, steps=9, batch=5).run(until=4)
    assert loop.pictures == 2 * 12 + 2 * 5


def test_what_is_dropped_and_what_is_seen_are_drawn_from_streams_of_their_own(tmp_path, monkeypatch):
    """And no two steps draw the same; both are those of the step, whatever was drawn before."""
    loop, drawn = make(JudgeTask, tmp_path, steps=9), []
    loss = loop.task.loss

    def watched(network, rng):
        drawn.append((torch.rand(64, dtype=torch.float64), torch.rand(64, dtype=torch.float64, generator=rng)))
        torch.rand(loop.step + 1)
        return loss(network, rng)

    monkeypatch.setattr(loop.task, "loss", watched)
    for _ in range(3):
        loop.update()
    streams = [set(values.tolist()) for pair in drawn for values in pair]
    assert len(streams) == 6 and len(set().union(*streams)) == 6 * 64
    loop.step = 0
    loop.update()
    assert all(torch.equal(a, b) for a, b in zip(drawn[0], drawn[3], strict=True))


def test_export(task, tmp_path):
    loop = make(task, tmp_path / "run").run()
    loop.export(tmp_path / "out")
    loop.export(tmp_path / "out")  # replaces what is there
    facts = json.loads((tmp_path / "out" / "training.json").read_text())
    assert facts["steps"] == 4 and facts["pictures"] == 48 and facts["held_out"] == 3 and facts["figures"]["loss"] > 0
    assert {path.name for path in tmp_path.iterdir()} == {"run", "out"}
    model = MODELS[task.name].from_pretrained(tmp_path / "out")
    assert model.dtype == torch.float32
    average = min(loop.averages, key=lambda average: loop.figures[average.width]["loss"]).network
    saved = model.state_dict()
    for name, value in average.state_dict().items():
        torch.testing.assert_close(value, saved[name], rtol=1e-3, atol=1e-6)


def test_a_signal_ends_the_run_with_a_checkpoint(tmp_path):
    class Interrupted(JudgeTask):
        def loss(self, network, rng):
            os.kill(os.getpid(), signal.SIGTERM)
            return super().loss(network, rng)

    loop = make(Interrupted, tmp_path).run()
    assert loop.step == 1 and make(JudgeTask, tmp_path).step == 1
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_the_time_box_ends_and_early_networks_are_kept(tmp_path):
    loop = make(JudgeTask, tmp_path, steps=0, minutes=0.02, keep=[0.1], log_seconds=0.1).run()
    assert loop.progress == 1 and 1 <= loop.seconds < 10
    assert (tmp_path / "kept-0.1" / "training.json").exists()
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert log[0]["step"] == 1 and log[-1]["subgroup"] >= 0 and any("loss" in entry and "lr" in entry for entry in log)


def test_a_gradient_that_is_not_finite_stops_the_run(tmp_path):
    class Broken(JudgeTask):
        def loss(self, network, rng):
            return super().loss(network, rng) * float("nan")

    with pytest.raises(FloatingPointError, match="step 0"):
        make(Broken, tmp_path).run()


def test_rate(tmp_path):
    loop = make(JudgeTask, tmp_path, steps=100, warmup=10, cooldown=0.5, lr=1.0)
    rates = {}
    for loop.step in (0, 9, 40, 75, 100):
        rates[loop.step] = loop.rate()
    assert rates == {0: 0.1, 9: 1.0, 40: 1.0, 75: 0.5, 100: 0.0}


def test_main_runs_and_exports(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    data = tiny_data()
    monkeypatch.setattr("pipelines.training.data.EmojiData.load", lambda path: data)
    arguments = [
        "--steps",
        "2",
        "--batch",
        "8",
        "--bf16",
        "false",
        "--channels",
        "[8,16]",
        "--blocks",
        "[1,1]",
        "--groups",
        "4",
        "--threads",
        "1",
    ]
    loops.main(ClassifierTask, arguments)
    folder = tmp_path / "assets/worlds/emoji/classifier"
    assert NoisyClassifier.from_pretrained(folder).config.channels == [8, 16]
    assert (tmp_path / ".runs/emoji/classifier/checkpoint.pt").exists()


def test_a_locked_text_tower_stays_and_the_pictures_learn(tmp_path):
    start = tmp_path / "start"
    clip = tiny_clip(start)
    loop = make(ClipTask, tmp_path / "run", start=str(start), locked=True).run()
    for before, after in (
        (clip.model.text, loop.bare.model.text),
        (clip.model.text, loop.averages[0].network.model.text),
    ):
        for one, other in zip(before.parameters(), after.parameters()):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-6)
    assert not torch.equal(clip.model.visual.conv1.weight, loop.bare.model.visual.conv1.weight)


# --- parts ---


def test_recipes_have_no_key_that_nothing_reads(task):
    known = set(DEFAULTS) | {
        "pieces",
        "clean",
        "joined",
        "start",
        "locked",
        "channels",
        "blocks",
        "groups",
        "dropout",
        "smoothing",
        "architecture",
        "layers",
        "grain",
    }
    assert {key for key in read(task.name, {}) if "." not in key} <= known


def test_options_override_the_recipe():
    recipe, options = parse("clip", DEFAULTS, ["--vision.width", "96", "--ema", "[0.2]", "--bf16", "--lr", "0.1"])
    assert (recipe["vision.width"], recipe["ema"], recipe["bf16"], recipe["lr"]) == (96, [0.2], True, 0.1)
    with pytest.raises(ValueError, match="lr is 'fast'"):
        parse("clip", DEFAULTS, ["--lr", "fast"])
    with pytest.raises(ValueError, match="classifier"):
        read("nothing", DEFAULTS)


def test_power_function_average():
    """The average of the steps 1..n with weights ∝ step^γ, as the recursion promises (Karras et al. 2024)."""
    network = torch.nn.Linear(1, 1, bias=False).double()
    average = Average(network, 0.1)
    for step in range(1, 400):
        with torch.no_grad():
            network.weight.fill_(step / 399)
        average.update(network, step)
    gamma = average.power
    assert average.network.weight.item() == pytest.approx((gamma + 1) / (gamma + 2), abs=2e-3)
    assert ((gamma + 1) / ((gamma + 2) ** 2 * (gamma + 3))) ** 0.5 == pytest.approx(0.1)


def test_orthogonal_gives_singular_values_near_one():
    g = torch.randn(3, 40, 16, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonal(g))
    assert values.min() > 0.6 and values.max() < 1.3
    torch.testing.assert_close(orthogonal(g.mT), orthogonal(g).mT)


def test_muon_leaves_the_rest_to_adamw():
    torch.manual_seed(0)
    networks = [torch.nn.Linear(4, 4) for _ in range(2)]
    networks[1].load_state_dict(networks[0].state_dict())
    mine = Muon(
        [dict(params=[networks[0].weight], muon=True), dict(params=[networks[0].bias])],
        lr=0.1,
        weight_decay=0.0,
    )
    adamw = torch.optim.AdamW(networks[1].parameters(), lr=0.1, weight_decay=0.0)
    for network, optimizer in zip(networks, (mine, adamw)):
        network(torch.ones(2, 4)).square().sum().backward()
        optimizer.step()
    assert torch.equal(networks[0].bias, networks[1].bias) and not torch.allclose(
        networks[0].weight, networks[1].weight
    )


def test_moved_keeps_white_white_and_the_rest_to_the_bit():
    rng = torch.Generator().manual_seed(0)
    assert torch.equal(moved(torch.ones(8, 3, 8, 8), rng), torch.ones(8, 3, 8, 8))
    x = tiny_pictures(64)
    kept = [torch.equal(a, b) for a, b in zip(x, moved(x, rng, share=0.5))]
    assert 16 < sum(kept) < 48
    assert torch.equal(moved(x, rng, share=0.0), x)


def test_some_takes_each_once_when_it_can():
    rng = torch.Generator().manual_seed(0)
    assert sorted(some(np.arange(5, 10), 5, rng)) == [5, 6, 7, 8, 9]
    assert len(some(np.arange(3), 10, rng)) == 10


def test_captions_fit_exactly_the_pictures_they_fit():
    data = tiny_data()
    texts, indices = Texts(data, joined=0.0), np.arange(len(tiny_data()))
    for seed in range(5):
        written, fits = texts.batch(indices, np.random.default_rng(seed))
        assert fits.diagonal().all()
        for text, row in zip(written, fits):
            assert [text in texts.captions.every(index) for index in indices] == row.tolist(), text


def test_contrast_ignores_what_fits_as_well():
    """Two pictures of one caption are no rivals; without such pairs it is the symmetric cross entropy."""
    torch.manual_seed(0)
    pictures, texts = (torch.nn.functional.normalize(torch.randn(3, 8), dim=-1) for _ in range(2))
    scale, eye = torch.tensor(5.0), torch.eye(3, dtype=torch.bool)
    logits = 5.0 * texts @ pictures.T
    plain = torch.nn.functional.cross_entropy
    target = torch.arange(3)
    torch.testing.assert_close(
        contrast(pictures, texts, scale, eye), (plain(logits, target) + plain(logits.T, target)) / 2
    )
    assert contrast(pictures, texts, scale, torch.ones(3, 3, dtype=torch.bool)) == 0
