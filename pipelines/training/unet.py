"""The denoising network: `python -m pipelines.training.unet`.

Diffusers' U-Net on patches, told the text by cross-attention to token states and by the pooled text beside the time. The
text transformer starts as a copy of the CLIP's and is trained with the U-Net. Without a CLIP (`clip_folder = ""`) the
condition is a class, by its vector beside the time alone. The U-Net predicts x0; the loss is weighted by SNR + 1 (the
loss of v, Salimans & Ho 2022), with logSNR drawn from a normal distribution (Karras et al. 2022, Esser et al. 2024).
"""

from __future__ import annotations

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor, AttnProcessor2_0
from torch import Tensor, nn

from ..guidance import ClassifierFree
from ..networks.class_encoder import ClassEncoder
from ..networks.clip import CLIP
from ..networks.layout import Layout
from ..networks.text_encoder import TextEncoder
from ..process.schedule import NoiseSchedule
from ..runs.denoiser import PatchUNet
from ..runs.guided import GuidedPipeline
from .datasets import DataSet, load
from .latents import source_of
from .loop import Task, main
from .pictures import noised, sheet, some

PROMPTS = ("red apple", "微笑的猫", "a house", "flat rocket", "pizza", "an animal", "noto panda", "3d heart")
HELD_OUT_LEVELS = (100, 300, 500, 700, 900)


class TextToPicture(nn.Module):
    """The U-Net and what encodes its condition, trained as one network: (x_t, timesteps, ids) -> x̂0."""

    def __init__(
        self,
        unet: UNet2DConditionModel,
        text_encoder: TextEncoder | ClassEncoder,
        schedule: NoiseSchedule,
        background: float = 1.0,
        layout: Layout | None = None,
        channels: int = 3,
    ):
        super().__init__()
        self.unet, self.text_encoder, self.schedule, self.background = unet, text_encoder, schedule, background
        self.layout, self.channels = layout, channels

    def forward(self, x: Tensor, timesteps: Tensor, ids: Tensor) -> tuple[Tensor, Tensor | None]:
        """x̂0, (B, C, H, W), and what the text alone tells of the picture, (B, 3, h, w) less the background; None without a layout.

        x: (B, C, H, W); timesteps: (B,); ids: (B, L) of tokens or (B,) of classes.
        """
        condition = self.text_encoder(ids)
        small = self.layout(condition.pooled) if self.layout else None
        network = PatchUNet(
            self.unet, self.schedule, self.background, self.layout and (lambda pooled: small), channels=self.channels
        )
        return network(x, timesteps, condition), small


class UNetTask(Task):
    name = "unet"

    def __init__(self, recipe: dict, data: DataSet | None = None, clip: CLIP | None = None, vae=None):
        super().__init__(recipe)
        self.data = data or load(recipe)
        self.source = source_of(recipe, self.data, vae)
        self.captions = self.data.captions
        self.clip = clip or (CLIP.from_pretrained(recipe["clip_folder"]) if recipe["clip_folder"] else None)
        # Without a CLIP texts are classes. This one only says which; the one that is trained has the vectors.
        self.classes = None if self.clip else ClassEncoder(self.data.forms, 1)
        self.prompts = PROMPTS if self.clip else tuple(written[0] for written in self.data.forms)
        self.schedule = NoiseSchedule(shift=recipe["shift"])
        self.shares = level_shares(self.schedule, recipe["log_snr_mean"], recipe["log_snr_deviation"])

    def network(self) -> TextToPicture:
        text = self.clip.config.model_cfg if self.clip else {}
        width, dim = (text["text_cfg"]["width"], text["embed_dim"]) if self.clip else (None, self.recipe["width"])
        patch, size = self.recipe["patch"], self.source.side
        layout = self.layout(dim, size // patch)
        unet = make_unet(
            self.recipe["channels"],
            self.recipe["attention"],
            patch,
            size,
            width,
            dim,
            self.recipe["layers"],
            self.recipe["dropout"],
            more=3 if layout else 0,
            colours=self.source.channels,
        )
        # On a CPU the plain product of matrices has the faster backward pass for so few tokens.
        unet.set_attn_processor(AttnProcessor())
        unet.to(memory_format=torch.channels_last)
        if self.recipe["compile"]:
            unet.compile()  # in place, and copies of it (the averages) are not: they are seldom called
        source = self.source
        return TextToPicture(unet, self.encoder(dim), self.schedule, source.background, layout, source.channels)

    def layout(self, dim: int, side: int) -> Layout | None:
        """What the text alone tells of a picture, trained with the U-Net."""
        return Layout(dim, self.recipe["layout"], side) if self.recipe["layout"] else None

    def encoder(self, dim: int) -> TextEncoder | ClassEncoder:
        """What tells the U-Net of the condition, trained with it. dim: length of a class's vector."""
        return TextEncoder.from_clip(self.clip) if self.clip else ClassEncoder(self.data.forms, dim)

    def matrix(self, name: str, parameter) -> bool:
        outer = (
            "conv_in",
            "conv_out",
            "time_embedding",
            "class_embedding",
            "token_embedding",
            "positional",
            "text_projection",
            "layout",
        )
        return parameter.ndim >= 2 and not any(part in name for part in outer)

    def loss(self, network, rng: torch.Generator) -> Tensor:
        indices = some(self.data.train, self.recipe["batch"], rng)
        numpy_rng = np.random.default_rng(int(torch.randint(2**62, (), generator=rng)))
        texts = [self.captions.draw(i, numpy_rng) for i in indices]
        texts = ["" if numpy_rng.random() < self.recipe["null"] else text for text in texts]
        x0, told = self.source.shown(indices, rng, self.recipe["moved"], self.recipe["patch"])
        timesteps = self.levels(len(x0), rng)
        x = noised(x0, timesteps, self.schedule, rng)
        ids = self.tokenize(texts)
        x0 = x0.to(self.device)
        x_hat, small = network(x.to(self.device), timesteps.to(self.device), ids)
        error = (x_hat.float() - x0).square().mean((1, 2, 3))
        loss = (error * self.weight(timesteps).to(self.device)).mean()
        if small is not None:  # what the text alone tells is held to the picture's patches
            loss = loss + (small.float() - told.to(self.device)).square().mean()
        return loss

    def tokenize(self, texts: list[str]) -> Tensor:
        """(B, L) of tokens; (B,) of classes without a CLIP."""
        if self.clip is None:
            return self.classes.tokenize(texts).to(self.device)
        ids = [self.clip.tokenizer.encode(" ".join(text.split())).ids for text in texts]
        pad_id = self.clip.config.model_cfg["text_cfg"]["pad_id"]
        ids = torch.tensor(ids)
        return ids[:, : int((ids != pad_id).sum(1).max())].to(self.device)

    def levels(self, count: int, rng: torch.Generator) -> Tensor:
        """Times of a batch, indices of the schedule. (count,)"""
        return torch.multinomial(self.shares, count, replacement=True, generator=rng)

    def weight(self, timesteps: Tensor) -> Tensor:
        """SNR + 1 = 1/b², held below `max_weight`: the weight on x0 that is none on v."""
        return (1 / (1 - self.schedule.alphas_cumprod[timesteps])).clamp(max=self.recipe["max_weight"]).float()

    def evaluate(self, network) -> dict[str, float]:
        """Error of x̂0 on the hold-out told its names, at five fixed noise levels and one fixed noise."""
        held = self.data.held_out[: self.recipe["held_out"]]
        x0 = self.source.x0(held)
        rng = torch.Generator().manual_seed(1)
        ids = self.tokenize([self.captions.name(i) for i in held])
        errors = {}
        for level in HELD_OUT_LEVELS:
            timesteps = torch.full((len(held),), level)
            x = noised(x0, timesteps, self.schedule, rng)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
                parts = [
                    network(*(part[rows].to(self.device) for part in (x, timesteps, ids)))[0]
                    for rows in torch.arange(len(held)).split(50)
                ]
            errors[f"error_{level}"] = (torch.cat(parts).float().cpu() - x0).square().mean().item()
        return dict(loss=float(np.mean([np.log(e) for e in errors.values()])), **errors)

    def pipeline(self, network: TextToPicture) -> GuidedPipeline:
        """The network in the pipeline that it is sampled with."""
        latent = dict(vae=self.source.vae, clip_sample_range=None) if self.source.vae else {}
        return GuidedPipeline(
            network.unet,
            network.text_encoder,
            self.schedule,
            background=self.source.background,
            layout=network.layout,
            **latent,
        )

    def pictures(self, network):
        pipe = self.pipeline(network)
        pipe.set_progress_bar_config(disable=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
            rows = [
                pipe(
                    list(self.prompts),
                    rules=[ClassifierFree(w)],
                    seeds=[seed] * len(self.prompts),
                    num_inference_steps=18,
                ).images
                for w in (0.0, 2.0)
                for seed in (0, 1)
            ]
        return sheet(rows)

    def export(self, network: TextToPicture, folder) -> None:
        network.unet.set_attn_processor(AttnProcessor2_0())
        network.half()
        network.unet.save_pretrained(folder)
        for name in self.beside(network):
            getattr(network, name).save_pretrained(folder / name)
        network.float()
        network.unet.set_attn_processor(AttnProcessor())

    def beside(self, network: TextToPicture) -> list[str]:
        """What was trained with the U-Net and belongs to it: folders of the export."""
        return ["text_encoder", *(["layout"] if network.layout else [])]

    def facts(self) -> dict:
        return dict(
            data=str(self.recipe["data"]),
            trained_on=len(self.data.train),
            held_out=len(self.data.held_out),
            **dict(background=self.data.background) | self.source.facts(),
        )


def make_unet(
    channels,
    attention,
    patch: int,
    size: int,
    text_width: int | None,
    text_dim: int,
    layers: int = 1,
    dropout: float = 0.0,
    more: int = 0,
    colours: int = 3,
) -> UNet2DConditionModel:
    """A U-Net on (colours · patch² + more, size/patch, size/patch), giving the first colours · patch² channels.

    channels: of each resolution; attention: whether that resolution has attention, to itself and to the token states;
    text_width: of those states, None for none of them; text_dim: of the pooled text, which is added to the time's
    embedding.
    """
    kind = "CrossAttn" if text_width else "Attn"
    down = [f"{kind}DownBlock2D" if here else "DownBlock2D" for here in attention]
    up = [f"{kind}UpBlock2D" if here else "UpBlock2D" for here in reversed(attention)]
    # The number of heads where there is cross-attention, else the width of one: diffusers' name fits one of the two.
    heads = dict(attention_head_dim=4) if text_width else dict(attention_head_dim=32, mid_block_type="UNetMidBlock2D")
    return UNet2DConditionModel(
        sample_size=size // patch,
        in_channels=colours * patch**2 + more,
        out_channels=colours * patch**2,
        block_out_channels=tuple(channels),
        down_block_types=tuple(down),
        up_block_types=tuple(up),
        layers_per_block=layers,
        norm_num_groups=16,
        cross_attention_dim=text_width or text_dim,
        resnet_time_scale_shift="scale_shift",
        **heads,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=text_dim,
        dropout=dropout,
    )


def level_shares(schedule: NoiseSchedule, mean: float, deviation: float) -> Tensor:
    """Probability of each index so that logSNR is normal with this mean and deviation, in nats. (T,)"""
    log_snr = schedule.log_snr
    density = torch.exp(-0.5 * ((log_snr - mean) / deviation) ** 2)
    return (density * torch.gradient(log_snr)[0].abs()).float()


if __name__ == "__main__":
    main(UNetTask)
