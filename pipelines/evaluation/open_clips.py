"""Real CLIPs as judges: any open_clip model, by the name that open_clip has for it. Only for finished pictures: it
never saw noise.

    clip = load_open_clip("ViT-B-32/laion2b_s34b_b79k")     # architecture/weights; fetched once, then kept by open_clip
    clip = load_open_clip("hf-hub:ORG/NAME")
    clip = load_open_clip("local-dir:FOLDER")               # open_clip_config.json, *.safetensors, the tokenizer
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from ..networks.clip import CONFIG
from ..networks.context import WORD

if TYPE_CHECKING:
    from PIL.Image import Image

LOCAL, HUB = "local-dir:", "hf-hub:"
BATCH = 32


class ClipError(RuntimeError):
    """A CLIP that cannot be loaded; the message says why and what to do."""


class OpenCLIP:
    """An open_clip model with what it wants done to pictures and texts before it sees them."""

    def __init__(self, name: str, model: nn.Module, transform: Callable, tokenizer: Callable):
        self.name, self.transform, self.tokenizer = name, transform, tokenizer
        self.model = model.eval().requires_grad_(False)

    def to(self, device) -> OpenCLIP:
        """The same, on another device."""
        self.model.to(device)
        return self

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return next(self.model.parameters()).device

    @torch.no_grad()
    def encode_pictures(self, pictures: Sequence[Image]) -> Tensor:
        """PIL pictures of any size -> (B, D), of length 1."""
        parts = []
        for start in range(0, len(pictures), BATCH):
            batch = [self.transform(picture.convert("RGB")) for picture in pictures[start : start + BATCH]]
            parts.append(self.model.encode_image(torch.stack(batch).to(self.device)).float())
        return normalize(torch.cat(parts), dim=-1)

    @torch.no_grad()
    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """(B, D), of length 1."""
        ids = self.tokenizer(list(texts)).to(self.device)
        return normalize(self.model.encode_text(ids).float(), dim=-1)


@lru_cache(maxsize=1)  # the large ones take 1.7 GB: one is held, the last
def load_open_clip(name: str) -> OpenCLIP:
    """Load it; the second time it is there at once.

    Raises:
        ValueError: a name that open_clip does not know.
        ClipError: a folder that is not whole, or weights that cannot be fetched.
    """
    import open_clip

    from ..networks import small_resnet as _small_resnet  # noqa: F401 - for folders made here: timm knows it from here on

    if name.startswith(LOCAL):
        model, weights = name, None
        _check_folder(Path(name.removeprefix(LOCAL)))
    elif name.startswith(HUB):
        model, weights = name, None
    else:
        known = ["/".join(pair) for pair in open_clip.list_pretrained()]
        if name not in known:
            near = get_close_matches(name, known, n=3)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            raise ValueError(
                f"Unknown CLIP {name!r}; {hint}It is ARCHITECTURE/WEIGHTS, one of open_clip.list_pretrained(), "
                f"{HUB}ORG/NAME or {LOCAL}FOLDER."
            )
        model, weights = name.rsplit("/", 1)
    try:
        _check_reach(model, weights)
        network, transform = open_clip.create_model_from_pretrained(model, pretrained=weights)
        return OpenCLIP(name, network, transform, open_clip.get_tokenizer(model))
    except Exception as error:  # of the network, of the hub, of a file: many kinds
        help = (
            "Is the folder whole?"
            if name.startswith(LOCAL)
            else f"Its weights are fetched at the first use, which needs a network; without one, give {LOCAL}FOLDER."
        )
        raise ClipError(f"The CLIP {name!r} cannot be loaded ({_short(error)}). {help}") from error


def left_out(name: str, text: str) -> str:
    """The words at the end of a text that a CLIP does not read, since its context holds a fixed number of tokens; "" where
    it reads all. Of the model itself nothing is loaded."""
    tokenizer, words = _tokenizer(name), list(re.finditer(WORD, text))

    def ids(count: int) -> Tensor:
        return tokenizer([text[: words[count - 1].end()] if count else ""])

    # Where no more than these words is read, the tokens are those of all words.
    read = bisect_left(range(len(words)), True, key=lambda count: torch.equal(ids(count), ids(len(words))))
    return text[words[read].start() :] if read < len(words) else ""


@lru_cache(maxsize=4)
def _tokenizer(name: str) -> Callable:
    import open_clip

    return open_clip.get_tokenizer(name if name.startswith((LOCAL, HUB)) else name.rsplit("/", 1)[0])


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ClipError(f"The CLIP folder {str(folder)!r} is not there.")
    missing = [name for name in (CONFIG, "*.safetensors") if not list(folder.glob(name))]
    if missing:
        raise ClipError(f"The CLIP folder {str(folder)!r} has no {' and no '.join(missing)}.")


def _check_reach(model: str, weights: str | None) -> None:
    """Whether the hub answers, where nothing of the model is kept here: it would be asked six times, for half a minute.

    Raises OSError, or what the network raises.
    """
    from huggingface_hub import constants
    from huggingface_hub.utils import get_session
    from open_clip.pretrained import get_pretrained_cfg

    if model.startswith(LOCAL):
        return
    name = model.removeprefix(HUB) if weights is None else get_pretrained_cfg(model, weights).get("hf_hub", "")
    if weights is not None:
        name = name.rpartition("/")[0]  # ORG/NAME/FILE
    if not name:
        return
    if not Path(constants.HF_HUB_CACHE, "models--" + name.replace("/", "--")).is_dir():
        get_session().head(constants.ENDPOINT, timeout=5)


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"
