"""text → prior → decoder → upsampler on tiny networks: off it is the base to the bit, on it goes by the embedding."""

import pytest
import torch

from pipelines import CascadePipeline, ClassifierFree, GlobalPrompt, GuidedPipeline, UnCLIPCascadePipeline
from pipelines.declarations.spec import to_spec
from pipelines.runs.batched import together
from tests.tiny import tiny_autoregressive_prior, tiny_conditioned, tiny_pictures, tiny_prior, tiny_upsampler

DRAWN = dict(seeds=(1, 2), num_inference_steps=3, output_type="pt")
FEW = dict(num_inference_steps=3)


@pytest.fixture(scope="module")
def pipe():
    base = tiny_conditioned()
    parts = dict(prior=tiny_prior(base.clip), autoregressive_prior=tiny_autoregressive_prior(base.clip))
    pipe = UnCLIPCascadePipeline.from_pipe(base, upsampler=tiny_upsampler(), **parts)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def test_off_it_is_the_base_to_the_bit(pipe):
    base = CascadePipeline.from_pipe(pipe)
    base.set_progress_bar_config(disable=True)
    wanted = base("cat", rules=[ClassifierFree(2.0)], **DRAWN).images
    assert torch.equal(pipe("cat", strength=0.0, **DRAWN).images, wanted)


def test_without_an_upsampler_the_pictures_are_the_decoders(pipe):
    small = UnCLIPCascadePipeline.from_pipe(pipe, upsampler=None)
    small.set_progress_bar_config(disable=True)
    base = GuidedPipeline.from_pipe(pipe)
    base.set_progress_bar_config(disable=True)
    embeds = pipe.embed("cat", seeds=(1, 2), **FEW).image_embeds
    told = GlobalPrompt(branches="conditional", start=0.2, embeddings=embeds)
    wanted = base("cat", rules=[ClassifierFree(2.0)], conditions=[told], **DRAWN).images
    assert torch.equal(small("cat", prior_settings=FEW, **DRAWN).images, wanted)


@pytest.mark.parametrize("kind", ["prior", "autoregressive_prior"])
def test_a_prior_changes_the_picture_and_is_the_embedding_given(pipe, kind):
    settings = dict(kind=kind, prior_settings=FEW if kind == "prior" else dict(top_k=2))
    found = pipe("cat", **settings, **DRAWN).images
    assert found.shape == (2, 3, 32, 32) and not torch.allclose(found, pipe("cat", strength=0.0, **DRAWN).images)
    embeds = pipe.embed("cat", kind=kind, seeds=(1, 2), **settings["prior_settings"]).image_embeds
    assert torch.equal(pipe("cat", image_embeds=embeds, **DRAWN).images, found)
    assert not torch.equal(pipe("cat", image_embeds=embeds, tell_text=False, **DRAWN).images, found)
    again = pipe.embed("cat", kind=kind, seeds=(2,), **settings["prior_settings"]).image_embeds
    torch.testing.assert_close(again[0], embeds[1], rtol=0, atol=1e-4)


def test_prompts_and_counts_go_through(pipe):
    settings = dict(prior_settings=FEW, num_inference_steps=2, output_type="pt")
    found = pipe(["cat", "red apple"], seeds=(3,), num_images_per_prompt=2, **settings).images
    assert found.shape == (4, 3, 32, 32)
    alone = pipe("red apple", seeds=(4,), **settings).images
    torch.testing.assert_close(alone[0], found[3], rtol=0, atol=1e-3)


def test_the_embedding_of_a_picture_says_what_the_picture_says(pipe):
    base, shown = GuidedPipeline.from_pipe(pipe), tiny_pictures(2).clamp(-1, 1)
    base.set_progress_bar_config(disable=True)
    from pipelines.declarations.inline import as_tensor, as_url

    urls = tuple(as_url(picture) for picture in shown)
    with torch.no_grad():
        embeddings = pipe.clip.encode_image(as_tensor(urls, (16, 16)))
    by_picture, by_embedding = (
        base("cat", conditions=[condition], **DRAWN).images
        for condition in (GlobalPrompt(images=urls), GlobalPrompt(embeddings=3 * embeddings))
    )
    torch.testing.assert_close(by_picture, by_embedding, rtol=0, atol=1e-5)
    for wrong, said in (
        (embeddings[:, :3], "embeddings"),
        (embeddings * torch.nan, "embeddings"),
        (embeddings[[0, 1, 0]], "embeddings has 3"),
    ):
        with pytest.raises(ValueError, match=said):
            base("cat", conditions=[GlobalPrompt(embeddings=wrong)], **DRAWN)


def test_what_is_missing_is_named(pipe):
    bare = UnCLIPCascadePipeline.from_pipe(pipe, prior=None)
    with pytest.raises(ValueError, match="prior is missing"):
        bare("cat", **DRAWN)
    with pytest.raises(ValueError, match="kind = 'gan'"):
        pipe("cat", kind="gan", **DRAWN)
    with pytest.raises(TypeError, match="seeds"):
        pipe("cat", generator=torch.Generator(), **DRAWN)


def test_it_saves_and_loads(pipe, tmp_path):
    pipe.save_pretrained(tmp_path)
    again = UnCLIPCascadePipeline.from_pretrained(tmp_path)
    again.set_progress_bar_config(disable=True)
    settings = dict(prior_settings=FEW, **DRAWN)
    torch.testing.assert_close(again("cat", **settings).images, pipe("cat", **settings).images, rtol=0, atol=1e-3)


def test_runs_at_once_hear_each_its_own_embedding(pipe):
    """Also where noise and texts are the same, which are else asked once."""
    base = GuidedPipeline.from_pipe(pipe)
    base.set_progress_bar_config(disable=True)
    embeds = pipe.embed("cat", seeds=(1, 2), **FEW).image_embeds
    settings = dict(prompt="cat", seeds=(1, 1), num_inference_steps=3)
    runs = [settings | dict(conditions=[GlobalPrompt(embeddings=each)]) for each in (embeds, embeds.flip(0))]
    for run, step in zip(runs, list(together(base, runs))[-1], strict=True):
        torch.testing.assert_close(step.x, base(**run, output_type="latent").images, rtol=0, atol=1e-4)
    with pytest.raises(ValueError, match="GlobalPrompt holds"):
        to_spec(runs[0]["conditions"][0])
    assert GlobalPrompt(embeddings=embeds) == GlobalPrompt(embeddings=embeds) != GlobalPrompt(embeddings=embeds.flip(0))
