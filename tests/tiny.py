"""Tiny data and networks that the tests build themselves: 16×16 pictures, random weights, milliseconds."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import torch

from pipelines.training.data import TABLES, EmojiData
from pipelines.training.recipe import read
from pipelines.training.taxonomy import GROUPS, STYLES, SUBGROUPS

SIZE = 16
THINGS = [  # en, zh, group, subgroup, tags in English and Chinese
    ("red apple", "红苹果", "food-drink", "food-fruit", ["fruit", "red"], ["水果", "红色"]),
    ("grapes", "葡萄", "food-drink", "food-fruit", ["fruit", "purple"], ["水果"]),
    ("elephant", "大象", "animals-nature", "animal-mammal", ["trunk", "big"], ["长鼻"]),
    ("cat", "猫", "animals-nature", "animal-mammal", ["pet", "whiskers"], ["宠物"]),
    ("grinning face", "微笑的脸", "smileys-emotion", "face-smiling", ["smile", "happy"], ["微笑"]),
    ("smiling cat", "微笑的猫", "smileys-emotion", "cat-face", ["smile", "cat"], ["微笑", "猫"]),
]


CLIP = {  # the recipe of a tiny CLIP
    "pieces": 200,
    "model.embed_dim": 16,
    "vision.image_size": SIZE,
    "vision.patch_size": 8,
    "vision.width": 32,
    "vision.layers": 1,
    "vision.head_width": 16,
    "text.width": 24,
    "text.heads": 2,
    "text.layers": 1,
}
UNET = dict(  # the recipe of a tiny denoising network
    channels=[16, 32], attention=[False, True], patch=2, batch=12, bf16=False, threads=1, warmup=2, held_out=3
)


def tiny_data(size: int = SIZE) -> EmojiData:
    """Six things in five styles; a thing has its colour, a style its shade; three pictures are held out."""
    entries = [
        dict(
            en=en,
            zh=zh,
            tags_en=tags_en,
            tags_zh=tags_zh,
            group=list(GROUPS).index(group),
            subgroup=list(SUBGROUPS).index(subgroup),
            hexcode=f"{number:04X}",
            emoji="?",
            label=en,
        )
        for number, (en, zh, group, subgroup, tags_en, tags_zh) in enumerate(THINGS)
    ]
    name, style = np.divmod(np.arange(len(THINGS) * len(STYLES)), len(STYLES))
    rng = np.random.default_rng(0)
    colours, images = (
        rng.integers(0, 200, (len(THINGS), 3)),
        np.full((len(name), size, size, 3), 255, np.uint8),
    )
    inner = slice(size // 4, -size // 4)
    images[:, inner, inner] = (colours[name] + 10 * style[:, None])[:, None, None]
    return EmojiData(
        images=images,
        name=name,
        style=style,
        heldout=(name >= 3) & (style == name - 3),
        entries=entries,
        **{f"{kind}s": [item.label for item in table.values()] for kind, table in TABLES.items()},
        **{f"{kind}s_zh": [item.zh for item in table.values()] for kind, table in TABLES.items()},
        licences={"flat": "MIT"},
        versions={"flat": "1"},
    )


def tiny_recipe(name: str, **changes) -> dict:
    """The recipe of a trainer, for seconds: tiny networks, float32, one thread."""
    from pipelines.training.loop import DEFAULTS

    tiny = {
        "clip": CLIP,
        "judge_clip": {
            "pieces": 200,
            "model.embed_dim": 16,
            "vision.image_size": SIZE,
            "text.width": 24,
            "text.heads": 2,
            "text.layers": 1,
        },
        "classifier": dict(channels=[8, 16], blocks=[1, 1], groups=4),
        "judge": dict(layers=[1, 1, 1, 1], channels=[8, 8, 16, 16]),
    }
    common = dict(batch=12, bf16=False, threads=1, warmup=2, steps=4)
    tiny |= {"clean_classifier": tiny["judge"], "clean_clip": tiny["judge_clip"]}
    return read(name, DEFAULTS) | common | tiny.get(name, {}) | changes


def tiny_clip(folder: Path | None = None):
    """An untrained CLIP with a trained tokenizer; saved in `folder`, when given."""
    from pipelines.training.clip import ClipTask

    torch.manual_seed(0)
    clip = ClipTask(tiny_recipe("clip"), tiny_data()).network().eval()
    if folder is not None:
        clip.save_pretrained(folder)
    return clip


def tiny_classifier():
    from pipelines.networks.classifier import NoisyClassifier

    torch.manual_seed(0)
    return NoisyClassifier(tiny_data().labels, channels=[8, 16], blocks=[1, 1], groups=4).eval()


def tiny_judge():
    from pipelines.networks.judge import Judge

    torch.manual_seed(0)
    return Judge(tiny_data().labels, layers=[1, 1, 1, 1], channels=[8, 8, 16, 16]).eval()


def tiny_pictures(count: int = 4, size: int = SIZE, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """(count, 3, size, size) of noise."""
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(dtype)


def tiny_pipeline(classifier: bool = True):
    """An untrained `GuidedPipeline` of every part, on 16×16 pictures."""
    from pipelines import GuidedPipeline, NoiseSchedule
    from pipelines.networks.text_encoder import TextEncoder
    from pipelines.training.unet import make_unet

    clip = tiny_clip()
    torch.manual_seed(0)
    unet = make_unet([16, 32], [False, True], patch=2, size=SIZE, text_width=24, text_dim=16).eval()
    parts = dict(clip=clip, classifier=tiny_classifier() if classifier else None)
    return GuidedPipeline(unet, TextEncoder.from_clip(clip).eval(), NoiseSchedule(), **parts)


def tiny_autoencoder():
    """An untrained autoencoder, 8 pixels to a place of 4 channels, whose latents of a white picture are not 0."""
    from pipelines.training.autoencoder import AutoencoderTask
    from pipelines.training.recipe import read
    from pipelines.training.task import DEFAULTS

    torch.manual_seed(2)
    sizes = dict(channels=[8, 16, 16], encoder_layers=[1, 1, 1], decoder_layers=[1, 1, 1], latents=4)
    return AutoencoderTask(read("autoencoder", DEFAULTS) | sizes, tiny_data()).network().vae.eval()


def tiny_latent_clip():
    """A `tiny_clip` of 4 × 4 latents of 4 channels."""
    from pipelines.networks.clip import CLIP

    clip = tiny_clip()
    cfg = clip.config.model_cfg
    torch.manual_seed(0)
    cfg = cfg | dict(vision_cfg=cfg["vision_cfg"] | dict(image_size=4, patch_size=2))
    return CLIP(cfg, clip.tokenizer, clip.words, 4).eval()


def tiny_latent(**parts):
    """An untrained `GuidedPipeline` of 32 × 32 pictures in 4 × 4 latents, with every part that guides.

    parts: in place of its own, None for none.
    """
    from pipelines import GuidedPipeline, NoiseSchedule
    from pipelines.networks.classifier import NoisyClassifier
    from pipelines.networks.text_encoder import TextEncoder
    from pipelines.training.unet import make_unet

    clip = tiny_latent_clip()
    torch.manual_seed(0)
    sizes = dict(patch=1, size=4, text_width=24, text_dim=16, colours=4)
    own = dict(
        unet=make_unet([16, 32], [False, True], **sizes).eval(),
        text_encoder=TextEncoder.from_clip(clip).eval(),
        weak=make_unet([16, 16], [False, True], **sizes).eval(),
        clip=clip,
        classifier=NoisyClassifier(tiny_data().labels, [8, 16], [1, 1], 4, colours=4, opened=2).eval(),
        vae=tiny_autoencoder(),
        schedule=NoiseSchedule(shift=1.0),
    )
    return GuidedPipeline(**own | parts, background=0.0, clip_sample_range=None)


def tiny_conditioned(loud: bool = True):
    """A `tiny_pipeline` on patches of 4 pixels with every side network. loud: they are not as training begins, at zero."""
    from diffusers import T2IAdapter

    from pipelines import GuidedPipeline
    from pipelines.conditions.hint import WIDTHS
    from pipelines.networks.global_adapter import GlobalAdapter
    from pipelines.training.controlnet import make_controlnet
    from pipelines.training.unet import make_unet

    torch.manual_seed(0)
    unet = make_unet([16, 32], [False, True], patch=4, size=SIZE, text_width=24, text_dim=16).eval()
    parts = dict(
        controlnet=make_controlnet(unet),
        adapter=T2IAdapter(in_channels=sum(WIDTHS), channels=[16, 32], num_res_blocks=1, downscale_factor=4),
        global_adapter=GlobalAdapter(dim=16, hidden=8, tokens=2, width=24, pooled=16),
    )
    for part in parts.values():
        for parameter in part.eval().parameters():
            if loud and not parameter.any():
                torch.nn.init.normal_(parameter, std=0.3)
    components = {name: part for name, part in tiny_pipeline().components.items() if part is not None}
    return GuidedPipeline(**components | parts | dict(unet=unet))


def tiny_upsampler():
    """An untrained upsampler from 16×16 to 32×32 pictures, whose last layer is not the zeros that training begins with."""
    from pipelines import Upsampler

    torch.manual_seed(0)
    upsampler = Upsampler(size=2 * SIZE, channels=[16, 32], text_dim=16, groups=8).eval()
    torch.nn.init.normal_(upsampler.unet.conv_out.weight, std=0.1)
    return upsampler


def state_of(*modules):
    """What they hold, layer by layer: weights, hooks, processors, replaced methods. Equal if nothing was changed in place."""
    return [
        {key: dict(held) if isinstance(held, dict) else held for key, held in vars(layer).items()}
        for module in modules
        for layer in module.modules()
    ]


def tiny_prior(clip):
    """An untrained `DiffusionPrior` of this CLIP's embeddings."""
    from pipelines.networks.prior import DiffusionPrior

    torch.manual_seed(0)
    dim, text = clip.config.model_cfg["embed_dim"], clip.config.model_cfg["text_cfg"]["width"]
    prior = DiffusionPrior(dim=dim, length=6, heads=2, head_width=8, layers=1, text_width=text).eval()
    prior.fit(torch.nn.functional.normalize(torch.randn(50, dim) + 0.3, dim=-1))
    return prior


def tiny_autoregressive_prior(clip, components: int = 3, classes: int = 4):
    """An untrained `AutoregressivePrior` of this CLIP's embeddings, sure enough of itself that no two classes are alike."""
    from pipelines.networks.autoregressive_prior import AutoregressivePrior

    torch.manual_seed(0)
    dim, text = clip.config.model_cfg["embed_dim"], clip.config.model_cfg["text_cfg"]["width"]
    sizes = dict(components=components, classes=classes, width=16, heads=2, layers=1)
    prior = AutoregressivePrior(dim=dim, text_width=text, length=6, **sizes).eval()
    prior.fit(torch.nn.functional.normalize(torch.randn(50, dim) + 0.3, dim=-1))
    torch.nn.init.normal_(prior.gpt.lm_head.weight, std=0.4)
    torch.nn.init.normal_(prior.gpt.transformer.wte.weight, std=1.0)
    return prior


def louder_pipeline():
    """A pipeline with a weak network and a ControlNet whose branches differ: a fresh network hardly listens to its condition."""
    from pipelines.runs.guided import GuidedPipeline
    from pipelines.training.controlnet import make_controlnet
    from pipelines.training.unet import make_unet

    parts = {name: getattr(tiny_pipeline(), name) for name in ("text_encoder", "schedule", "clip", "classifier")}
    torch.manual_seed(1)
    networks = [make_unet([16], [True], patch=4, size=16, text_width=24, text_dim=16).eval() for _ in range(2)]
    for parameter in itertools.chain(*(network.parameters() for network in networks)):
        parameter.data.mul_(1.5)
    return GuidedPipeline(networks[0], weak=networks[1], controlnet=make_controlnet(networks[0]), **parts)


class Counting:
    """A denoiser that remembers the branches of each call."""

    def __init__(self, denoiser):
        self.denoiser, self.calls = denoiser, []

    def __call__(self, x, t, *branches):
        self.calls.append(branches)
        return self.denoiser(x, t, *branches)
