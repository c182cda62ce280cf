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
from diffusers import ControlNetModel, T2IAdapter, UNet2DConditionModel

from ..networks.class_encoder import ClassEncoder
from ..networks.classifier import NoisyClassifier
from ..networks.clip import CLIP
from ..networks.global_adapter import GlobalAdapter
from ..networks.judge import Judge
from ..networks.layout import Layout
from ..networks.text_encoder import TextEncoder
from ..networks.upsampler import Upsampler
from ..process.schedule import NoiseSchedule
from ..runs.guided import GuidedPipeline
from ..worlds import FOLDER

PARTS = dict(unet=UNet2DConditionModel, text_encoder=TextEncoder, clip=CLIP, classifier=NoisyClassifier)
# Joined where they are. The clean guides are networks of the judges' kinds, and not the judges.
OPTIONAL = dict(
    upsampler=Upsampler,
    weak=UNet2DConditionModel,
    clean_classifier=Judge,
    clean_clip=CLIP,
    layout=Layout,
    controlnet=ControlNetModel,
    adapter=T2IAdapter,
    global_adapter=GlobalAdapter,
)


def assemble(folder: Path) -> GuidedPipeline:
    """The pipeline of a world's folder, after writing what joins its parts. Raises `ValueError` for a missing part."""
    for name in ("text_encoder", "layout"):
        if (inner := folder / "unet" / name).is_dir():
            shutil.rmtree(folder / name, ignore_errors=True)
            shutil.move(inner, folder / name)
    if missing := [name for name in PARTS if not (folder / name).is_dir()]:
        raise ValueError(f"{folder} has no {missing[0]}/; train it and export it there first.")
    facts = json.loads((folder / "unet" / "training.json").read_text("utf-8"))
    kinds = PARTS if facts["recipe"]["clip_folder"] else PARTS | {"text_encoder": ClassEncoder}
    kinds = kinds | {name: kind for name, kind in OPTIONAL.items() if (folder / name).is_dir()}
    parts = {name: kind.from_pretrained(folder / name, torch_dtype=torch.float32) for name, kind in kinds.items()}
    schedule = NoiseSchedule(shift=facts["recipe"]["shift"])
    pipe = GuidedPipeline(**parts, schedule=schedule, background=facts.get("background", 1.0))
    pipe.schedule.save_pretrained(folder / "schedule")
    pipe.save_config(folder)
    return pipe


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Join exported networks into a world's folder.")
    parser.add_argument("world", help="a name in assets/worlds, or a folder")
    assemble(FOLDER / parser.parse_args().world)
