import json

import open_clip
import pytest
import torch

from pipelines.networks.clip import CLIP, words_of
from pipelines.networks.text_encoder import read
from tests.tiny import tiny_clip, tiny_pictures

TEXTS = ["red apple", "微笑的猫", ""]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    tiny_clip(folder)
    return folder


@pytest.fixture(scope="module")
def clip(folder):
    return CLIP.from_pretrained(folder)


@torch.no_grad()
def test_shapes_and_lengths(clip):
    states, mask, pooled = clip.text_states(TEXTS)
    assert states.shape == (3, 24, 24) and mask.shape == (3, 24) and pooled.shape == (3, 16)
    assert mask.dtype == torch.bool and mask.sum(1).tolist() == [4, 6, 2]  # with <bos> and <eos>
    for embedding in (pooled, clip.encode_image(tiny_pictures())):
        torch.testing.assert_close(embedding.norm(dim=-1), torch.ones(len(embedding)))
    assert torch.equal(clip.encode_text(TEXTS), pooled)
    assert clip.encode_text("red apple").shape == (1, 16)


@torch.no_grad()
def test_padding_and_neighbours_change_nothing(clip):
    alone = torch.cat([clip.encode_text([text]) for text in TEXTS])
    torch.testing.assert_close(clip.encode_text(TEXTS), alone)
    ids = clip.tokenize(TEXTS)
    torch.testing.assert_close(read(clip.model.text, ids[:, :6])[1], alone)


@torch.no_grad()
def test_any_length_of_text(clip):
    assert clip.text_states(["apple " * 500]).states.isfinite().all()


@torch.no_grad()
def test_save_and_reload_is_exact(clip, tmp_path):
    clip.save_pretrained(tmp_path)
    again = CLIP.from_pretrained(tmp_path)
    assert torch.equal(again.encode_text(TEXTS), clip.encode_text(TEXTS)) and again.words == clip.words
    assert torch.equal(again.encode_image(tiny_pictures()), clip.encode_image(tiny_pictures()))
    assert json.loads((tmp_path / "config.json").read_text())["model_cfg"]["embed_dim"] == 16
    assert not again.training and again.dtype == torch.float32


@torch.no_grad()
def test_half_on_disk_is_float_in_memory(clip, tmp_path):
    tiny_clip().half().save_pretrained(tmp_path)
    again = CLIP.from_pretrained(tmp_path)
    assert again.dtype == torch.float32
    torch.testing.assert_close(again.encode_text(TEXTS), clip.encode_text(TEXTS), atol=5e-3, rtol=0)


@torch.no_grad()
def test_open_clip_reads_the_same_model(clip, folder):
    model, _, _ = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    assert torch.equal(tokenizer(TEXTS), clip.tokenize(TEXTS))
    assert (folder / "tokenizer.json").read_text("utf-8").count("\n") <= 1  # no indentation
    model.eval()
    torch.testing.assert_close(model.encode_text(tokenizer(TEXTS), normalize=True), clip.encode_text(TEXTS))
    torch.testing.assert_close(model.encode_image(tiny_pictures(), normalize=True), clip.encode_image(tiny_pictures()))


def test_a_missing_file_is_named(folder, tmp_path):
    tiny_clip(tmp_path)
    (tmp_path / "open_clip_model.safetensors").unlink()
    with pytest.raises(ValueError, match="open_clip_model.safetensors"):
        CLIP.from_pretrained(tmp_path)


def test_a_picture_of_another_size_is_an_error(clip):
    with pytest.raises(ValueError, match="16, 16"):
        clip.encode_image(torch.zeros(1, 3, 32, 32))


def test_cosine_similarity_and_its_gradient():
    """In [-1, 1], equal to its definition, and its gradient to central differences, in float64."""
    clip = tiny_clip().double()
    x, texts = tiny_pictures(2, dtype=torch.float64).requires_grad_(), ["red apple", "猫"]
    value = clip.similarity(x, texts)
    with torch.no_grad():
        e1 = clip.model.visual(x)
        e2 = clip.encode_text(texts) * 7.0  # the cosine does not see the length
        torch.testing.assert_close(value, (e1 * e2).sum(-1) / e1.norm(dim=-1) / e2.norm(dim=-1), rtol=1e-12, atol=1e-12)
    assert (value.abs() <= 1).all()
    (gradient,) = torch.autograd.grad(value.sum(), x)
    direction, h = tiny_pictures(2, dtype=torch.float64).flip(0), 1e-5
    with torch.no_grad():
        difference = (clip.similarity(x + h * direction, texts) - clip.similarity(x - h * direction, texts)) / (2 * h)
    torch.testing.assert_close((gradient * direction).sum((1, 2, 3)), difference, rtol=1e-7, atol=1e-10)


@torch.no_grad()
def test_zero_shot_is_the_n_way_softmax_of_scaled_cosines(clip):
    x, texts = tiny_pictures(2), ["red apple", "猫", "grapes"]
    shares = clip.zero_shot(x, texts)
    cosines = torch.stack([clip.similarity(x, [text] * 2) for text in texts], 1)
    logits = clip.model.logit_scale.exp() * cosines
    torch.testing.assert_close(shares, logits.exp() / logits.exp().sum(1, keepdim=True))
    assert logits.std() > 0 and torch.equal(shares.argmax(1), cosines.argmax(1))
    assert torch.equal(clip.zero_shot(x, ["cat"]), torch.ones(2, 1))
    for wrong in ([], "a cat"):
        with pytest.raises(ValueError, match="texts = .*a list of sentences"):
            clip.zero_shot(x, wrong)


@pytest.mark.parametrize(
    "text, unknown",
    [
        ("a red apple", []),
        ("Smiling CATS, red!", []),
        ("微笑的猫", []),
        ("", []),
        ("!?", []),
        ("a zorblax cat and a zorblax", ["zorblax"]),
        ("微笑的龘龘猫", ["龘龘"]),
        ("quux的猫", ["quux"]),
        ("龘 cat 齉", ["龘", "齉"]),
    ],
)
def test_unknown_words(clip, text, unknown):
    assert clip.unknown(text) == unknown


def test_words_of():
    assert words_of("Cat's 微笑, red-hot") == ["cat's", "微", "笑", "red", "hot"]
