"""What every entry of the registries promises where x is an autoencoder's latents and not a picture."""

import pytest
import torch

from pipelines import Classifier, ClassifierFree, Colour, Function, GlobalPrompt, GuidedPipeline, Semantic, Style
from pipelines.conditions import CONDITIONS, UniControlNet
from pipelines.declarations.inline import as_url
from pipelines.guidance import PULLS, RULES
from pipelines.process.times import CLEAN
from pipelines.runs.batched import together
from pipelines.runs.cascade import upsample
from pipelines.samplers import DDIM, DDPM, SAMPLERS
from tests.pipelines.guidance.test_contract import make
from tests.tiny import tiny_clip, tiny_judge, tiny_latent

SEEDS = (1, 2)
SIDE = 32
DISC = as_url(torch.linspace(-1, 1, SIDE).repeat(3, SIDE, 1))
LEFT = as_url(torch.cat([torch.ones(3, SIDE, SIDE // 2), -torch.ones(3, SIDE, SIDE // 2)], 2))


@pytest.fixture(scope="module")
def pipe():
    return conditioned(clean_classifier=tiny_judge())


@pytest.fixture(scope="module")
def exact():
    """The same in double precision: at high noise a gradient of x̂0 is large, and so is what rounding makes of it."""
    return conditioned(clean_classifier=tiny_judge()).to(torch.float64)


def run(pipe, rules=(), pulls=(), **settings):
    settings = {"num_inference_steps": 2, "seeds": SEEDS, "output_type": "latent"} | settings
    return pipe("red apple", rules=rules, pulls=pulls, **settings).images


@pytest.fixture(scope="module")
def plain(pipe):
    return run(pipe)


def test_pictures_are_decoded_and_latents_are_not_held(pipe, plain):
    assert plain.shape == (2, 4, 4, 4) and pipe.picture_shape == (3, SIDE, SIDE)
    assert run(pipe, [ClassifierFree(20)]).abs().max() > 1
    for images in (run(pipe, output_type="pt"), torch.from_numpy(run(pipe, output_type="np")).permute(0, 3, 1, 2)):
        torch.testing.assert_close(images, (pipe.space.decode(plain) / 2 + 0.5).clamp(0, 1))


@pytest.mark.parametrize("sampler", sorted(SAMPLERS))
@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_with_every_sampler_is_finite(pipe, rule, sampler):
    assert run(pipe, [make(rule)], sampler=SAMPLERS[sampler](), seeds=(1,)).isfinite().all()


@pytest.mark.parametrize("sampler", sorted(SAMPLERS))
@pytest.mark.parametrize("pull", sorted(PULLS))
def test_every_pull_with_every_sampler_is_finite(pipe, plain, pull, sampler):
    guided = run(pipe, [ClassifierFree(2)], [made(pull)], sampler=SAMPLERS[sampler](), seeds=(1,))
    assert guided.isfinite().all()


def made(pull, **options):
    return Function(1.0, lambda z, t: z.mean((1, 2, 3)), **options) if pull == "Function" else make(pull, **options)


@pytest.mark.parametrize("sees", ["x_t", "x0", "x0 exact"])
@pytest.mark.parametrize("pull", sorted(PULLS))
def test_every_pull_acts_and_seeds_alone_equal_seeds_together(exact, pull, sees):
    entry = made(pull, sees=sees)
    guided = run(exact, pulls=[entry])
    assert guided.isfinite().all() and not torch.equal(guided, run(exact))
    for row, seed in enumerate(SEEDS):
        alone = run(exact, pulls=[entry], seeds=(seed,))
        torch.testing.assert_close(alone, guided[row : row + 1], atol=1e-6 * guided.abs().max().item(), rtol=1e-5)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_seeds_alone_equal_seeds_together_under_every_rule(exact, rule):
    both = run(exact, [make(rule)])
    for row, seed in enumerate(SEEDS):
        torch.testing.assert_close(run(exact, [make(rule)], seeds=(seed,)), both[row : row + 1], atol=1e-6, rtol=1e-5)


def test_runs_that_share_their_calls_are_as_they_are_alone(pipe):
    ways = [dict(rules=[ClassifierFree(w)], pulls=[Colour(0.2)]) for w in (0, 2)]
    runs = [dict(prompt="red apple", seeds=SEEDS, sampler=DDIM(), num_inference_steps=2) | way for way in ways]
    *_, last = together(pipe, runs)
    for step, way in zip(last, ways, strict=True):
        torch.testing.assert_close(step.x, run(pipe, **way), atol=2e-4, rtol=1e-3)


def test_a_pull_on_pictures_goes_through_the_decoder(pipe):
    """The gradient of what the decoder draws of x̂0, times a: that of the picture without its noise."""
    t, generator = pipe.schedule.at(400), torch.Generator().manual_seed(0)
    x = torch.randn(2, 4, 4, 4, generator=generator)
    denoiser = pipe.denoiser(["", ""], ["", ""])
    prediction = denoiser(x, t, "conditional")[0]
    seen = []

    def phi(z, at):
        seen.append((z, at))
        return z.square().sum((1, 2, 3))

    found = Function(2.0, phi).bind(denoiser)(x, t, prediction)
    assert seen[0][0].shape == (2, 3, SIDE, SIDE) and seen[0][1] == t
    torch.testing.assert_close(seen[0][0], t.a * pipe.space.decode(prediction.x0), atol=1e-5, rtol=1e-4)
    wanted = torch.autograd.functional.jvp(
        lambda z: 2.0 * (t.a * pipe.space.decode((z - t.b * prediction.eps) / t.a)).square().sum(),
        x,
        torch.ones_like(x),
    )[1]
    torch.testing.assert_close(found.sum(), wanted, rtol=1e-3, atol=1e-3)
    Function(2.0, phi, sees="x0").bind(denoiser)(x, t, prediction)
    torch.testing.assert_close(seen[-1][0], pipe.space.decode(prediction.x0), atol=1e-5, rtol=1e-4)
    assert seen[-1][1] == CLEAN


def test_a_colour_pull_moves_the_picture_to_its_colour(pipe):
    def reds(images):
        return (images[:, 0] - images[:, 1:].mean(1)).mean().item()

    settings = dict(num_inference_steps=8, output_type="pt")
    pulled = run(pipe, pulls=[Colour(0.1, "#ff0000", left=0, top=0, right=1, bottom=1)], **settings)
    assert reds(pulled) > reds(run(pipe, **settings)) + 0.01


@pytest.mark.parametrize("pull", [Style(30, images=[DISC]), Semantic(40, images=[DISC])])
def test_reference_pictures_are_encoded_and_noised_as_the_latents_are(pipe, pull):
    denoiser = pipe.denoiser([""], [""])
    bound = pull.begin(pipe).bind(denoiser)
    z, t = torch.zeros(1, 4, 4, 4), pipe.schedule.at(0)
    with torch.no_grad():
        seen = bound.references(z, CLEAN)
        torch.testing.assert_close(
            seen, pipe.space.encode(torch.linspace(-1, 1, SIDE).repeat(1, 3, SIDE, 1)), atol=0.05, rtol=0.05
        )
        assert not torch.equal(bound.references(z, t), seen)


def test_a_clean_network_sees_decoded_pictures(pipe, plain):
    seen = []
    hook = pipe.clean_classifier.body.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].shape))
    guided = run(pipe, pulls=[Classifier(3, "food", encoder="clean")])
    hook.remove()
    assert set(seen) == {(2, 3, SIDE, SIDE)} and not torch.equal(guided, plain)


def test_the_mean_route_is_finite_with_a_pull_on_pictures(pipe):
    for at in ("x", "mean"):
        assert run(pipe, pulls=[Colour(0.2)], sampler=DDPM(route="mean", at=at)).isfinite().all()


def conditioned(**more):
    """A `tiny_latent` with every side network, loud."""
    from diffusers import T2IAdapter

    from pipelines.conditions.hint import WIDTHS
    from pipelines.networks.global_adapter import GlobalAdapter
    from pipelines.training.controlnet import make_controlnet

    pipe = tiny_latent()
    torch.manual_seed(0)
    parts = dict(
        controlnet=make_controlnet(pipe.unet, (8, 8, 16)),
        adapter=T2IAdapter(in_channels=sum(WIDTHS), channels=[16, 32], num_res_blocks=1, downscale_factor=8),
        global_adapter=GlobalAdapter(dim=16, hidden=8, tokens=2, width=24, pooled=16),
    )
    for part in parts.values():
        for parameter in part.eval().parameters():
            if not parameter.any():
                torch.nn.init.normal_(parameter, std=0.3)
    return tiny_latent(**parts | more)


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_conditions_have_maps_of_the_pictures_size(name, plain):
    pipe, condition = conditioned(), CONDITIONS[name](images=[LEFT])
    settings = dict(num_inference_steps=2, seeds=SEEDS, output_type="latent")
    drawn = pipe("red apple", conditions=[condition], **settings).images
    assert drawn.isfinite().all() and not torch.equal(drawn, pipe("red apple", **settings).images)
    if name != "GlobalPrompt":
        assert condition.hint(pipe, 2).shape[-2:] == (SIDE, SIDE)


def test_empty_space_of_a_map_is_paper_and_not_the_latents_zero(pipe):
    """A mask of a white picture is empty, whatever number stands for empty space in x."""
    white = as_url(torch.ones(3, SIDE, SIDE))
    found = UniControlNet(kind="mask", images=[white]).maps(pipe, 1)
    assert not found.any()


def test_a_picture_to_be_like_is_seen_as_latents():
    pipe = conditioned()
    with torch.no_grad():
        seen = GlobalPrompt(images=[LEFT]).hint(pipe, 1)
    assert seen.shape == (1, 16)


def test_an_upsampler_of_pictures_takes_decoded_ones(pipe):
    whole = tiny_latent(upsampler=tiny_upsampler_of(SIDE))
    small = run(whole)
    *_, last = upsample(whole, small, "red apple", seeds=SEEDS)
    large = whole.to_pil(last.x)
    assert last.x.shape == (2, 3, 2 * SIDE, 2 * SIDE) and large[0].size == (2 * SIDE, 2 * SIDE)
    decoded = whole.space.decode(small)
    *_, again = upsample(whole, decoded, "red apple", seeds=SEEDS)
    assert torch.equal(again.x, last.x)


def tiny_upsampler_of(side):
    from pipelines import Upsampler

    torch.manual_seed(0)
    return Upsampler(size=2 * side, channels=[16, 32], text_dim=16, groups=8).eval()


def test_it_saves_and_reloads_with_its_guides(tmp_path, pipe, plain):
    pipe.save_pretrained(tmp_path)
    again = GuidedPipeline.from_pretrained(tmp_path)
    settings = dict(pulls=[Classifier(3, "food"), Semantic(40, "red apple")])
    torch.testing.assert_close(run(again, **settings), run(pipe, **settings))
    assert again.clip.channels == 4 and tiny_clip().channels == 3
