"""The priors that ship: small, nearer the truth than the text is, and no part of what a world draws by itself."""

import json

import pytest
import torch

from pipelines import AutoregressivePriorPipeline, ClassifierFree, DiffusionPriorPipeline, load_prior, load_world
from pipelines.worlds import FOLDER
from pipelines.worlds.reference import load_reference
from studio.recipe.revision import revision

WORLD = FOLDER / "emoji"
KINDS = ("prior", "autoregressive_prior")
N = 48

pytestmark = pytest.mark.skipif(
    not all((WORLD / kind).is_dir() for kind in KINDS), reason="this checkout has no priors"
)


@pytest.fixture(scope="module")
def clip():
    return load_world("emoji").clip


@pytest.fixture(scope="module")
def held_out(clip):
    """Names, embeddings of their pictures, and of the names themselves."""
    reference = load_reference()
    names = reference.names[:: len(reference.names) // N][:N]
    with torch.no_grad():
        truth = clip.encode_image(reference.pictures[:: len(reference.names) // N][:N])
        return names, truth, clip.encode_text(names)


def test_the_diffusion_prior_is_nearer_the_truth_than_the_text_by_fifteen_hundredths(clip, held_out):
    names, truth, texts = held_out
    pipe = DiffusionPriorPipeline.of(load_prior("emoji"), clip)
    drawn = pipe(names, seeds=range(len(names)), rules=[ClassifierFree(1.0)], num_inference_steps=10).image_embeds
    assert (drawn * truth).sum(-1).mean() >= (texts * truth).sum(-1).mean() + 0.15


def test_the_autoregressive_prior_is_nearer_the_truth_than_the_text(clip, held_out):
    names, truth, texts = held_out
    pipe = AutoregressivePriorPipeline.of(load_prior("emoji", "autoregressive_prior"), clip)
    for knobs in (dict(do_sample=False), dict(w=1.0)):
        drawn = pipe(names, seeds=range(len(names)), **knobs).image_embeds
        assert (drawn * truth).sum(-1).mean() >= (texts * truth).sum(-1).mean() + 0.05


def test_they_are_small_and_say_how_they_were_made():
    size = 0
    for kind in KINDS:
        facts = json.loads((WORLD / kind / "training.json").read_text("utf-8"))
        assert facts["minutes"] > 0 and facts["trained_on"] == 8209 and facts["figures"]["cosine_text"] > 0
        assert "Licences" in (WORLD / kind / "card.md").read_text("utf-8")
        size += sum(file.stat().st_size for file in (WORLD / kind).glob("*.safetensors"))
    assert size <= 8e6


def test_the_world_is_the_same_without_them():
    """They are no part that a recipe of pictures depends on: its revision and its pipeline do not know them."""
    index = json.loads((WORLD / "model_index.json").read_text("utf-8"))
    assert not set(KINDS) & set(index)
    assert all(getattr(load_world("emoji"), kind) is None for kind in KINDS)
    assert revision("emoji") and load_prior("fashion") is None and load_prior("memory") is None
    with pytest.raises(ValueError, match="kind = 'gan'"):
        load_prior("emoji", "gan")
