"""A world: a pipeline's folder, with the judge that measures it."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from pathlib import Path

import torch
from diffusers import ModelMixin
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME

from ..networks import MOVED
from ..networks.clip import CLIP
from ..networks.judge import Judge
from ..networks.precision import dtype_of
from ..runs.guided import GuidedPipeline

# Worlds without a folder: name -> the module that makes the pipeline, and the world whose data and judges it has.
BUILT = {"memory": ("memory", "emoji")}
# Worlds that are measured by another's judges and data, as far as they have none of their own.
LENT = {"latent": "emoji"}
PRIORS = {
    "prior": ("pipelines.networks.prior", "DiffusionPrior"),
    "autoregressive_prior": ("pipelines.networks.autoregressive_prior", "AutoregressivePrior"),
}
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "assets" / "worlds"


class WorldError(RuntimeError):
    """A world that cannot be loaded; the message names the file and how to restore it."""


def worlds() -> list[str]:
    """Names of the worlds that ship with the studio."""
    there = {p.parent.name for p in FOLDER.glob("*/model_index.json")}
    return sorted(there | {name for name, (_, data) in BUILT.items() if data in there})


def load_world(name: str | Path = "emoji", precision: str = "float32") -> GuidedPipeline:
    """The pipeline of a world: a name of `worlds()`, or a folder in the same layout.

    precision: in what the denoising networks compute, "float32", "bfloat16", or "auto" for what is faster here.

    Raises:
        ValueError: an unknown name or precision.
        WorldError: a missing or damaged file.
    """
    dtype = dtype_of(precision)
    return _loaded(name).compute_in(dtype)


def _loaded(name: str | Path) -> GuidedPipeline:
    if name in BUILT:
        module, data = BUILT[name]
        return _guarded(FOLDER / data, getattr(import_module(f".{module}", __package__), name), data)
    folder = _folder(name)
    for part, kind in _json(folder / "model_index.json").items():
        if isinstance(kind, list) and kind[0]:
            library, name = kind
            _check(folder / part, MOVED.get(library, library), name)
    return _guarded(folder, GuidedPipeline.from_pretrained, folder)


def lender(name: str | Path, part: str) -> str | Path:
    """The world whose "judge", "judge_clip" or "reference" measures this one: itself, or the one that lends it."""
    other = LENT.get(str(name))
    return other if other and not (FOLDER / name / part).is_dir() else name


def judge_side(name: str | Path) -> int | None:
    """Side in pixels of what the judges of a world know, where they are another world's; None where they are its own."""
    judges = BUILT[name][1] if name in BUILT else lender(name, "judge")
    if judges == name:
        return None
    unet = _json(_folder(judges) / "unet" / "config.json")
    return unet["sample_size"] * round((unet["out_channels"] / 3) ** 0.5)


def load_judge(name: str | Path = "emoji") -> Judge:
    """The clean classifier that measures a world and never guides it. Raises as `load_world`."""
    folder = _folder(lender(name, "judge")) / "judge"
    _check(folder, Judge.__module__, Judge.__name__)
    return _guarded(folder, Judge.from_pretrained, folder)


def load_judge_clip(name: str | Path = "emoji") -> CLIP:
    """The clean CLIP that measures a world and never guides it: other seed and architecture. Raises as `load_world`."""
    folder = _folder(lender(name, "judge_clip")) / "judge_clip"
    _check(folder, CLIP.__module__, CLIP.__name__)
    return _guarded(folder, CLIP.from_pretrained, folder)


def load_prior(name: str | Path = "emoji", kind: str = "prior") -> ModelMixin | None:
    """A world's "prior" or "autoregressive_prior", None where it has none; no part of `load_world`, as pictures need none.

    Raises:
        ValueError: another kind. WorldError: as `load_world`.
    """
    if kind not in PRIORS:
        raise ValueError(f"kind = {kind!r} is not allowed; choose from {sorted(PRIORS)}.")
    folder = _folder(name) / kind
    if name in BUILT or not folder.is_dir():
        return None
    module, network = PRIORS[kind]
    _check(folder, module, network)
    load = getattr(import_module(module), network).from_pretrained
    return _guarded(folder, partial(load, torch_dtype=torch.float32), folder).eval()


def _folder(name: str | Path) -> Path:
    if not isinstance(name, (str, Path)):
        raise ValueError(f"Unknown world {name!r}; choose from {worlds()}, or give a folder.")
    name = BUILT[name][1] if name in BUILT else name
    folder = Path(name) if Path(name).is_absolute() else FOLDER / name
    if not folder.is_dir():
        raise ValueError(f"Unknown world {str(name)!r}; choose from {worlds()}.")
    return folder


def _check(folder: Path, library: str, name: str) -> None:
    """Every file that a part of this class is read from is there, and whole: JSON can be read, so can the header of
    weights, and their length is what it says."""
    if not folder.is_dir():
        raise _broken(folder, "is missing")
    for file in _files(library, name):
        if file.endswith(".json"):
            _json(folder / file)
        elif not any(folder.glob("*.safetensors")):  # they may be in several files
            raise _broken(folder / file, "is missing")
    for file in folder.glob("*.safetensors"):
        size = file.stat().st_size
        with file.open("rb") as opened:
            head = int.from_bytes(opened.read(8), "little")
            try:
                tensors = json.loads(opened.read(head)) if 8 + head <= size else None
            except ValueError:
                tensors = None
        end = max((t["data_offsets"][1] for k, t in (tensors or {}).items() if k != "__metadata__"), default=-1)
        if 8 + head + end != size:
            raise _broken(file, "is damaged")


def _files(library: str, name: str) -> tuple[str, ...]:
    """What a class says it is read from; else the config of diffusers, and the weights of a network."""
    kind = getattr(import_module(library), name)
    weights = (SAFETENSORS_WEIGHTS_NAME,) if issubclass(kind, ModelMixin) else ()
    return getattr(kind, "files", (kind.config_name or "config.json", *weights))


def _json(file: Path) -> dict:
    try:
        found = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise _broken(file, "is missing") from error
    except ValueError as error:  # no UTF-8, or no JSON
        raise _broken(file, "is damaged") from error
    if not isinstance(found, dict):
        raise _broken(file, "is damaged")
    return found


def _guarded(folder: Path, load, *arguments):
    try:
        return load(*arguments)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _broken(folder, f"cannot be loaded ({str(error).replace(f'{ROOT}/', '')})") from error


def _broken(path: Path, what: str) -> WorldError:
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return WorldError(f"{shown} {what}. Restore it with `git checkout -- {shown}`, or clone the project again.")
