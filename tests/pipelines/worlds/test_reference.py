"""What ships of the data comes back as it was written."""

import numpy as np
import pytest
import torch

from pipelines.training import reference as writer
from pipelines.training.pictures import to_model
from pipelines.worlds import reference
from tests.tiny import tiny_clip, tiny_data, tiny_judge


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A world's folder with a judge, and what ships of its data."""
    for module in (reference, writer):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    judge = tiny_judge()
    judge.save_pretrained(tmp_path / "tiny" / "judge")
    monkeypatch.setattr(writer, "load_judge", lambda name: judge)
    writer.write("tiny", tiny_data())
    return tmp_path / "tiny"


def test_pictures_labels_and_names_come_back(world):
    data = tiny_data()
    for load, part, off in (
        (reference.load_reference, data.held_out, 0),
        (reference.load_thumbnails, data.train, writer.STEP / 2),
    ):
        again, truth = load("tiny"), to_model(data.images[part])
        assert again.pictures.shape == truth.shape and (again.pictures - truth).abs().max() * 127.5 <= off + 1e-3
        assert again.names == [data.entries[k]["en"] for k in data.name[part]]
        assert again.labels["style"] == [data.styles[k] for k in data.style[part]]
        assert again.labels["group"] == [data.groups[data.entries[k]["group"]] for k in data.name[part]]
        assert again.pictures[:, :, 0, 0].eq(1).all()  # white stays white


@torch.no_grad()
def test_features_are_the_judges_and_of_no_other(world):
    data, features = tiny_data(), reference.load_features("tiny")
    truth = tiny_judge().features(to_model(data.images[data.train])).numpy()
    both = np.concatenate([truth, tiny_judge().features(to_model(data.images[data.held_out])).numpy()])
    assert (np.abs(features.train - truth) <= 0.51 * (both.max(0) - both.min(0)) / 255 + 1e-6).all()  # a byte each
    assert features.held_out.shape == (len(data.held_out), 16) and features.train.dtype == np.float32
    np.testing.assert_array_equal(features.train_labels["subgroup"], data.subgroup[data.train])
    np.testing.assert_array_equal(features.held_out_labels["style"], data.style[data.held_out])
    other = tiny_judge()
    other.heads["style"].weight.add_(1)
    other.save_pretrained(world / "judge")
    with pytest.raises(ValueError, match="another judge.*training.reference"):
        reference.load_features("tiny")


@torch.no_grad()
def test_a_clip_sees_every_so_many_of_the_training_pictures(world, monkeypatch):
    clip, data = tiny_clip(world / "judge_clip"), tiny_data()
    monkeypatch.setattr(writer, "load_judge_clip", lambda name: clip)
    monkeypatch.setattr(writer, "CLIP_TRAIN", 9)
    writer.write("tiny", data, pictures=False)
    features = reference.load_features("tiny", "judge_clip")
    assert features.every == 3 and features.train.shape == (9, 16) and features.train_labels == {}
    truth = clip.encode_image(to_model(data.images[data.train][::3])).numpy()
    np.testing.assert_allclose(features.train, truth, atol=4e-3)  # a byte each, in a range of at most 2


def test_thumbnails_are_means_of_what_they_cover():
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    means = images.reshape(3, 32, 2, 32, 2, 3).mean((2, 4))
    assert np.abs(writer.smaller(images) - means).max() <= 1
    assert writer.smaller(images[:, :16, :16]).shape == (3, 16, 16, 3)


def test_what_is_said_often_is_written_once(tmp_path):
    names = ["cat", "Hund, 狗", "cat"] * 100
    labels = {"style": ["flat"] * 300, "group": names}
    reference.write_reference(tmp_path, np.zeros((300, 4, 4, 3), np.uint8), labels, names)
    text = (tmp_path / "heldout.json").read_text("utf-8")
    assert len(text) < 2_000 and text.count("cat") == 2
    again = reference._load(tmp_path, "heldout")
    assert again.names == again.labels["group"] == names and again.labels["style"] == ["flat"] * 300


def test_a_missing_or_damaged_file_is_named_with_the_way_to_restore_it(world):
    sheet = world / "reference" / f"{reference.HELD_OUT}.webp"
    sheet.write_bytes(sheet.read_bytes()[:40])
    with pytest.raises(ValueError, match="cannot be read.*training.reference tiny"):
        reference.load_reference("tiny")
    (world / "reference" / f"{reference.THUMBNAILS}.json").unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        reference.load_thumbnails("tiny")
    features = world / "reference" / "judge.npz"
    features.write_bytes(features.read_bytes()[:-5])
    with pytest.raises(ValueError, match="cannot be read"):
        reference.load_features("tiny")
