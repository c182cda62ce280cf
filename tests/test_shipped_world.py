"""The world that ships: its files, a fresh start, and what its networks can do, measured on pictures they never saw."""

import json
import subprocess
import sys
from pathlib import Path

import open_clip
import pytest
import torch

from pipelines import DDPM, Classifier, ClassifierFree, Semantic, load_judge, load_judge_clip, load_world
from pipelines.process.noise import Draw
from pipelines.training.report.guides import gains, gap
from pipelines.worlds.reference import load_features, load_reference, load_thumbnails

ROOT = Path(__file__).resolve().parents[1]
WORLD = ROOT / "assets" / "worlds" / "emoji"


@pytest.fixture(scope="module")
def pipe():
    return load_world("emoji")


@pytest.fixture(scope="module")
def judge():
    return load_judge("emoji")


@pytest.fixture(scope="module")
def held_out():
    return load_reference("emoji")


def test_files_are_safetensors_and_small_enough():
    files = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in (".pt", ".ckpt", ".bin", ".pkl", ".pth")]
    assert max(path.stat().st_size for path in files) < 40e6
    assert sum(path.stat().st_size for path in files) < 190e6


@pytest.mark.parametrize("network", ["unet", "clip", "classifier", "judge"])
def test_every_network_says_how_it_was_trained(network):
    facts = json.loads((WORLD / network / "training.json").read_text("utf-8"))
    assert facts["minutes"] > 0 and facts["pictures"] > 1000 and facts["recipe"]["lr"] > 0
    card = (WORLD / "card.md").read_text("utf-8")
    assert f"{facts['pictures']:,}" in card and "CC-BY-4.0" in card and "holdout.csv" in card


def test_it_loads_in_a_fresh_process():
    program = "from pipelines import load_world; print(type(load_world('emoji')).__name__)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "GuidedPipeline", done.stderr


def test_open_clip_reads_the_clip_folder_too(pipe):
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{WORLD / 'clip'}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{WORLD / 'clip'}")
    texts = ["red apple", "微笑的猫"]
    with torch.no_grad():
        theirs = torch.nn.functional.normalize(model.eval().encode_text(tokenizer(texts)).float(), dim=-1)
        torch.testing.assert_close(theirs, pipe.clip.encode_text(texts), rtol=0, atol=1e-3)


def test_a_forward_costs_at_most_1_gflop(pipe):
    from torch.utils.flop_counter import FlopCounterMode

    condition = pipe.encode(["red apple"])  # once a run, not once a forward
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        pipe.network(torch.zeros(1, 3, 64, 64), torch.zeros(1), condition)
    assert counter.get_total_flops() <= 1e9


@pytest.mark.parametrize(
    "kinds",
    [
        [ClassifierFree(2)],
        [Classifier(5, "food")],
        [Semantic(40, "red apple")],
        [ClassifierFree(1), Classifier(5, "subgroup:fruit"), Semantic(40, "red apple")],
    ],
    ids=lambda kinds: "+".join(type(kind).__name__ for kind in kinds),
)
def test_any_guidance_works_together_with_any_sampler(pipe, kinds):
    rules, pulls = ([k for k in kinds if isinstance(k, ClassifierFree) == is_rule] for is_rule in (True, False))
    images = pipe(
        "red apple", rules=rules, pulls=pulls, sampler=DDPM(), num_inference_steps=4, seeds=(0, 1), output_type="pt"
    ).images
    assert images.shape == (2, 3, 64, 64) and images.isfinite().all() and images.std() > 0.01


def agreement(logits, labels, names):
    return sum(names[k] == label for k, label in zip(logits.argmax(1).tolist(), labels, strict=True)) / len(labels)


@torch.no_grad()
def test_noise_aware_wins_at_high_noise(pipe, judge, held_out):
    """Equation 17: on a x0 + b ε the classifier that was trained on it beats the clean one, and by more with more noise."""
    x0, wanted = held_out.pictures, held_out.labels["group"]
    eps = Draw.from_seeds(range(len(x0)))(x0.shape)
    margins = []
    for index in (0, 500, 700):
        t = pipe.schedule.at(index)
        x = t.a * x0 + t.b * eps
        aware = agreement(
            pipe.classifier(x, torch.tensor(float(index)))["group"], wanted, pipe.classifier.labels["group"]
        )
        clean = agreement(judge(x)["group"], wanted, judge.labels["group"])
        margins.append(aware - clean)
    assert margins[1] > 0.1 and margins[2] > 0.1 and min(margins[1:]) > margins[0]


@torch.no_grad()
def test_the_judge_knows_groups_it_never_saw_in_this_style(judge, held_out):
    assert agreement(judge(held_out.pictures)["group"], held_out.labels["group"], judge.labels["group"]) > 0.6


@torch.no_grad()
def test_the_clip_finds_names_far_above_chance(pipe, held_out):
    """Of the 400 held-out names, the right one is among the first ten for many pictures; by chance, for one in forty."""
    similarity = pipe.clip.encode_image(held_out.pictures) @ pipe.clip.encode_text(held_out.names).T
    found = (similarity.topk(10).indices == torch.arange(len(held_out.names))[:, None]).any(1)
    assert found.float().mean() > 0.25


def test_classifier_guidance_raises_its_own_label(pipe):
    """Equation 20, the shape of it: more γ, more of the label, with the same seeds."""
    shares = []
    for gamma in (0.0, 10.0):
        images = pipe(
            "", pulls=[Classifier(gamma, "food")], seeds=range(8), num_inference_steps=12, output_type="latent"
        ).images
        with torch.no_grad():
            shares.append(pipe.classifier.log_prob(images, torch.zeros(8), "food").exp().mean().item())
    assert shares[1] > shares[0] + 0.2


def test_clip_guidance_raises_the_guides_score_more_than_the_judges(pipe, held_out):
    """A guide can be pleased without the picture being better, so only a network that did not guide may measure.

    The U-Net is told nothing: told the prompt, it draws what its own CLIP likes already. Both rises are counted in what the
    same CLIP sees between right and wrong names of real pictures.
    """
    judge_clip, prompts = load_judge_clip("emoji"), held_out.names[:16]
    before, after = (
        pipe(
            [""] * 16,
            pulls=[Semantic(gamma, tuple(prompts))],
            seeds=range(16),
            num_inference_steps=12,
            output_type="latent",
        ).images.clamp(-1, 1)
        for gamma in (0, 40)
    )
    guide, judge = (
        gains(clip, before, after, prompts).mean() / gap(clip, held_out.pictures, held_out.names)
        for clip in (pipe.clip, judge_clip)
    )
    assert guide > judge + 0.1 and guide > 0.1


@torch.no_grad()
def test_what_ships_of_the_data_is_the_judges_and_whole(judge, held_out):
    features, thumbnails = load_features("emoji"), load_thumbnails("emoji")
    assert thumbnails.pictures.shape[1:] == (3, 32, 32) and len(features.train) == len(thumbnails.names) == 8209
    again = torch.cat([judge.features(part) for part in held_out.pictures.split(200)]).numpy()
    assert abs(features.held_out - again).max() < 0.01 * abs(again).max()
