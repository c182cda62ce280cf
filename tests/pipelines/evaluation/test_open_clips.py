"""Any open_clip model as a judge, on a tiny one that is built here: no network."""

import json

import open_clip
import pytest
import torch
from PIL import Image

from pipelines.evaluation.open_clips import ClipError, left_out, load_open_clip
from tests.tiny import tiny_clip, tiny_pictures, tiny_pipeline


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    tiny_clip(folder)
    return folder


@pytest.fixture(autouse=True)
def nothing_is_held():
    yield
    load_open_clip.cache_clear()


def test_it_sees_what_open_clip_sees(folder):
    clip = load_open_clip(f"local-dir:{folder}")
    pictures = tiny_pipeline().to_pil(tiny_pictures(3).clamp(-1, 1))
    model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    ids = open_clip.get_tokenizer(f"local-dir:{folder}")(["red apple", "微笑的猫"])
    with torch.no_grad():
        theirs = model.eval().encode_image(torch.stack([transform(each) for each in pictures]), normalize=True)
        torch.testing.assert_close(clip.encode_pictures(pictures), theirs)
        torch.testing.assert_close(clip.encode_text(["red apple", "微笑的猫"]), model.encode_text(ids, normalize=True))
    assert load_open_clip(f"local-dir:{folder}") is clip


def test_pictures_of_any_size_and_mode(folder):
    clip = load_open_clip(f"local-dir:{folder}")
    seen = [clip.encode_pictures([Image.new(mode, size, 128)]) for mode, size in (("L", (16, 16)), ("RGB", (70, 40)))]
    assert all(each.shape == (1, 16) and torch.isclose(each.norm(), torch.tensor(1.0)) for each in seen)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ViT-B-32/laion2b_s34b", "did you mean .*ViT-B-32/laion2b_s34b_b79k.*list_pretrained"),
        ("moon", "ARCHITECTURE/WEIGHTS"),
    ],
)
def test_unknown_names_are_told_with_what_is_near(name, said):
    with pytest.raises(ValueError, match=said):
        load_open_clip(name)


def test_a_folder_that_is_not_whole_is_named(folder, tmp_path):
    with pytest.raises(ClipError, match="is not there"):
        load_open_clip(f"local-dir:{tmp_path / 'none'}")
    with pytest.raises(ClipError, match=r"no open_clip_config.json and no \*.safetensors"):
        load_open_clip(f"local-dir:{tmp_path}")
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "open_clip_config.json").read_text())
    config["model_cfg"]["embed_dim"] = 8
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    with pytest.raises(ClipError, match="cannot be loaded.*Is the folder whole"):
        load_open_clip(f"local-dir:{tmp_path}")


@pytest.mark.parametrize("name", ["ViT-B-32/laion2b_s34b_b79k", "hf-hub:laion/CLIP-ViT-B-32-laion2B-s34B-b79K"])
def test_weights_that_cannot_be_fetched_are_told_at_once_with_what_to_do(name, monkeypatch, tmp_path):
    def unreachable():
        raise OSError("no network")

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.utils.get_session", unreachable)
    with pytest.raises(ClipError, match="no network.*needs a network; without one, give local-dir:FOLDER"):
        load_open_clip(name)


@pytest.mark.parametrize("unit", ["cat", "word's", "苹"])
def test_what_its_context_does_not_hold_is_known_without_the_model(folder, unit):
    """Whatever tokenizer it has: with all that is read, and not with one word less, a text has the tokens of the whole."""
    for name in (f"local-dir:{folder}", "ViT-B-32/laion2b_s34b_b79k"):
        tokenizer = open_clip.get_tokenizer(name if "local" in name else "ViT-B-32")
        for count in (1, 3, 300):
            words = [f"{unit}{i}" if unit == "cat" else unit for i in range(count)]
            text = ("" if unit == "苹" else " ").join(words)
            lost = left_out(name, text)
            assert text.endswith(lost) and bool(lost) == (count == 300)
            read = text[: len(text) - len(lost)]
            assert torch.equal(tokenizer([read]), tokenizer([text]))
            assert not lost or not torch.equal(tokenizer([read.rstrip()[: -len(words[0])]]), tokenizer([text]))
    assert left_out(name, "") == left_out(name, "!?") == ""
    assert not load_open_clip.cache_info().currsize
