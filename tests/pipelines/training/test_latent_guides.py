"""Trainers of a latent world's guides on tiny data, and the world that they are joined into."""

import json
import shutil

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d, pixel_unshuffle

from pipelines import Auto, Classifier, ClassifierFree, Semantic, load_world
from pipelines.networks.classifier import NoisyClassifier
from pipelines.networks.clip import CLIP
from pipelines.training import latents as latents_module
from pipelines.training.classifier import ClassifierTask
from pipelines.training.clip import ClipTask
from pipelines.training.latents import Latents
from pipelines.training.loop import Loop
from pipelines.training.recipe import read
from pipelines.training.task import DEFAULTS
from pipelines.training.weak import WeakTask
from pipelines.training.world import assemble
from pipelines.worlds import loading
from tests.pipelines.training.test_latent_unet import SIDE
from tests.pipelines.training.test_latent_unet import task as unet_task
from tests.tiny import tiny_autoencoder, tiny_classifier, tiny_clip, tiny_data, tiny_judge, tiny_recipe

TINY = dict(batch=12, bf16=False, threads=1, warmup=2, steps=4, lr=3e-3, cooldown=0.0, latents="", moved=0.5)
SIZES = dict(channels=[8, 16], blocks=[1, 1], groups=4)


def start_clip():
    """A CLIP of pictures half as large as those of the latents, as the pixel world's is."""
    return ClipTask(tiny_recipe("clip", **{"vision.image_size": SIDE // 2}), tiny_data(SIDE // 2)).network()


def classifier_task(**changes):
    recipe = read("latent/classifier", DEFAULTS) | TINY | SIZES | dict(start="") | changes
    return ClassifierTask(recipe, tiny_data(SIDE), tiny_autoencoder(), tiny_classifier())


def clip_task(**changes):
    recipe = read("latent/clip", DEFAULTS) | TINY | dict(start="") | changes
    return ClipTask(recipe, tiny_data(SIDE), tiny_autoencoder(), start_clip())


@pytest.mark.parametrize("make", [classifier_task, clip_task])
def test_the_loss_falls(tmp_path, make):
    loop = Loop(make(steps=60), tmp_path)
    losses = [loop.update()[0] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])


@pytest.mark.parametrize("make", [classifier_task, clip_task])
def test_resumed_equals_uninterrupted_to_the_bit(tmp_path, make):
    whole = Loop(make(), tmp_path / "whole").run()
    Loop(make(), tmp_path / "parts").run(until=2)
    parts = Loop(make(), tmp_path / "parts").run()
    for (name, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), name


@pytest.fixture
def linear(monkeypatch):
    """Pictures of noise whose latents are an invertible linear map of their patches: (make a task) -> the task and the pictures
    as the pixel world sees them."""
    monkeypatch.setattr(latents_module, "RIDGE", 0.0)

    def changed(each):
        images = np.random.default_rng(0).integers(0, 256, each.data.images.shape, dtype=np.uint8)
        each.data.images[:] = images
        torch.manual_seed(0)
        x = avg_pool2d(torch.from_numpy(images).permute(0, 3, 1, 2) / 127.5 - 1, 2)
        turn = torch.linalg.qr(torch.randn(48, 48))[0]
        each.source.x = torch.einsum("nphw,pc->nchw", pixel_unshuffle(x - each.data.background, 4), turn)
        each.source.channels = 48
        return each, x

    return changed


def test_where_latents_are_linear_in_patches_the_classifier_sees_what_it_saw(linear):
    each, x = linear(classifier_task())
    stem = each.network().stem(each.source.x[:3])
    wanted = each.start.stem(x[:3])
    inside = slice(2, -2)  # zeros are grey in a picture, and empty space in latents
    torch.testing.assert_close(stem[..., inside, inside], wanted[..., inside, inside], atol=1e-3, rtol=1e-3)


def test_where_latents_are_linear_in_patches_the_clip_is_the_one_it_was(linear):
    each, x = linear(clip_task())
    clip = each.network().eval()
    with torch.no_grad():
        seen, wanted = clip.encode_image(each.source.x[:3]), each.start.eval().encode_image(x[:3])
        torch.testing.assert_close(seen, wanted, atol=1e-3, rtol=1e-3)
        assert torch.equal(clip.encode_text(["red apple"]), each.start.eval().encode_text(["red apple"]))


def test_heads_keep_the_labels_that_they_know():
    """A later data set has more hands: the rows of the old ones are moved to their places, and new ones begin afresh."""
    each, old = classifier_task(), tiny_classifier()
    styles = old.labels["style"]
    each.data.styles[:] = ["another", *reversed(styles[1:]), styles[0]]
    network = each.network()
    for place, name in enumerate(network.labels["style"]):
        if name in styles:
            row = styles.index(name)
            assert torch.equal(network.heads["style"].weight[place], old.heads["style"].weight[row])
    assert torch.equal(network.heads["group"].bias, old.heads["group"].bias)
    assert not torch.equal(network.heads["style"].weight[0], old.heads["style"].weight[0])


def test_latents_are_moved_by_whole_places_and_empty_space_comes_in():
    each = Latents(TINY | dict(autoencoder="", moved=1.0), tiny_data(SIDE), tiny_autoencoder())
    x, rng = torch.rand(5, 4, 8, 8) + 1, torch.Generator().manual_seed(3)
    moved = each.moved(x, rng)
    whole = torch.nn.functional.pad(x, (1, 1, 1, 1))
    assert any(
        torch.equal(moved, whole[..., i : i + 8, j : j + 8]) for i in range(3) for j in range(3) if (i, j) != (1, 1)
    )


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    """A latent world's folder as the trainers leave it, without guides; and a folder with the guides."""
    folder = tmp_path_factory.mktemp("worlds")
    Loop(unet_task(), folder / "run_unet").run().export(folder / "latent" / "unet")
    vae = tiny_autoencoder()
    vae.save_pretrained(folder / "latent" / "vae")
    Loop(classifier_task(), folder / "run_classifier").run().export(folder / "guides" / "classifier")
    Loop(clip_task(), folder / "run_clip").run().export(folder / "guides" / "clip")
    return folder


@pytest.fixture
def worlds(joined, tmp_path, monkeypatch):
    """Copies of them, in the place of the worlds that ship."""
    folder = shutil.copytree(joined, tmp_path / "worlds")
    monkeypatch.setattr(loading, "FOLDER", folder)
    return folder


def test_a_latent_world_is_joined_and_draws_before_it_has_guides(worlds):
    assert "latent" not in loading.worlds()  # parts alone are no world
    assemble(worlds / "latent")
    assert "latent" in loading.worlds()
    pipe = load_world("latent")
    assert pipe.config.clip_sample_range is None and pipe.config.background == 0 and pipe.schedule.config.shift == 1
    assert pipe.layout is not None and pipe.clip is None and pipe.classifier is None
    assert pipe("red apple", rules=[ClassifierFree(2)], num_inference_steps=2).images[0].size == (SIDE, SIDE)


def test_guides_are_joined_when_they_are_there_and_guide(worlds):
    for name in ("classifier", "clip"):
        shutil.copytree(worlds / "guides" / name, worlds / "latent" / name)
    assemble(worlds / "latent")
    pipe = load_world("latent")
    assert isinstance(pipe.classifier, NoisyClassifier) and isinstance(pipe.clip, CLIP)
    settings = dict(num_inference_steps=2, output_type="pt")
    plain = pipe("red apple", **settings).images
    for pull in (Classifier(3, "food"), Semantic(40, "red apple")):
        drawn = pipe("red apple", pulls=[pull], **settings).images
        assert drawn.isfinite().all() and not torch.equal(drawn, plain)


def test_a_network_of_another_autoencoders_latents_is_refused(worlds):
    file = worlds / "latent" / "unet" / "training.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | dict(autoencoder="another")))
    with pytest.raises(ValueError, match="unet was trained on the latents of another"):
        assemble(worlds / "latent")


def test_a_trainer_exports_to_the_part_that_its_network_becomes():
    from pipelines.training.autoencoder import AutoencoderTask
    from pipelines.training.latent_unet import LatentUNetTask

    assert (AutoencoderTask.part, LatentUNetTask.part, ClassifierTask.part) == ("vae", "unet", "")


def test_pixel_recipes_see_pictures():
    each = ClassifierTask(tiny_recipe("classifier"), tiny_data())
    assert each.source.x0(np.arange(2)).shape == (2, 3, 16, 16) and each.source.facts() == {}
    assert tiny_clip().channels == 3


def test_a_weak_network_of_latents_is_trained_on_the_worlds_text_encoder_and_guides(worlds, tmp_path):
    assemble(worlds / "latent")
    own = dict(channels=[16, 16], attention=[False, True], text_folder=str(worlds / "latent" / "text_encoder"))
    recipe = read("latent/weak", DEFAULTS) | TINY | own | dict(held_out=3, steps=60)
    loop = Loop(WeakTask(recipe, tiny_data(SIDE), tiny_clip(), tiny_autoencoder()), tmp_path)
    losses = [loop.update()[0] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])
    loop.export(worlds / "latent" / "weak")
    pipe = assemble(worlds / "latent")
    settings = dict(num_inference_steps=2, output_type="pt")
    plain, pushed = (pipe("red apple", rules=[Auto(w)], **settings).images for w in (0, 2))
    assert pushed.shape == (1, 3, SIDE, SIDE) and pushed.isfinite().all() and not torch.equal(plain, pushed)


@pytest.fixture
def measured(worlds, monkeypatch):
    """A latent world with guides, judges that another world of smaller pictures lends, and data of its own."""
    from pipelines.training import card
    from pipelines.training import reference as writer
    from pipelines.training.unet import make_unet
    from pipelines.worlds import reference

    for module in (reference, writer, card):
        monkeypatch.setattr(module, "FOLDER", worlds)
    for name in ("classifier", "clip"):
        shutil.copytree(worlds / "guides" / name, worlds / "latent" / name)
    assemble(worlds / "latent")
    lent = worlds / "emoji"
    make_unet([16, 32], [False, True], 2, 16, text_width=24, text_dim=16).save_pretrained(lent / "unet")
    tiny_judge().save_pretrained(lent / "judge")
    tiny_clip(lent / "judge_clip")
    return worlds / "latent"


def test_its_reference_and_report_are_by_judges_of_smaller_pictures(measured):
    from dataclasses import replace

    from pipelines.training import card
    from pipelines.training import reference as writer
    from pipelines.training.report.context import Context
    from pipelines.training.report.run import measure
    from pipelines.training.report.setup import SETUPS
    from pipelines.worlds import reference

    data = tiny_data(SIDE)
    data.styles[-1] = "another hand"
    writer.write("latent", data)
    found = reference.load_features("latent")
    assert found.train.shape == (len(data.train), 16) and found.train_labels["style"].min() == -1
    assert reference.load_reference("latent").pictures.shape[-1] == SIDE

    setup = replace(SETUPS["latent"], strengths=(0.0, 2.0), gammas=(3.0,))
    context = Context("latent", n=6, steps=1, quick=True, setup=setup, say=lambda text: None)
    report = json.loads(measure(context).read_text("utf-8"))
    assert {"agreement", "fidelity", "retrieval", "novelty", "noise", "guides", "cost"} <= {
        section["name"] for section in report["sections"]
    }
    unknown = [
        (section["name"], row, figure)
        for section in report["sections"]
        for table in section["tables"]
        for row, figures in table["rows"].items()
        for figure in figures
        if figure and not np.isfinite(figure["value"])
    ]
    assert not unknown
    (measured / "vocabulary.json").write_text(json.dumps(dict(licences={"flat": "MIT"})))
    text = card.write_card("latent").read_text("utf-8")
    assert "python -m pipelines.training.classifier --recipe latent/classifier" in text
    assert "python -m pipelines.training.latent_unet\n" in text


def test_what_guides_read_of_pictures_are_their_latents(measured):
    from pipelines.training.report.context import Context
    from pipelines.training.report.setup import SETUPS

    context = Context("latent", n=2, setup=SETUPS["latent"], quick=True)
    pictures = torch.rand(2, 3, SIDE, SIDE) * 2 - 1
    assert context.for_guide(pictures).shape == (2, 4, 8, 8) and context.for_judge(pictures).shape == (2, 3, 16, 16)
    half = torch.nn.functional.avg_pool2d(pictures, 2)  # of the world that lends its data
    assert context.for_guide(half).shape == (2, 4, 8, 8)


def test_amed_learns_its_times_in_latents(measured):
    from pipelines.samplers import AMED
    from pipelines.training import amed

    pipe = load_world("latent")
    learned, check = amed.train(pipe, ["cat", "grapes"], pictures=2, counts=(2,), teacher_steps=4)
    assert all(np.isfinite(value) for value in check[2].values())
    drawn = pipe("cat", sampler=AMED(learned=learned), num_inference_steps=2, output_type="pt").images
    assert drawn.isfinite().all() and drawn.shape == (1, 3, SIDE, SIDE)
