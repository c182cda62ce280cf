"""The denoising network's trainer on a tiny data set, and the world that is joined from what the trainers export."""

import json
import shutil

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d

from pipelines import Classifier, ClassifierFree, Semantic, load_judge, load_world
from pipelines.guidance import Auto
from pipelines.networks.layout import Layout
from pipelines.process.schedule import NoiseSchedule
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.pictures import to_model
from pipelines.training.recipe import read
from pipelines.training.unet import UNetTask, level_shares, make_unet
from pipelines.training.weak import WeakTask
from pipelines.training.world import assemble
from pipelines.worlds import WorldError
from tests.tiny import UNET, tiny_classifier, tiny_clip, tiny_data, tiny_judge

TINY = UNET | dict(steps=4, compile=False, layout=24)


def make(folder, **changes):
    recipe = read("unet", DEFAULTS) | TINY | changes
    return Loop(UNetTask(recipe, tiny_data(), tiny_clip()), folder)


def test_the_loss_falls(tmp_path):
    loop = make(tmp_path, steps=60, lr=3e-3, cooldown=0.0)
    losses = [loop.update()[0] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_resumed_equals_uninterrupted_to_the_bit(tmp_path, optimizer):
    whole = make(tmp_path / "whole", optimizer=optimizer).run()
    make(tmp_path / "parts", optimizer=optimizer).run(until=2)
    parts = make(tmp_path / "parts", optimizer=optimizer).run()
    for (name, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), name
    assert (tmp_path / "whole" / "pictures" / "0000004.png").exists() and whole.figures == parts.figures


def test_the_layout_learns_what_the_text_alone_tells(tmp_path):
    """Its picture comes nearer to the pictures of the text, and the U-Net sees it."""
    loop = make(tmp_path, steps=60, lr=3e-3, cooldown=0.0)
    task, network = loop.task, loop.bare
    x0 = avg_pool2d(to_model(task.data.images[task.data.train]), 2)
    ids = task.tokenize([task.captions.name(i) for i in task.data.train])

    def error():
        with torch.no_grad():
            return (network.layout(network.text_encoder(ids).pooled) + 1 - x0).square().mean().item()

    before = error()
    for _ in range(60):
        loop.update()
    assert error() < 0.8 * before
    with torch.no_grad():
        x, t = torch.randn(1, 3, 16, 16), torch.tensor([900])
        one, _ = network(x, t, ids[:1])
        network.layout.body[-1].bias += 1.0
        assert not torch.equal(one, network(x, t, ids[:1])[0])


def test_levels_are_drawn_as_the_recipe_says():
    schedule = NoiseSchedule()
    drawn = torch.multinomial(
        level_shares(schedule, -1.0, 1.5), 40_000, replacement=True, generator=torch.Generator().manual_seed(0)
    )
    log_snr = schedule.log_snr[drawn]
    assert log_snr.mean().item() == pytest.approx(-1.0, abs=0.05) and log_snr.std().item() == pytest.approx(
        1.5, abs=0.05
    )


def test_the_network_of_the_recipe_keeps_to_its_cost():
    from torch.utils.flop_counter import FlopCounterMode

    recipe = read("unet", DEFAULTS)
    unet = make_unet(recipe["channels"], recipe["attention"], recipe["patch"], 64, 256, 256, recipe["layers"], more=3)
    layout = Layout(256, recipe["layout"], 16)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        layout(torch.zeros(1, 256))
        unet(torch.zeros(1, 51, 16, 16), torch.zeros(1), torch.zeros(1, 24, 256), class_labels=torch.zeros(1, 256))
    assert counter.get_total_flops() <= 1e9


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    """A world's folder as the trainers leave it, joined."""
    folder = tmp_path_factory.mktemp("worlds") / "tiny"
    make(folder.parent / "run").run().export(folder / "unet")
    for name, part in dict(clip=tiny_clip(), classifier=tiny_classifier(), judge=tiny_judge()).items():
        part.half().save_pretrained(folder / name)
    assemble(folder)
    return folder


@pytest.fixture
def world(joined, tmp_path):
    """A copy of it, to be spoilt."""
    return shutil.copytree(joined, tmp_path / "tiny")


def test_a_joined_world_loads_in_float32_and_makes_pictures(world):
    pipe = load_world(world)
    assert {
        p.dtype
        for part in (pipe.unet, pipe.layout, pipe.text_encoder, pipe.clip, pipe.classifier)
        for p in part.parameters()
    } == {torch.float32}
    images = pipe("red apple", rules=[ClassifierFree(2)], num_inference_steps=2, output_type="pt").images
    assert images.shape == (1, 3, 16, 16) and images.isfinite().all()
    assert set(load_judge(world).labels) == {"group", "subgroup", "style"}
    assemble(world)
    assert torch.equal(
        images,
        load_world(world)("red apple", rules=[ClassifierFree(2)], num_inference_steps=2, output_type="pt").images,
    )


@pytest.mark.parametrize(
    "file",
    [
        "unet/diffusion_pytorch_model.safetensors",
        "clip/open_clip_model.safetensors",
        "text_encoder/diffusion_pytorch_model.safetensors",
    ],
)
def test_a_damaged_weight_file_is_named_with_the_way_to_restore_it(world, file):
    weights = world / file
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(WorldError, match=f"{file} is damaged.*git checkout"):
        load_world(world)
    weights.write_bytes(b"not weights at all")
    with pytest.raises(WorldError, match=f"{file} is damaged"):
        load_world(world)


def test_whatever_is_missing_or_no_json_is_named_and_nothing_else(world):
    """Of every file and folder of a world in turn."""
    unread = {"training.json", "vocabulary.json", "tokenizer_config.json", "words.txt"}  # at loading
    there = [
        path for path in sorted(world.rglob("*")) if path.name not in unread and path != world / "clip/config.json"
    ]
    assert len(there) > 15
    aside = world.parent / "aside"
    for path in there:
        load = load_judge if "judge" in path.relative_to(world).parts else load_world
        path.rename(aside)
        with pytest.raises(WorldError) as told:
            load(world)
        assert str(told.value).startswith(f"{path} is missing. Restore it with `git checkout"), path
        if path.suffix == ".json":
            path.write_text("{")
            with pytest.raises(WorldError) as told:
                load(world)
            assert str(told.value).startswith(f"{path} is damaged. "), path
            path.unlink()
        aside.rename(path)
    load_world(world), load_judge(world)


def test_a_weak_network_is_trained_on_the_worlds_own_text_encoder_and_joined(world, tmp_path):
    recipe = (
        read("weak", DEFAULTS) | TINY | dict(text_folder=str(world / "text_encoder"), steps=30, lr=3e-3, cooldown=0.0)
    )
    loop = Loop(WeakTask(recipe, tiny_data(), tiny_clip()), tmp_path / "weak")
    before = {name: value.clone() for name, value in loop.bare.text_encoder.state_dict().items()}
    losses = [loop.update()[0] for _ in range(30)]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])
    assert all(torch.equal(value, before[name]) for name, value in loop.bare.text_encoder.state_dict().items())
    loop.export(world / "weak")
    assert not (world / "weak" / "text_encoder").exists()
    assert assemble(world).weak is not None
    settings = dict(num_inference_steps=2, output_type="latent")
    plain, pushed = (load_world(world)("red apple", rules=[Auto(w)], **settings).images for w in (0, 2))
    assert not torch.equal(plain, pushed) and pushed.isfinite().all()


def test_clean_guides_are_joined_where_they_are(world):
    """They guide by `encoder="clean"`, and a world without them says what it lacks."""
    pull = Classifier(3, "food", encoder="clean", sees="x0")
    with pytest.raises(ValueError, match="no classifier of clean pictures"):
        load_world(world)("red apple", pulls=[pull], num_inference_steps=2)
    tiny_judge().half().save_pretrained(world / "clean_classifier")
    tiny_clip().half().save_pretrained(world / "clean_clip")
    assemble(world)
    pipe, settings = load_world(world), dict(num_inference_steps=2, output_type="latent")
    plain = pipe("red apple", **settings).images
    for pull in (pull, Semantic(40, "red apple", encoder="clean")):
        assert not torch.equal(plain, pipe("red apple", pulls=[pull], **settings).images)


def test_an_unknown_world_is_told_with_those_there_are():
    with pytest.raises(ValueError, match="Unknown world 'emojis'"):
        load_world("emojis")


def test_a_part_that_was_not_trained_is_told(tmp_path):
    with pytest.raises(ValueError, match="has no unet/; train it"):
        assemble(tmp_path)


def test_the_recipe_has_no_key_that_nothing_reads():
    source = json.dumps(open(__import__("pipelines.training.unet", fromlist=["x"]).__file__, encoding="utf-8").read())
    unread = [key for key in read("unet", {}) if key not in DEFAULTS and f'\\"{key}\\"' not in source]
    assert not unread
