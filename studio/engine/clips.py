"""Which CLIP judges the measures: the world's own, or a real one that somebody chose. No torch here.

Who starts the studio may choose any, by `--clip` or $STUDIO_CLIP; on a Space, and for programs that ask over the
network, only those of `ALLOWED` and the one that the studio was started with.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..recipe.notes import Note
from ..recipe.prompts import full_text
from ..recipe.values import RecipeError, short

if TYPE_CHECKING:
    from ..recipe import Recipe

log = logging.getLogger(__name__)
VARIABLE = "STUDIO_CLIP"
WORLD = "world"  # the one that ships with the world
LOCAL, HUB = "local-dir:", "hf-hub:"
ALLOWED = (
    "ViT-B-32/laion2b_s34b_b79k",
    "ViT-B-16/laion2b_s34b_b88k",
    "ViT-L-14/datacomp_xl_s13b_b90k",
    "ViT-B-16-SigLIP2/webli",  # many languages
    "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k",  # many languages
)


def own(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The real CLIP of a studio; "" is the world's. asked: what its user asked for; else the environment says.

    Raises RecipeError for what cannot be one: whether its weights can be loaded shows at the first measure.
    """
    name = (asked or environment.get(VARIABLE, "")).strip()
    if name in ("", WORLD):
        return ""
    if name.startswith(LOCAL):
        if not Path(name.removeprefix(LOCAL)).is_dir():
            raise RecipeError("clip", short(name), "clip_folder", prefix=LOCAL)
    elif "SPACE_ID" in environment and name not in ALLOWED:
        raise RecipeError("clip", short(name), "clip_on_space", prefix=LOCAL, names=", ".join(ALLOWED))
    elif "/" not in name:
        raise RecipeError("clip", short(name), "clip_name", example=ALLOWED[0], hub=HUB, local=LOCAL)
    return name


def chosen(value: Any, mine: str) -> str:
    """The real CLIP that a program asks for; "" is the world's. mine: the studio's, for what is left out.

    Raises RecipeError for what is not on the list.
    """
    if value in ("", None):
        return mine
    if value == WORLD:
        return ""
    if isinstance(value, str) and value in {mine, *ALLOWED}:
        return value
    raise RecipeError("clip", short(value), "clips", names=", ".join((WORLD, *ALLOWED)))


def unread(recipes: Iterable[Recipe], name: str) -> tuple[Note, ...]:
    """What the real CLIP does not read of the texts that it judges pictures by."""
    if not name:
        return ()
    from pipelines.evaluation.open_clips import left_out

    try:
        found = {words: None for text in dict.fromkeys(map(full_text, recipes)) if (words := left_out(name, text))}
    except Exception as error:  # the CLIP says what is wrong with it when it is loaded
        log.warning("Unknown what the CLIP %s reads: %s", called(name), error)
        return ()
    return (Note("judge_left_out", {"clip": called(name), "words": "”, “".join(found)}),) if found else ()


def called(name: str) -> str:
    """What a reader is told of it: of a folder its name, and not where it is; "" for the world's."""
    return Path(name.removeprefix(LOCAL)).name if name.startswith(LOCAL) else name


def stamp(name: str) -> list:
    """What numbers are kept under: the name, and of a folder what is in it."""
    if not name.startswith(LOCAL):
        return [name]
    files = sorted(Path(name.removeprefix(LOCAL)).glob("*.safetensors"))
    return [name, *([file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files)]
