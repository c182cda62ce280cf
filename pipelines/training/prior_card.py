"""What the two priors of a world are worth: `python -m pipelines.training.prior_card`.

It measures the exported networks on the pictures that nothing was trained on, and the decoder on what they say, and
writes a card beside the weights of each.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from ..evaluation.intervals import COSINE, Figure
from ..evaluation.measures import mean_distances
from ..guidance import ClassifierFree
from ..runs.priors import AutoregressivePriorPipeline, DiffusionPriorPipeline
from ..runs.unclip import KINDS, UnCLIPCascadePipeline
from ..worlds import FOLDER, load_judge_clip, load_prior, load_world
from .captions import with_style
from .data import EmojiData
from .embeddings import embeddings
from .report.retrieval import ranks, seen

W, SEEDS, STEPS, DECODER_STEPS = 2.0, 8, 10, 10
Rows = list[tuple[str, list[Figure]]]


class Measured:
    """The held-out pictures, what the CLIP says of them and of their names, and the pipelines."""

    def __init__(self, world: str, data: EmojiData, file: Path, n: int):
        self.base, self.data = load_world(world), data
        self.held = data.held_out[np.linspace(0, len(data.held_out) - 1, min(n, len(data.held_out))).astype(int)]
        self.truth = embeddings(self.base.clip, data.images, file)[torch.from_numpy(self.held)]
        self.names = [data.captions.name(i) for i in self.held]
        self.styled = [with_style(name, data.captions.style(i)) for i, name in zip(self.held, self.names, strict=True)]
        self.world, self.priors = world, {kind: load_prior(world, kind) for kind in KINDS}
        self.diffusion = DiffusionPriorPipeline.of(self.priors["prior"], self.base.clip)
        self.autoregressive = AutoregressivePriorPipeline.of(self.priors["autoregressive_prior"], self.base.clip)

    def ways(self) -> Iterator[tuple[str, Callable]]:
        """Name, and texts and seeds -> embeddings, of each way to draw."""
        for w in (0.0, 1.0, W, 4.0):
            yield (
                f"diffusion, w = {w:g}",
                lambda texts, seeds, w=w: (
                    self.diffusion(
                        texts, seeds=seeds, rules=[ClassifierFree(w)], num_inference_steps=STEPS
                    ).image_embeds
                ),
            )
        knobs = {
            "greedy": dict(do_sample=False),
            "4 beams": dict(do_sample=False, num_beams=4),
            "T = 1": {},
            "T = 1, w = 1": dict(w=1.0),
            "T = 1, w = 2": dict(w=2.0),
            "T = 0.7": dict(temperature=0.7),
            "top-p = 0.8": dict(top_p=0.8),
        }
        for name, each in knobs.items():
            yield (
                f"autoregressive, {name}",
                lambda texts, seeds, each=each: self.autoregressive(texts, seeds=seeds, **each).image_embeds,
            )

    def cosines(self) -> Rows:
        """Of each way, cosine with the truth, told the name and told name and style; and how far several draws of a
        name are apart."""
        with torch.no_grad():
            texts = [self.base.clip.encode_text(each) for each in (self.names, self.styled)]
        found = [("the text's own embedding", [self._cosine(each) for each in texts])]
        few = self.names[:: max(1, len(self.names) // 20)][:20]
        groups = np.repeat(np.arange(len(few)), SEEDS)
        for name, draw in self.ways():
            drawn = [draw(each, range(len(each))) for each in (self.names, self.styled)]
            several = draw([text for text in few for _ in range(SEEDS)], range(len(groups))).numpy()
            apart = mean_distances(several, np.ones((len(several), 1)), groups)[0]
            found.append((name, [*map(self._cosine, drawn), Figure(float(apart), n=len(few))]))
            print(found[-1], flush=True)
        return found

    def _cosine(self, embedded: Tensor) -> Figure:
        return Figure.mean(cosine_similarity(embedded, self.truth).numpy(), within=COSINE)

    def decoded(self, n: int) -> Rows:
        """Of pictures by the decoder at w: how often the judge CLIP's first five names have the prompt's, and the
        CLIP's cosines with the name and with the embedding that was told (the diffusion prior's, of the base)."""
        judge, clip = load_judge_clip(self.world), self.base.clip
        every = [entry["en"] for entry in self.data.entries]
        places = {name: place for place, name in enumerate(every)}
        with torch.no_grad():
            texts = torch.cat([judge.encode_text(every[at : at + 200]) for at in range(0, len(every), 200)]).numpy()
        names = self.names[:n]
        right = np.array([places[name] for name in names])
        pipe = UnCLIPCascadePipeline.from_pipe(self.base, upsampler=None, **self.priors)
        pipe.set_progress_bar_config(disable=True)
        told = {
            "prior": self.diffusion(
                names, seeds=range(n), rules=[ClassifierFree(1.0)], num_inference_steps=STEPS
            ).image_embeds,
            "autoregressive_prior": self.autoregressive(names, seeds=range(n), w=1.0).image_embeds,
            "truth": self.truth[:n],
        }
        ways = {
            "base, told the name alone": ("prior", dict(strength=0.0)),
            "name, and the diffusion prior after a fifth of the steps": ("prior", {}),
            "name, and the diffusion prior from the first step": ("prior", dict(start=0.0)),
            "the diffusion prior alone": ("prior", dict(tell_text=False)),
            "name, and the autoregressive prior after a fifth": ("autoregressive_prior", {}),
            "the picture's own embedding alone": ("truth", dict(tell_text=False)),
        }
        found = []
        for name, (kind, settings) in ways.items():
            pictures = self._drawn(pipe, names, told[kind], settings)
            hits = ranks(seen(judge, pictures), texts, right) <= 5
            with torch.no_grad():
                near = [clip.similarity(pictures, names), (clip.encode_image(pictures) * told[kind]).sum(-1)]
            found.append((name, [Figure.share(hits), *(Figure.mean(each.numpy(), within=COSINE) for each in near)]))
            print(found[-1], flush=True)
        return found

    @staticmethod
    def _drawn(pipe: UnCLIPCascadePipeline, names: list[str], embeds: Tensor, settings: dict) -> Tensor:
        parts = []
        for at in range(0, len(names), 20):
            few, given = names[at : at + 20], dict(num_inference_steps=DECODER_STEPS, w=W, output_type="pt", **settings)
            found = pipe(few, image_embeds=embeds[at : at + 20], seeds=range(at, at + len(few)), **given)
            parts.append(found.images * 2 - 1)
        return torch.cat(parts)


def table(heads: list[str], rows: Rows) -> str:
    """Markdown, each figure with its interval."""

    def shown(figure: Figure) -> str:
        return f"{figure.value:.3f}" + (f" ({figure.low:.3f} to {figure.high:.3f})" if figure.low is not None else "")

    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, figures in rows:
        cells = [*map(shown, figures), *[""] * (len(heads) - 1 - len(figures))]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


WORDS = {
    "prior": (
        "diffusion prior",
        """diffusers' `PriorTransformer`, told a text's states and embedding, the time and a noised image embedding, predicts
the clean one. Embeddings are noised in units of each component's standard deviation over the training pictures
(`clip_mean`, `clip_std`).""",
    ),
    "autoregressive_prior": (
        "autoregressive prior",
        """The principal components of the embedding in the order of their variance, each in one of {classes} classes, told one
after another by a small GPT-2 that has read the text. {components} components are told; the others stay at their mean.""",
    ),
}


def card(kind: str, facts: dict, data: EmojiData, n: int, cosines: Rows, decoded: Rows) -> str:
    """The card's text."""
    name, what = WORDS[kind]
    recipe = facts["recipe"]
    licences = "\n".join(f"- {style}: {licence}" for style, licence in data.licences.items())
    figures = ", ".join(f"{key} {value:.3g}" for key, value in facts["figures"].items() if key != "loss")
    return f"""# The emoji world: its {name}

From a text to the noise-aware CLIP's embedding of a picture that it may mean (Ramesh et al. 2022, arXiv 2204.06125, section 2.2).
{what.format(**recipe)}

Trained on the embeddings of {facts["trained_on"]:,} clean pictures: {facts["steps"]:,} steps of {recipe["batch"]},
{facts["pictures"]:,} in all, {facts["minutes"]:g} minutes of one thread on a machine shared with other work, {facts["date"]};
captions in English and Chinese, one in {1 / recipe["null"]:.0f} dropped. The recipe is `pipelines/training/recipes/{kind}.toml`;
what was used of it is in `training.json`. The CLIP's weights are {facts["clip"]}. Weights: EMA, fp16.

Held-out figures of the trainer (n = {recipe["held_out"]}): {figures}.

`python -m pipelines.training.prior_card` measured the rest, on {n} pictures of known things in styles that nothing was
trained on. In brackets the 95 % interval of a bootstrap over pictures, Wilson's for a share. The cosine is with the picture's
own embedding, one draw a name, seeds from 0 on; {STEPS} steps of DDIM. Apart: mean distance of {SEEDS} draws of a name, the
mean over 20 names (0 to 2).

{table(["embedding", "cosine, told the name", "told name and style", "apart"], cosines)}

The decoder is the base network told the embedding by the global adapter, w = {W:g}, {DECODER_STEPS} steps; the priors at
w = 1. First five: how often the prompt's name is among the judge CLIP's first five of {len(data.entries):,} names (n =
{decoded[0][1][0].n}). Cosines of the noise-aware CLIP, of the picture with its name and with the embedding that the decoder was
told (in the base's row the diffusion prior's, which it was not told).

{table(["decoder", "first five", "cosine with the name", "with the embedding"], decoded)}

The global adapter was trained as a hint beside the text and not as this decoder: told the true picture's embedding alone it
loses the name too, so what an embedding alone loses is the adapter's and not the prior's. The name lays the picture out, and
the embedding then says how.

## Licences of the pictures

{licences}
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure a world's priors, and write their cards.")
    parser.add_argument("--world", default="emoji", help="a name in assets/worlds")
    parser.add_argument("--data", type=Path, default=Path(".data/emoji.npz"))
    parser.add_argument("--embeddings", type=Path, default=Path(".data/emoji_embeddings.npz"))
    parser.add_argument("-n", type=int, default=100, help="held-out pictures")
    parser.add_argument("--decoded", type=int, default=80, help="of them, names that are drawn")
    options = parser.parse_args()
    pictures = EmojiData.load(options.data)
    measured = Measured(options.world, pictures, options.embeddings, options.n)
    found = measured.cosines(), measured.decoded(options.decoded)
    for kind in KINDS:
        folder = FOLDER / options.world / kind
        trained = json.loads((folder / "training.json").read_text("utf-8"))
        (folder / "card.md").write_text(card(kind, trained, pictures, len(measured.held), *found), "utf-8")
