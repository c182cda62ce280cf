"""The autoregressive prior: an image embedding as a sequence of classes (Ramesh et al. 2022, arXiv 2204.06125,
section 2.2)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import GPT2Config, GPT2LMHeadModel

from ..process.noise import Draw
from . import decoding
from .condition_input import Condition
from .precision import in_own_numbers


class AutoregressivePrior(ModelMixin, ConfigMixin):
    """p(c_k | c_1 … c_k−1, text) of the embedding's principal components, in the order of their variance, each in
    one of `classes` equal parts of ±`span` standard deviations.

    transformers' GPT-2 reads the text's states, the text's embedding, and the classes so far. What it is not told is
    that a
    class is a number: neighbours are as different to it as any two.

    Args:
        dim: D of the embedding, of a picture and of a text. text_width: of the text's states; length: how many are
        read.
        components: K. width, heads, layers, dropout: of the transformer.
    """

    @register_to_config
    def __init__(
        self,
        dim: int = 256,
        text_width: int = 256,
        length: int = 12,
        components: int = 32,
        classes: int = 64,
        span: float = 3.5,
        width: int = 160,
        heads: int = 4,
        layers: int = 3,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.states, self.pooled = nn.Linear(text_width, width), nn.Linear(dim, width)
        self.gpt = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=classes,
                n_positions=length + 1 + components,
                n_embd=width,
                n_head=heads,
                n_layer=layers,
                resid_pdrop=dropout,
                embd_pdrop=dropout,
                attn_pdrop=dropout,
                bos_token_id=None,
                eos_token_id=None,
                pad_token_id=None,
                tie_word_embeddings=False,
            )
        )
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("basis", torch.eye(components, dim))
        self.register_buffer("deviation", torch.ones(components))

    # embeddings and classes

    def fit(self, embeddings: Tensor) -> None:
        """Take mean and principal components from these, (N, D): the basis, (K, D), and each one's standard
        deviation, (K,)."""
        mean = embeddings.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov(embeddings.double().T))
        kept = self.config.components
        self.mean.copy_(mean)
        self.basis.copy_(vectors.flip(1)[:, :kept].T)
        self.deviation.copy_(values.flip(0)[:kept].clamp(min=1e-12).sqrt())

    def values(self, embedding: Tensor) -> Tensor:
        """The components of embeddings in standard deviations: (B, D) -> (B, K)."""
        return (embedding - self.mean) @ self.basis.T / self.deviation

    @property
    def centres(self) -> Tensor:
        """The value of each class, in standard deviations: (classes,)."""
        n, span = self.config.classes, self.config.span
        return (torch.arange(n, device=self.mean.device) + 0.5) * (2 * span / n) - span

    def codes(self, embedding: Tensor) -> Tensor:
        """The class of each component: (B, D) -> (B, K) long."""
        n, span = self.config.classes, self.config.span
        return ((self.values(embedding) + span) * (n / (2 * span))).floor().long().clamp(0, n - 1)

    def embedding(self, codes: Tensor) -> Tensor:
        """Embeddings of classes, of length 1: (B, k) -> (B, D). Components after the first k are at their mean."""
        kept = codes.shape[1]
        values = self.centres[codes] * self.deviation[:kept]
        return normalize(values @ self.basis[:kept] + self.mean, dim=-1)

    # the transformer

    def prefix(self, condition: Condition) -> Tensor:
        """What stands before the classes: (B, length + 1, width). States are 0 where there is no token."""
        return self._prefix(condition.states[:, : self.config.length], condition.pooled)

    @in_own_numbers
    def _prefix(self, states: Tensor, pooled: Tensor) -> Tensor:
        return torch.cat([self.states(states), self.pooled(pooled * self.config.dim**0.5)[:, None]], 1)

    def logits(self, prefix: Tensor, codes: Tensor) -> Tensor:
        """Of each component given those before it, up to the one after the last: (B, k) long -> (B, k + 1, classes)."""
        told = torch.cat([prefix, self.gpt.transformer.wte(codes)], 1)
        return self.gpt(inputs_embeds=told, use_cache=False).logits[:, prefix.shape[1] - 1 :]

    def forward(self, codes: Tensor, condition: Condition) -> Tensor:
        """Logits of each of these classes given those before it: (B, K) long -> (B, K, classes)."""
        return self.logits(self.prefix(condition), codes[:, :-1])

    @torch.no_grad()
    def generate(
        self,
        condition: Condition,
        null: Condition | None = None,
        *,
        w: float = 0.0,
        do_sample: bool = True,
        seeds: Sequence[int] = (0,),
        num_beams: int = 1,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
    ) -> decoding.Generated:
        """Classes of embeddings that the text may mean, by transformers' own loop, with its names for the knobs.

        Args:
            condition: what is told, a row an embedding. null: of "", as many rows; needed for w.
            w: classifier-free strength on the log probabilities; 0 does not ask without the text.
            do_sample: draw each class; otherwise the likeliest sequence that num_beams beams find, 1 being greedy.
            seeds: of what is drawn, one a row. The same ones give the same embedding, alone or among others.
            temperature: T of softmax(z/T), 0 being greedy; top_k: so many of the likeliest classes, 0 all of them;
            top_p: the
                fewest of the likeliest whose probabilities reach it, 1 all of them. For do_sample.

        Raises:
            ValueError: a knob outside of its range, w without null, another number of seeds than rows.
        """
        decoding.check(do_sample, num_beams, temperature, top_k, top_p)
        if w and null is None:
            raise ValueError(f"null is missing; w = {w} needs what is told of no text.")
        prefix = self.prefix(condition)
        if do_sample and len(seeds) != len(prefix):
            raise ValueError(f"seeds has {len(seeds)} numbers for {len(prefix)} embeddings; allowed: one each.")
        guided = None
        if w:
            untold = self.prefix(null)
            guided = decoding.Guided(
                w, lambda codes: self.logits(untold.repeat_interleave(len(codes) // len(untold), 0), codes)[:, -1]
            )
        return decoding.generate(
            self.gpt,
            prefix,
            self.config.components,
            guided=guided,
            draw=Draw.from_seeds(seeds, prefix.device, torch.float64, purpose="prior") if do_sample else None,
            num_beams=num_beams,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
        )
