"""The fashion world that ships: its files, its cost, and the laws of guidance on data that is not memorised."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from pipelines import Classifier, ClassifierFree, Semantic, load_judge, load_world
from pipelines.process.noise import Draw
from pipelines.worlds.reference import load_features, load_reference

ROOT = Path(__file__).resolve().parents[1]
WORLD = ROOT / "assets" / "worlds" / "fashion"
EACH, STEPS = 6, 8  # pictures a class; enough for differences this large

pytestmark = pytest.mark.skipif(not (WORLD / "model_index.json").exists(), reason="the fashion world is not there")


@pytest.fixture(scope="module")
def pipe():
    return load_world("fashion")


@pytest.fixture(scope="module")
def judge():
    return load_judge("fashion")


@pytest.fixture(scope="module")
def wanted(judge):
    return judge.labels["class"] * EACH


def test_files_are_small_and_say_where_they_come_from():
    files = [path for path in WORLD.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 26e6
    weights = {path.parent.name: path.stat().st_size for path in files if path.suffix == ".safetensors"}
    assert (
        weights["unet"] < 8e6 and weights["classifier"] < 1.5e6 and weights["judge"] < 1.5e6 and weights["clip"] < 4e6
    )
    for network in ("unet", "clip", "classifier", "judge"):
        facts = json.loads((WORLD / network / "training.json").read_text("utf-8"))
        assert facts["pictures"] > 10_000 and facts["trained_on"] == 58_000
    words = json.loads((WORLD / "vocabulary.json").read_text("utf-8"))
    assert "MIT" in words["licences"]["fashion"] and "Zalando" in words["licences"]["fashion"]


def test_it_loads_in_a_fresh_process():
    program = "from pipelines import load_world; print(type(load_world('fashion').text_encoder).__name__)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "ClassEncoder", done.stderr


def test_a_forward_costs_at_most_0_35_gflop(pipe):
    from torch.utils.flop_counter import FlopCounterMode

    condition = pipe.encode(["sneaker"])
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        pipe.network(torch.zeros(1, 3, 32, 32), torch.zeros(1), condition)
    assert counter.get_total_flops() <= 0.35e9


def agreement(pipe, judge, wanted, **guidance):
    images = pipe(wanted, seeds=range(len(wanted)), num_inference_steps=STEPS, output_type="latent", **guidance).images
    with torch.no_grad():
        said = judge(images.clamp(-1, 1))["class"].argmax(1).tolist()
    return sum(judge.labels["class"][k] == label for k, label in zip(said, wanted, strict=True)) / len(wanted)


def test_agreement_rises_with_w(pipe, judge, wanted):
    """Unconditional pictures are of any class, conditional ones of the one asked for, guided ones more so."""
    unconditional, conditional, guided = (agreement(pipe, judge, wanted, rules=[ClassifierFree(w)]) for w in (-1, 0, 2))
    assert unconditional < 0.35 < conditional < guided


def test_agreement_rises_with_gamma_without_a_prompt(pipe, judge, wanted):
    pulled = [
        agreement(pipe, judge, wanted, rules=[ClassifierFree(-1)], pulls=[Classifier(gamma, tuple(wanted))])
        for gamma in (0, 10)
    ]
    assert pulled[1] > pulled[0] + 0.2


def test_both_languages_are_the_same_class(pipe):
    draw = lambda text: pipe(text, num_inference_steps=2, output_type="pt").images
    assert torch.equal(draw("Ankle boots"), draw("短靴")) and not torch.equal(draw("bag"), draw(""))
    with pytest.raises(ValueError, match="Unknown class 'zebra'"):
        draw("zebra")


def test_clip_guidance_works_on_it(pipe):
    images = pipe(
        "", rules=[ClassifierFree(-1)], pulls=[Semantic(40, "运动鞋")], num_inference_steps=3, output_type="pt"
    ).images
    assert images.shape == (1, 3, 32, 32) and images.isfinite().all()


@torch.no_grad()
def test_the_judge_and_the_clip_know_test_pictures(pipe, judge):
    features, shown = load_features("fashion"), load_reference("fashion")
    said = judge.heads["class"](torch.from_numpy(features.held_out)).argmax(1).numpy()
    assert len(said) == 10_000 and (said == features.held_out_labels["class"]).mean() > 0.88
    similarity = pipe.clip.encode_image(shown.pictures[:500]) @ pipe.clip.encode_text(pipe.classifier.labels["class"]).T
    right = [pipe.classifier.labels["class"][k] == name for k, name in zip(similarity.argmax(1).tolist(), shown.names)]
    assert sum(right) > 0.75 * len(right)


@torch.no_grad()
def test_noise_aware_wins_at_high_noise(pipe, judge):
    shown = load_reference("fashion")
    x0, wanted = shown.pictures[:300], shown.labels["class"][:300]
    eps, shares = Draw.from_seeds(range(len(x0)))(x0.shape), []
    t = pipe.schedule.at(600)
    x = t.a * x0 + t.b * eps
    for logits in (pipe.classifier(x, torch.tensor(600.0))["class"], judge(x)["class"]):
        shares.append(sum(judge.labels["class"][k] == label for k, label in zip(logits.argmax(1).tolist(), wanted)))
    assert shares[0] > shares[1] + 30


def test_learned_times_of_amed_end_nearer_to_the_teacher_than_fixed_ones(pipe):
    facts = json.loads((WORLD / "amed.json").read_text("utf-8"))
    assert set(pipe.amed) == {4, 6, 8} and facts["pictures"] >= 16
    for steps, found in facts["distance_to_teacher"].items():
        assert len(pipe.amed[int(steps)]["r"]) == int(steps) and found["amed"] < 0.6 * found["dpm-solver-2"]
