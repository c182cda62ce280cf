"""The embedded CLIP: an open_clip model with an own small configuration and tokenizer, for noised pictures.

Its folder is in open_clip's local-dir form:
`open_clip.create_model_and_transforms("local-dir:FOLDER")` reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import normalize

from ..declarations.arguments import text_list
from .context import HAN, WORD, Reading, cleaned, reading
from .precision import in_own_numbers
from .text_encoder import read

WEIGHTS = "open_clip_model.safetensors"
CONFIG = "open_clip_config.json"


class TextStates(NamedTuple):
    """states: (B, L, W), after the last LayerNorm; mask: (B, L) bool, False on padding; pooled: (B, D)."""

    states: Tensor
    mask: Tensor
    pooled: Tensor


def words_of(text: str) -> list[str]:
    """Words of a text in lower case; every Chinese character is one."""
    return re.findall(WORD, text.lower().replace("’", "'"))


class CLIP(ModelMixin, ConfigMixin):
    """Pictures and texts on one sphere of dimension D.

    model_cfg: open_clip's. tokenizer: of the `tokenizers` library, with "<pad>", "<bos>", "<eos>".
    channels: of what it sees, 3 of a picture; of latents more, which open_clip itself cannot read.
    words: those of the captions of the training; `unknown` goes by them, and says nothing without them.
    """

    config_name = "config.json"
    files = (CONFIG, WEIGHTS, "tokenizer.json")  # what it is read from
    ignore_for_config = ["tokenizer", "words", "channels"]

    @register_to_config
    def __init__(
        self, model_cfg: dict, tokenizer: Tokenizer | None = None, words: Sequence[str] = (), channels: int = 3
    ):
        super().__init__()
        from open_clip import CustomTextCLIP

        from . import small_resnet as _small_resnet  # noqa: F401 - timm knows it by name from here on

        settings = {key: value for key, value in model_cfg.items() if key != "custom_text"}
        self.model = CustomTextCLIP(**settings)
        if channels != 3:
            first = self.model.visual.conv1
            sizes = dict(kernel_size=first.kernel_size, stride=first.stride, bias=False)
            self.model.visual.conv1 = torch.nn.Conv2d(channels, first.out_channels, **sizes)
        self.length, self.channels = model_cfg["text_cfg"]["context_length"], channels
        self.tokenizer, self.words = tokenizer, frozenset(words)
        if tokenizer is not None:
            tokenizer.enable_truncation(self.length)
            tokenizer.enable_padding(pad_id=model_cfg["text_cfg"]["pad_id"], pad_token="<pad>", length=self.length)

    # texts and pictures

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """(B, L) long, padded to the context length; too long a text is cut."""
        encoded = self.tokenizer.encode_batch(list(map(cleaned, text_list("texts", texts))))
        return torch.tensor([each.ids for each in encoded], device=self.device)

    def reading(self, text: str) -> Reading:
        """What of a text fits into the context, and what is left out."""
        return reading(self.tokenizer, text)

    def text_states(self, texts: Sequence[str]) -> TextStates:
        """What a network that is conditioned on text needs."""
        ids = self.tokenize(texts)
        states, pooled = read(self.model.text, ids)
        return TextStates(states, ids != self.model.text.pad_id, pooled)

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """(B, D), of length 1."""
        return self.text_states(texts).pooled

    @in_own_numbers
    def encode_image(self, x: Tensor) -> Tensor:
        """x: (B, 3, H, W) in [-1, 1] or latents, clean or noised -> (B, D), of length 1; differentiable."""
        size = (self.channels, *self.model.visual.image_size)
        if x.ndim != 4 or x.shape[1:] != size:
            raise ValueError(f"x has shape {tuple(x.shape)}; it must be (B, {', '.join(map(str, size))}).")
        return normalize(self.model.visual(x), dim=-1)

    def similarity(self, x: Tensor, texts: Sequence[str]) -> Tensor:
        """Cosine of picture i and text i, E1(x)·E2(y) / (‖E1‖ ‖E2‖). (B,) in [-1, 1]."""
        return (self.encode_image(x) * self.encode_text(texts)).sum(-1)

    def zero_shot(self, x: Tensor, texts: Sequence[str]) -> Tensor:
        """Which of these texts fits a picture best: the softmax of their scaled cosines (Radford et al. 2021, section 3.1.2).

        x: (B, 3, H, W) in [-1, 1]; texts: N sentences, such as "a cat" and "an apple" -> (B, N), each row of sum 1.

        Raises:
            ValueError: no texts, or one text that is no list.
        """
        if isinstance(texts, str) or not len(texts):
            raise ValueError(f"texts = {texts!r} is not allowed; allowed: a list of sentences, one at least.")
        cosines = self.encode_image(x) @ self.encode_text(texts).mT
        return (self.model.logit_scale.exp() * cosines).softmax(-1)

    @in_own_numbers
    def forward(self, x: Tensor, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, 3, H, W), (N, L) long -> (B, D), (N, D), each of length 1, and the scale of the logits, ()."""
        return normalize(self.model.visual(x), dim=-1), read(self.model.text, ids)[1], self.model.logit_scale.exp()

    def unknown(self, text: str) -> list[str]:
        """The words of `text` that no caption of the training had, each once; Chinese ones as runs."""
        if not self.words:
            return []
        found, after = [], None
        for match in re.finditer(WORD, text.lower().replace("’", "'")):
            word = match.group()
            if self._knows(word):
                continue
            if found and after == match.start() and re.match(HAN, word):
                found[-1] += word
            else:
                found.append(word)
            after = match.end() if re.match(HAN, word) else None
        return list(dict.fromkeys(found))

    def _knows(self, word: str) -> bool:
        stems = (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("'s"), word + "s")
        return any(stem in self.words for stem in stems)

    # files

    def save_pretrained(self, save_directory, **ignored) -> None:
        """Write open_clip's local-dir form; the weights in the type they have in memory."""
        from transformers import PreTrainedTokenizerFast

        folder = Path(save_directory)
        folder.mkdir(parents=True, exist_ok=True)
        self.save_config(folder)
        settings = dict(self.config.model_cfg) | {"custom_text": True}
        half = dict(mean=[0.5] * 3, std=[0.5] * 3, interpolation="bicubic", resize_mode="shortest")
        own = {} if self.channels == 3 else dict(channels=self.channels)
        (folder / CONFIG).write_text(json.dumps(dict(model_cfg=settings, preprocess_cfg=half, **own), indent=2) + "\n")
        save_file({key: value.contiguous() for key, value in self.model.state_dict().items()}, folder / WEIGHTS)
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=self.tokenizer,
            pad_token="<pad>",
            bos_token="<bos>",
            eos_token="<eos>",
            unk_token="<unk>",
            model_max_length=self.length,
        )
        tokenizer.save_pretrained(folder)
        # Once more without indentation, which was half of the file.
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        (folder / "words.txt").write_text("\n".join(sorted(self.words)) + "\n", encoding="utf-8")

    @classmethod
    def from_pretrained(
        cls,
        pretrained_model_name_or_path,
        *,
        subfolder: str | None = None,
        dtype: torch.dtype | None = None,
        torch_dtype: torch.dtype | None = None,
        **ignored,
    ) -> CLIP:
        """Read such a folder, in float32 or `dtype`, which was `torch_dtype`. ValueError names a missing file."""
        folder = Path(pretrained_model_name_or_path) / (subfolder or "")
        words = folder / "words.txt"
        for name in cls.files:
            if not (folder / name).exists():
                raise ValueError(f"The CLIP folder {str(folder)!r} has no {name}.")
        config = json.loads((folder / CONFIG).read_text())
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        known = words.read_text(encoding="utf-8").split() if words.exists() else ()
        clip = cls(config["model_cfg"], tokenizer, known, config.get("channels", 3))
        clip.model.load_state_dict(load_file(folder / WEIGHTS))
        clip.model.to(dtype or torch_dtype or torch.float32)
        return clip.eval()
