"""The upsampler that ships: on held-out pictures its own are at least as near the truth as bicubic ones."""

import json
from pathlib import Path

import pytest
import torch

from pipelines import Upsampler
from pipelines.evaluation.similarity import cosine, psnr, ssim
from pipelines.networks.text_encoder import TextEncoder
from pipelines.process.noise import Draw
from pipelines.runs.cascade import upsampling
from pipelines.runs.denoiser import Condition
from pipelines.worlds.reference import LARGER_EVERY, load_larger, load_reference

WORLD = Path(__file__).resolve().parents[1] / "assets" / "worlds" / "emoji"
N = 24

pytestmark = pytest.mark.skipif(not (WORLD / "upsampler").is_dir(), reason="this checkout has no upsampler")


@pytest.fixture(scope="module")
def upsampler():
    return Upsampler.from_pretrained(WORLD / "upsampler", torch_dtype=torch.float32).eval()


@torch.no_grad()
def test_it_is_at_least_as_near_the_truth_as_bicubic(upsampler):
    large, small = load_larger().pictures[:N], load_reference().pictures[::LARGER_EVERY][:N]
    names = load_larger().names[:N]
    assert names == load_reference().names[::LARGER_EVERY][:N]
    pooled = TextEncoder.from_pretrained(WORLD / "text_encoder").encode(names).pooled
    branches = {"conditional": Condition(pooled[:, None], pooled)}
    *_, last = upsampling(upsampler, small, branches, Draw.from_seeds(range(N)), level=0.0)
    plain = upsampler.enlarged(small).clamp(-1, 1)
    for measure in (psnr, ssim, cosine):
        assert measure(last.x, large).mean() >= measure(plain, large).mean(), measure.__name__


def test_it_says_how_it_was_trained_and_is_small(upsampler):
    facts = json.loads((WORLD / "upsampler" / "training.json").read_text("utf-8"))
    assert (
        facts["minutes"] > 0
        and facts["pictures"] > 1000
        and facts["figures"]["psnr"] >= facts["figures"]["psnr_bicubic"]
    )
    assert sum(file.stat().st_size for file in (WORLD / "upsampler").glob("*.safetensors")) <= 7e6
    assert upsampler.config.size == 128 and upsampler.small_shape == (3, 64, 64)
