"""The text transformer that tells the U-Net what is asked for, trained with it as GLIDE does (Nichol et al. 2021)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import normalize, pad

from ..declarations.arguments import text_list
from .condition_input import Condition
from .context import Reading, cleaned, reading

CONFIG, WEIGHTS, TOKENIZER = "config.json", "diffusion_pytorch_model.safetensors", "tokenizer.json"


def read(tower, ids: Tensor) -> tuple[Tensor, Tensor]:
    """open_clip's text tower, with its states, and for shorter texts too. ids (B, L) -> (B, L, W), (B, D) of length 1."""
    length = ids.shape[1]
    mask = None if tower.attn_mask is None else tower.attn_mask[:length, :length]
    states = tower.token_embedding(ids) + tower.positional_embedding[:length]
    states = tower.ln_final(tower.transformer(states, attn_mask=mask))
    last = (ids == tower.eos_id).int().argmax(-1)
    return states, normalize(states[torch.arange(len(ids), device=ids.device), last] @ tower.text_projection, dim=-1)


class TextEncoder(ModelMixin, ConfigMixin):
    """Texts to token states and one pooled vector.

    text_cfg: open_clip's; tokenizer: of the `tokenizers` library, with a "<pad>" piece.
    """

    config_name = CONFIG
    files = (CONFIG, WEIGHTS, TOKENIZER)  # what it is read from
    ignore_for_config = ["tokenizer"]

    @register_to_config
    def __init__(self, embed_dim: int, text_cfg: dict, tokenizer: Tokenizer | None = None):
        super().__init__()
        from open_clip.model import _build_text_tower

        self.tower = _build_text_tower(embed_dim, dict(text_cfg))
        self.length = text_cfg["context_length"]
        self.tokenizer = tokenizer
        if tokenizer is not None:
            tokenizer.enable_truncation(self.length)
            tokenizer.enable_padding(pad_id=text_cfg["pad_id"], pad_token="<pad>")

    @classmethod
    def from_clip(cls, clip) -> TextEncoder:
        """A copy of a CLIP's text tower: a good place to start from."""
        settings = clip.config.model_cfg
        encoder = cls(settings["embed_dim"], settings["text_cfg"], Tokenizer.from_str(clip.tokenizer.to_str()))
        encoder.tower.load_state_dict(clip.model.text.state_dict())
        return encoder

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """(B, L) long, L the longest text's length or the context length, if that is shorter."""
        encoded = self.tokenizer.encode_batch(list(map(cleaned, text_list("texts", texts))))
        return torch.tensor([each.ids for each in encoded], device=self.device)

    def reading(self, text: str) -> Reading:
        """What of a text fits into the context, and what is left out."""
        return reading(self.tokenizer, text)

    def forward(self, ids: Tensor) -> Condition:
        """ids: (B, L) long. states (B, context length, W), zero where there is no token; pooled (B, D) of length 1."""
        states, pooled = read(self.tower, ids)
        states = states * (ids != self.config.text_cfg["pad_id"])[..., None]
        # A fixed number of states, so that a text means the same in every batch.
        return Condition(pad(states, (0, 0, 0, self.length - ids.shape[1])), pooled)

    def encode(self, texts: Sequence[str]) -> Condition:
        """What the U-Net is told of each text; "" is the null condition."""
        return self(self.tokenize(texts))

    def save_pretrained(self, save_directory, **ignored) -> None:
        """Config, weights (in the type they have in memory) and tokenizer."""
        folder = Path(save_directory)
        folder.mkdir(parents=True, exist_ok=True)
        self.save_config(folder)
        save_file({k: v.contiguous() for k, v in self.tower.state_dict().items()}, folder / WEIGHTS)
        self.tokenizer.save(str(folder / TOKENIZER), pretty=False)

    @classmethod
    def from_pretrained(
        cls,
        pretrained_model_name_or_path,
        *,
        subfolder: str | None = None,
        dtype: torch.dtype | None = None,
        torch_dtype: torch.dtype | None = None,
        **ignored,
    ) -> TextEncoder:
        """Read such a folder; float32 unless `dtype`, which was `torch_dtype`, says otherwise. ValueError names a missing file."""
        folder = Path(pretrained_model_name_or_path) / (subfolder or "")
        for name in cls.files:
            if not (folder / name).exists():
                raise ValueError(f"The text encoder's folder {str(folder)!r} has no {name}.")
        settings = json.loads((folder / CONFIG).read_text("utf-8"))
        encoder = cls(settings["embed_dim"], settings["text_cfg"], Tokenizer.from_file(str(folder / TOKENIZER)))
        encoder.tower.load_state_dict(load_file(folder / WEIGHTS))
        encoder.tower.to(dtype or torch_dtype or torch.float32)
        return encoder.eval()
