"""What every section reads: the world's parts, the data's features, and the pictures of a setting, made once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor
from torch.nn.functional import interpolate

from ...networks.precision import dtype_of
from ...process.noise import Draw
from ...samplers import DDIM
from ...worlds import loading as worlds
from ...worlds import reference
from .setup import SETUPS, Setting, Setup, Thing, things

BATCH = QUICK = 32
RUNS = Path(".runs")


@contextmanager
def with_weak(pipe, folder: Path, name: str) -> Iterator[None]:
    """The pipeline with the weak network of this folder; as it is for ""."""
    if not name:
        yield
        return
    before = pipe.weak
    pipe.weak = UNet2DConditionModel.from_pretrained(folder / name, torch_dtype=pipe.unet.dtype).eval()
    try:
        yield
    finally:
        pipe.weak = before


@dataclass(frozen=True)
class Batch:
    """pictures: (N, 3, H, W) in [−1, 1]; seconds: of each part; sizes: pictures of each part."""

    pictures: Tensor
    seconds: np.ndarray
    sizes: np.ndarray


@dataclass
class Context:
    """world: a name. n: pictures a setting. quick: QUICK pictures a setting, fewer draws of the bootstrap.

    keep: pictures that were made are kept there and found again, as long as weights and settings are the same; None to
    keep none.
    """

    world: str
    n: int = 0
    steps: int = 18
    seed: int = 1000
    quick: bool = False
    keep: Path | None = None
    setup: Setup | None = None
    say: Callable[[str], None] = print
    precision: str = "float32"  # in what the denoising networks compute, see `pipelines.networks.precision`
    _batches: dict = field(default_factory=dict, repr=False)
    _found: dict = field(default_factory=dict, repr=False)
    left_out: dict[str, list[str]] = field(
        default_factory=dict
    )  # part that is missing -> what the report has not for want of it

    def __post_init__(self):
        self.setup = self.setup or SETUPS[self.world]
        self.n = self.n or (QUICK if self.quick else self.setup.n)
        self.dtype = str(dtype_of(self.precision)).removeprefix("torch.")

    @property
    def draws(self) -> int:
        """Of the bootstrap."""
        return 40 if self.quick else 200

    @property
    def folder(self) -> Path:
        """The world's."""
        return worlds.FOLDER / self.world

    @cached_property
    def pipe(self):
        return worlds.load_world(self.world, self.dtype)

    @cached_property
    def judge(self):
        return worlds.load_judge(self.world)

    @cached_property
    def judge_clip(self):
        """None where the world has none."""
        folder = worlds.FOLDER / worlds.lender(self.world, "judge_clip") / "judge_clip"
        return worlds.load_judge_clip(self.world) if folder.is_dir() else None

    def lacks(self, part: str, what: str) -> bool:
        """Whether the world has no such network; if it has none, the report says that it is without `what`."""
        network = self.judge_clip if part == "judge_clip" else getattr(self.pipe, part)
        return network is None and self.leave_out(part, what)

    def leave_out(self, part: str, what: str) -> bool:
        """True, after noting what is left out for want of this part."""
        told = self.left_out.setdefault(part, [])
        if what not in told:
            told.append(what)
            self.say(f"left out: {what}, as there is no {part}")
        return True

    @property
    def gammas(self) -> tuple[float, ...]:
        """γ of the classifier in the tables; none where there is no classifier."""
        return () if self.lacks("classifier", "classifier guidance, all rows with γ") else self.setup.gammas

    def for_judge(self, pictures: Tensor) -> Tensor:
        """Pictures in the size that the judges know: the mean of what each new pixel covers. (N, 3, H, W)"""
        side = worlds.judge_side(self.world) or pictures.shape[-1]
        return pictures if side == pictures.shape[-1] else interpolate(pictures, side, mode="area")

    @torch.no_grad()
    def for_guide(self, pictures: Tensor) -> Tensor:
        """x0 of pictures, which the guides read: themselves, or their latents. (N, C, h, w)"""
        side = self.pipe.picture_shape[-1]
        if self.pipe.space.factor > 1 and pictures.shape[-1] != side:  # of data that another world lends
            pictures = interpolate(pictures, side, mode="bicubic").clamp(-1, 1)
        return self.pipe.space.encode(pictures)

    @cached_property
    def features(self) -> reference.Features:
        return reference.load_features(self.world)

    @cached_property
    def thumbnails(self) -> reference.Reference:
        return reference.load_thumbnails(self.world)

    @cached_property
    def held_out(self) -> reference.Reference:
        return reference.load_reference(self.world)

    @cached_property
    def names(self) -> list[str]:
        """Every name that the world has a picture of, each once."""
        return sorted({*self.thumbnails.names, *self.held_out.names})

    @cached_property
    def things(self) -> dict[str, list[Thing]]:
        """What is asked for: pairs of a name and a style that were trained on, and pairs that were held out."""
        seen = things(self.thumbnails, self.n, self.seed)
        held_out = (
            things(self.held_out, min(self.n, len(self.held_out.names)), self.seed) if self.setup.new_pairs else []
        )
        return dict(seen=seen, nothing=seen, held_out=held_out)

    def settings(self) -> list[Setting]:
        """Those of the main tables, in their order."""
        return [Setting(w=w) for w in self.setup.strengths] + [Setting(gamma=gamma) for gamma in self.gammas]

    def asked(self, setting: Setting) -> list[Thing]:
        """The things of a setting, one a picture."""
        return self.things[setting.told][: setting.count or None]

    def batch(self, setting: Setting) -> Batch:
        """The pictures of a setting; made when they are first asked for."""
        if setting not in self._batches:
            self._batches[setting] = self._kept(setting) or self._make(setting)
        return self._batches[setting]

    @torch.no_grad()
    def _make(self, setting: Setting) -> Batch:
        asked, pipe = self.asked(setting), self.pipe
        pictures, seconds, sizes = [], [], []
        with with_weak(pipe, self.folder, setting.weak):
            for start in range(0, len(asked), BATCH):
                part = asked[start : start + BATCH]
                began = time.perf_counter()
                pictures.append(
                    pipe.pictures(
                        pipe(
                            **setting.arguments(part, self.setup.pulled),
                            sampler=DDIM(),
                            num_inference_steps=self.steps,
                            seeds=range(self.seed + start, self.seed + start + len(part)),
                            output_type="latent",
                        ).images
                    )
                )
                seconds.append(time.perf_counter() - began)
                sizes.append(len(part))
        batch = Batch(torch.cat(pictures).clamp(-1, 1), np.array(seconds), np.array(sizes))
        self.say(f"{setting}: {len(asked)} pictures in {sum(seconds):.0f} s")
        if self.keep:
            self.keep.mkdir(parents=True, exist_ok=True)
            np.savez(
                self._file(setting), pictures=batch.pictures.half().numpy(), seconds=batch.seconds, sizes=batch.sizes
            )
        return batch

    def _kept(self, setting: Setting) -> Batch | None:
        file = self._file(setting) if self.keep else None
        if file is None or not file.exists():
            return None
        with np.load(file) as kept:
            return Batch(torch.from_numpy(kept["pictures"]).float(), kept["seconds"], kept["sizes"])

    def _file(self, setting: Setting) -> Path:
        parts = [
            reference.fingerprint(self.folder / part)
            for part in ("unet", "text_encoder", "layout", "classifier", "clip", "vae", setting.weak)
            if part
        ]
        told = [
            str(setting),
            *(thing.prompt for thing in self.asked(setting)),
            self.setup.pulled,
            self.steps,
            self.seed,
            self.dtype,
            parts,
            *([self.pipe.config.bilateral] if self.pipe.config.bilateral else []),
        ]
        return self.keep / f"{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]}.npz"

    @torch.no_grad()
    def judged(self, setting: Setting) -> np.ndarray:
        """The judge's features of a setting's pictures, (N, F)."""
        key = ("judge", setting)
        if key not in self._found:
            self._found[key] = torch.cat(
                [self.judge.features(self.for_judge(part)) for part in self.batch(setting).pictures.split(128)]
            ).numpy()
        return self._found[key]

    @torch.no_grad()
    def named(self, clip) -> np.ndarray:
        """What a CLIP of this world sees in every name: (N, D), of length 1. Encoded once."""
        if clip not in self._found:
            parts = [self.names[start : start + 256] for start in range(0, len(self.names), 256)]
            self._found[clip] = torch.cat([clip.encode_text(part) for part in parts]).numpy()
        return self._found[clip]

    @torch.no_grad()
    def said(self, features: np.ndarray, head: str) -> np.ndarray:
        """The label that the judge gives to features, (N,) int."""
        return self.judge.heads[head](torch.from_numpy(np.asarray(features, np.float32))).argmax(1).numpy()

    @torch.no_grad()
    def noised(self, pictures: Tensor, index: int) -> Tensor:
        """x_t of pictures, or of their latents, with noise by the report's seed; index 0 is the picture itself."""
        if index == 0:
            return pictures
        t = self.pipe.schedule.at(index)
        return t.a * pictures + t.b * Draw.from_seeds(range(self.seed, self.seed + len(pictures)))(pictures.shape)
