"""A world: a pipeline's folder, with the judge that measures it."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

from .clip import CLIP
from .guided import GuidedPipeline
from .judge import Judge
from .precision import dtype_of

# Worlds without a folder: name -> the module that makes the pipeline, and the world whose data and judges it has.
BUILT = {"memory": ("exact.memory", "emoji")}
FOLDER = Path(__file__).resolve().parent.parent / "assets" / "worlds"


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
    for part, kind in json.loads(_read(folder / "model_index.json")).items():
        if isinstance(kind, list) and kind[0]:
            _check_weights(folder / part)
    return _guarded(folder, GuidedPipeline.from_pretrained, folder)


def load_judge(name: str | Path = "emoji") -> Judge:
    """The clean classifier that measures a world and never guides it. Raises as `load_world`."""
    folder = _folder(name) / "judge"
    _check_weights(folder)
    return _guarded(folder, Judge.from_pretrained, folder)


def load_judge_clip(name: str | Path = "emoji") -> CLIP:
    """The clean CLIP that measures a world and never guides it: other seed and architecture. Raises as `load_world`."""
    folder = _folder(name) / "judge_clip"
    _check_weights(folder)
    return _guarded(folder, CLIP.from_pretrained, folder)


def _folder(name: str | Path) -> Path:
    if not isinstance(name, (str, Path)):
        raise ValueError(f"Unknown world {name!r}; choose from {worlds()}, or give a folder.")
    name = BUILT[name][1] if name in BUILT else name
    folder = Path(name) if Path(name).is_absolute() else FOLDER / name
    if not folder.is_dir():
        raise ValueError(f"Unknown world {str(name)!r}; choose from {worlds()}.")
    return folder


def _check_weights(folder: Path) -> None:
    """Every weight file is whole: its header can be read and its length is what the header says."""
    if not folder.is_dir():
        raise _broken(folder, "is missing")
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


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise _broken(file, "is missing") from error
    except UnicodeDecodeError as error:
        raise _broken(file, "is damaged") from error


def _guarded(folder: Path, load, *arguments):
    try:
        return load(*arguments)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _broken(folder, f"cannot be loaded ({error})") from error


def _broken(path: Path, what: str) -> WorldError:
    shown = path.relative_to(FOLDER.parent.parent) if path.is_relative_to(FOLDER) else path
    return WorldError(f"{shown} {what}. Restore it with `git checkout -- {shown}`, or clone the project again.")
