"""Join exported networks into a world's folder: `python -m pipelines.training.world emoji`.

Each trainer exports its own network; this writes `model_index.json` and the schedule beside them, so that
`load_world` reads the folder, and moves out of the U-Net what was trained with it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderDC, ControlNetModel, T2IAdapter, UNet2DConditionModel

from ..networks.class_encoder import ClassEncoder
from ..networks.classifier import NoisyClassifier
from ..networks.clip import CLIP
from ..networks.global_adapter import GlobalAdapter
from ..networks.judge import Judge
from ..networks.latent_preview import LatentPreview
from ..networks.layout import Layout
from ..networks.text_encoder import TextEncoder
from ..networks.upsampler import Upsampler
from ..process.schedule import NoiseSchedule
from ..runs.guided import GuidedPipeline
from ..worlds import FOLDER
from .latent_preview import fit
from .latents import fingerprint, kept

PARTS = dict(unet=UNet2DConditionModel, text_encoder=TextEncoder, clip=CLIP, classifier=NoisyClassifier)
# ConditionSet where they are. The clean guides are networks of the judges' kinds, and not the judges.
OPTIONAL = dict(
    upsampler=Upsampler,
    weak=UNet2DConditionModel,
    clean_classifier=Judge,
    clean_clip=CLIP,
    layout=Layout,
    controlnet=ControlNetModel,
    adapter=T2IAdapter,
    global_adapter=GlobalAdapter,
    vae=AutoencoderDC,
    latent_preview=LatentPreview,
)
BILATERAL = 3  # passes over what a decoder of emoji draws; what they do is in README.md here
GUIDES = ("clip", "classifier")  # of a world of latents they may come later: its U-Net draws without them


def assemble(folder: Path) -> GuidedPipeline:
    """The pipeline of a world's folder, after writing what joins its parts.

    Raises:
        ValueError: a missing part, or one that was trained on the latents of another autoencoder.
    """
    for name in ("text_encoder", "layout"):
        if (inner := folder / "unet" / name).is_dir():
            shutil.rmtree(folder / name, ignore_errors=True)
            shutil.move(inner, folder / name)
    latent = (folder / "vae").is_dir()
    needed = [name for name in PARTS if not (latent and name in GUIDES)]
    if missing := [name for name in needed if not (folder / name).is_dir()]:
        raise ValueError(f"{folder} has no {missing[0]}/; train it and export it there first.")
    facts = json.loads((folder / "unet" / "training.json").read_text("utf-8"))
    text = TextEncoder if facts["recipe"]["clip_folder"] else ClassEncoder
    kinds = {k: v for k, v in (PARTS | OPTIONAL | dict(text_encoder=text)).items() if (folder / k).is_dir()}
    parts = {name: kind.from_pretrained(folder / name, torch_dtype=torch.float32) for name, kind in kinds.items()}
    if latent:
        name = fingerprint(parts["vae"])
        _of_one_autoencoder(folder, name)
        parts["latent_preview"] = _preview(folder, facts["recipe"], parts, name)
    pipe = GuidedPipeline(
        **parts,
        schedule=NoiseSchedule(shift=facts["recipe"]["shift"]),
        background=facts.get("background", 1.0),
        clip_sample_range=None if latent else 1.0,  # latents have no bounds
        bilateral=BILATERAL if latent else 0,
    )
    pipe.schedule.save_pretrained(folder / "schedule")
    pipe.save_config(folder)
    return pipe


def _preview(folder: Path, recipe: dict, parts: dict, name: str) -> LatentPreview | None:
    """The quick look at these latents: as it is, else fitted to those that the U-Net was trained on, where they are kept."""
    there = parts.get("latent_preview")
    if there is not None and there.config.autoencoder == name:
        return there
    latents = kept(Path(recipe["latents"]) if recipe.get("latents") else None, name)
    shutil.rmtree(folder / "latent_preview", ignore_errors=True)
    if latents is None:
        return None
    preview = fit(parts["vae"], latents, name)
    preview.half().save_pretrained(folder / "latent_preview")
    return preview.float()


def _of_one_autoencoder(folder: Path, name: str) -> None:
    for part in ("unet", "weak", *GUIDES):
        file = folder / part / "training.json"
        if file.exists() and (other := json.loads(file.read_text("utf-8")).get("autoencoder")) != name:
            raise ValueError(f"{folder / part} was trained on the latents of {other}; the vae is {name}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Join exported networks into a world's folder.")
    parser.add_argument("world", help="a name in assets/worlds, or a folder")
    assemble(FOLDER / parser.parse_args().world)
