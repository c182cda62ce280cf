"""Fashion-MNIST from IDX files, whole and damaged, and the trainers on a tiny world of classes."""

import gzip
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines import ClassifierFree, load_world
from pipelines.training import fashion, fashion_files
from pipelines.training.classifier import ClassifierTask
from pipelines.training.clip import ClipTask
from pipelines.training.datasets import load
from pipelines.training.fashion import CLASSES, FashionData, build
from pipelines.training.fashion_files import FILES, fetch, read_idx
from pipelines.training.judge import JudgeTask
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.recipe import read
from pipelines.training.unet import UNetTask
from pipelines.training.world import assemble
from tests.tiny import CLIP

COMMON = dict(batch=12, bf16=False, threads=1, warmup=2, steps=4)
TINY = {
    "unet": dict(channels=[16, 32], attention=[False, True], width=8, held_out=10),
    "classifier": dict(channels=[8, 16], blocks=[1, 1], groups=4),
    "judge": dict(layers=[1, 1, 1, 1], channels=[8, 8, 16, 16]),
    "clip": CLIP,
}
TASKS = {"unet": UNetTask, "classifier": ClassifierTask, "judge": JudgeTask, "clip": ClipTask}


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def band(labels: np.ndarray, side: int = 12) -> np.ndarray:
    """Class k has a bright band of three rows from row k on. (N,) -> (N, side, side) uint8."""
    below = np.arange(side) - labels[:, None]
    rows = np.where((below >= 0) & (below < 3), 255, 40).astype(np.uint8)
    return np.repeat(rows[:, :, None], side, 2)


def write_files(folder, train: int = 40, test: int = 20) -> None:
    """Four IDX files of bands."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", train), ("t10k", test)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        for what, array in (("images", band(labels)), ("labels", labels)):
            (folder / f"{FILES[part, what]}.gz").write_bytes(gzip.compress(idx(array)))


@pytest.fixture
def folder(tmp_path):
    write_files(tmp_path / "idx")
    return tmp_path / "idx"


@pytest.fixture
def data(folder) -> FashionData:
    return build(folder, side=16, held_out=1)


def test_pictures_are_padded_with_black_and_parted(data, folder):
    assert data.images.shape == (60, 16, 16, 3) and data.images.dtype == np.uint8
    assert not data.images[:, :2].any() and not data.images[:, :, -2:].any()
    assert (data.images[:, 2:14, 2:14] == band(data.label)[..., None]).all()
    assert (len(data.train), len(data.held_out), len(data.test)) == (30, 10, 20)
    assert data.test.min() == 40 and Counter(data.label[data.held_out].tolist()) == dict.fromkeys(range(10), 1)
    assert np.array_equal(build(folder, side=16, held_out=1).part, data.part)


def test_it_saves_and_loads(data, tmp_path):
    data.save(tmp_path / "sub" / "fashion.npz")
    again = load(dict(dataset="fashion", data=tmp_path / "sub" / "fashion.npz"))
    assert all(np.array_equal(getattr(data, key), getattr(again, key)) for key in ("grey", "label", "part"))
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["fashion.npz"]


@pytest.mark.parametrize("content", [None, b"", b"no zip at all"])
def test_a_missing_or_damaged_data_file_is_named(tmp_path, content):
    path = tmp_path / "fashion.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        (FileNotFoundError, ValueError), match="fashion.npz.*python -m pipelines.training.fashion --out"
    ):
        FashionData.load(path)


def test_an_unknown_data_set_is_told():
    with pytest.raises(ValueError, match="dataset is 'shoes'; choose from .'emoji', 'fashion'"):
        load(dict(dataset="shoes", data="x"))


GOOD = idx(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


def test_an_idx_file_is_read_plain_and_compressed(tmp_path):
    (tmp_path / "plain").write_bytes(GOOD)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(GOOD))
    for name in ("plain", "packed.gz"):
        assert np.array_equal(read_idx(tmp_path / name, 3), np.arange(24).reshape(2, 3, 4))


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", "begins with nothing"),
        (b"\0\0", "begins with 00 00;"),
        (GOOD[:3] + b"\1" + GOOD[4:], "begins with 00 00 08 01; .* of 3 dimensions .* 00 00 08 03"),
        (b"\0\0\x0d" + GOOD[3:], "begins with 00 00 0d 03"),
        (GOOD[:9], "needs"),
        (GOOD[:-1], r"has 39 bytes; its head says \[2, 3, 4\], which needs 40"),
        (GOOD + b"x", "has 41 bytes"),
        (GOOD[:4] + b"\xff" * 12 + GOOD[16:], "4294967295, 4294967295"),  # sizes whose product no machine holds
    ],
)
def test_a_hostile_idx_file_is_refused_by_name(tmp_path, content, told):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path}.*{told}"):
        read_idx(path, 3)


def test_a_truncated_archive_is_refused_by_name(tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(GOOD)[:-12])
    with pytest.raises(ValueError, match=f"{path} cannot be read"):
        read_idx(path, 3)


def test_files_that_do_not_fit_together_are_refused(folder):
    labels = folder / f"{FILES['t10k', 'labels']}.gz"
    labels.write_bytes(gzip.compress(idx(np.zeros(19, np.uint8))))
    with pytest.raises(ValueError, match="20 pictures and 19 labels in 't10k'"):
        build(folder)
    labels.write_bytes(gzip.compress(idx(np.full(20, 10, np.uint8))))
    with pytest.raises(ValueError, match="label 10 in 't10k'; allowed: 0 to 9"):
        build(folder)
    with pytest.raises(ValueError, match="pictures of .12, 12. pixels in 'train'; at most 8"):
        build(folder, side=8)


def test_a_missing_file_and_missing_tools_are_told_with_what_to_do(folder, monkeypatch, tmp_path):
    (folder / f"{FILES['train', 'images']}.gz").unlink()
    with pytest.raises(ValueError, match="no train-images-idx3-ubyte.gz; .*dataset-fashion-mnist"):
        build(folder)
    monkeypatch.setattr(fashion_files, "INSTALLED", Path("there/is/none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="apt-get is missing.*github.com/zalandoresearch.*--folder"):
        fetch(tmp_path / "cache")


def test_the_command_builds_the_file(folder, tmp_path, capsys):
    fashion.main(["--folder", str(folder), "--out", str(tmp_path / "out.npz")])
    assert "MIT" in capsys.readouterr().out and len(FashionData.load(tmp_path / "out.npz")) == 60


def test_captions_name_the_class_in_both_languages(data):
    captions, rng = data.captions, np.random.default_rng(0)
    index = int(np.flatnonzero(data.label == 9)[0])
    assert captions.name(index) == "ankle boot" and captions.name(index, "zh") == "短靴"
    assert "an ankle boot" in captions.texts(index, "name", "en") and captions.texts(index, "group", "en") == ()
    trouser = captions.texts(int(np.flatnonzero(data.label == 1)[0]), "name", "en")
    assert "trousers" in trouser and "a trousers" not in trouser
    drawn = {captions.draw(index, rng) for _ in range(400)}
    assert drawn == {*captions.texts(index, "name", "en"), *captions.texts(index, "name", "zh")}


def make(name, data, folder, **changes):
    recipe = read(f"fashion/{name}", DEFAULTS) | COMMON | TINY[name] | changes
    return Loop(TASKS[name](recipe, data), folder)


@pytest.mark.parametrize("name", list(TASKS))
def test_the_loss_falls(name, data, tmp_path):
    steps = 40
    loop = make(name, data, tmp_path, steps=steps, lr=5e-3, cooldown=0.0, clean=1.0)
    losses = [loop.update()[0] for _ in range(steps)]
    assert np.mean(losses[-8:]) < 0.9 * np.mean(losses[:8])


@pytest.mark.parametrize("name", list(TASKS))
def test_resumed_equals_uninterrupted_to_the_bit(name, data, tmp_path):
    whole = make(name, data, tmp_path / "whole").run()
    make(name, data, tmp_path / "parts").run(until=2)
    parts = make(name, data, tmp_path / "parts").run()
    for (key, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), key
    assert whole.figures == parts.figures


def test_a_joined_world_of_classes_loads_and_makes_pictures(data, tmp_path):
    folder = tmp_path / "tiny"
    for name in TASKS:
        make(name, data, tmp_path / name).run().export(folder / name)
    assemble(folder)
    pipe = load_world(folder)
    assert pipe.config.background == -1.0 and pipe.schedule.config.shift == 0.58
    assert pipe.classifier.labels == {"class": list(CLASSES)}
    draw = lambda text: pipe(text, rules=[ClassifierFree(1)], num_inference_steps=2, output_type="pt").images
    assert draw("a sneaker").shape == (1, 3, 16, 16)
    assert torch.equal(draw("a sneaker"), draw("运动鞋")) and not torch.equal(draw("bag"), draw(""))
    with pytest.raises(ValueError, match="Unknown class 'zebra'"):
        draw("zebra")
