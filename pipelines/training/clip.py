"""Train the embedded CLIP: `python -m pipelines.training.clip`.

Contrastive learning (Radford et al. 2021) on noised pictures x_t = a x0 + b ε with captions at all depths,
in both languages. Many captions of a batch fit many of its pictures ("food"): such pairs are neither right
nor wrong, and are left out of the softmax.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from string import printable

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy

from ..networks.clip import CLIP, HAN, words_of
from ..process.schedule import NoiseSchedule
from .captions import DEPTHS, LANGUAGES, STYLED, with_style
from .datasets import DataSet, load
from .latents import PATCH, Latents, source_of
from .loop import Task, main
from .pictures import noised, some

SPECIAL = ["<pad>", "<unk>", "<bos>", "<eos>"]
WHOLE, UNSEEN = -4.0, -12.0  # log p of a whole word: above any split; of a letter
LEVELS = (0, 200, 400, 600, 800)  # the noise of the evaluation; 0 is a clean picture


def make_tokenizer(texts: list[str], pieces: int) -> Tokenizer:
    """A Unigram of `pieces` pieces or less: NFKC, lower case, words apart, every Chinese character a word.
    All letters and characters; a tenth is parts of words, the most frequent ones; the rest is the most
    frequent
    words, whole. The library's own trainer gives other pieces each time; a run that goes on needs the same.
    """
    counts = Counter(word for text in texts for word in words_of(text))
    letters = sorted(
        {letter for text in texts for letter in text.lower() if not letter.isspace()} | set(printable[:95].strip())
    )
    parts = Counter(
        word[at : at + size] for word in sorted(counts) for size in range(2, 7) for at in range(len(word) - size + 1)
    )
    parts = dict(sorted(parts.items(), key=lambda part: (-part[1], part[0]))[: (pieces - len(letters)) // 10])
    words = [word for word, _ in counts.most_common() if len(word) > 1][
        : max(pieces - len(SPECIAL) - len(letters) - len(parts), 0)
    ]
    total = sum(parts.values()) + len(letters)
    scores = dict.fromkeys(SPECIAL, 0.0) | dict.fromkeys(letters, UNSEEN)
    scores |= {part: math.log(count / total) for part, count in parts.items()} | dict.fromkeys(words, WHOLE)
    tokenizer = Tokenizer(models.Unigram(list(scores.items()), unk_id=SPECIAL.index("<unk>")))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(HAN), "isolated"),
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation(),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>",
        special_tokens=[(token, SPECIAL.index(token)) for token in ("<bos>", "<eos>")],
    )
    return tokenizer


class Texts:
    """Captions of a batch, and which pictures of it each of them fits."""

    def __init__(self, data: DataSet, joined: float):
        self.data, self.captions, self.joined = data, data.captions, joined
        first = np.unique(data.name, return_index=True)[1]
        self.fits: dict[str, np.ndarray] = {}  # text -> names, (E,) bool
        for index in first:
            for text in {t for depth in DEPTHS for lang in LANGUAGES for t in self.captions.texts(index, depth, lang)}:
                names = self.fits.setdefault(text, np.zeros(len(data.entries), bool))
                names[data.name[index]] = True

    def draw(self, index: int, rng: np.random.Generator) -> tuple[str, np.ndarray, int]:
        """A caption of one picture, the names it fits, and the style it names (or −1)."""
        language = str(rng.choice(list(LANGUAGES), p=list(LANGUAGES.values())))
        text = self._one(index, language, rng)
        names = self.fits[text]
        if rng.random() < self.joined:
            other = self._one(index, language, rng)
            names = names & self.fits[other]
            patterns = ("{}的{}", "{}{}", "{} {}") if language == "zh" else ("{} {}", "{} {}", "{}, {}", "{} and {}")
            if other not in text and text not in other:
                text = patterns[rng.integers(len(patterns))].format(text, other)
        style = self.captions.style(index)
        if rng.random() >= STYLED or not style:
            return text, names, -1
        return with_style(text, style, language), names, self.data.styles.index(style)

    def _one(self, index: int, language: str, rng: np.random.Generator) -> str:
        depth = str(rng.choice(list(DEPTHS), p=list(DEPTHS.values())))
        texts = self.captions.texts(index, depth, language) or self.captions.texts(index, "name", language)
        return texts[rng.integers(len(texts))]

    def batch(self, indices: np.ndarray, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
        """N captions, and (N, N) bool: caption i fits picture j. The diagonal is True."""
        texts, names, styles = zip(*(self.draw(int(index), rng) for index in indices))
        styles = np.array(styles)[:, None]
        fits = np.stack(names)[:, self.data.name[indices]]
        shown = self.data.truth.get("style", np.zeros(len(self.data.name), int))[indices]
        return list(texts), fits & ((styles < 0) | (styles == shown[None]))

    def corpus(self) -> list[str]:
        styles = [
            with_style("", style, language).strip()
            for style in self.data.labels.get("style", ())
            for language in LANGUAGES
        ]
        return sorted(self.fits) + 50 * styles + 20 * ["的", "and", ","]


def contrast(pictures: Tensor, texts: Tensor, scale: Tensor, fits: Tensor) -> Tensor:
    """Mean of both cross entropies without the other fitting pairs. pictures, texts: (N, D); fits: (N, N)."""
    logits = scale * texts.float() @ pictures.float().T
    others = fits & ~torch.eye(len(fits), dtype=torch.bool, device=fits.device)
    logits = logits.masked_fill(others, -torch.inf)
    target = torch.arange(len(fits), device=fits.device)
    return (cross_entropy(logits, target) + cross_entropy(logits.T, target)) / 2


class ClipTask(Task):
    name = "clip"
    levels = LEVELS
    noise = "x_t = a x0 + b eps over the whole schedule"

    def __init__(self, recipe: dict, data: DataSet | None = None, vae=None, start: CLIP | None = None):
        super().__init__(recipe)
        self.data = data or load(recipe)
        self.source = source_of(recipe, self.data, vae)
        self.schedule = NoiseSchedule(shift=recipe["shift"])
        self.texts = Texts(self.data, recipe["joined"])
        self.start = start or (CLIP.from_pretrained(recipe["start"]) if recipe["start"] else None)
        self.tokenizer = self.start.tokenizer if self.start else make_tokenizer(self.texts.corpus(), recipe["pieces"])
        self.words = sorted({word for text in self.texts.corpus() for word in words_of(text)})
        self.tokenizer.enable_padding(
            pad_id=SPECIAL.index("<pad>"), pad_token="<pad>", length=recipe["text.context_length"]
        )
        self.ids = lru_cache(maxsize=200_000)(lambda text: self.tokenizer.encode(" ".join(text.split())).ids)

    def network(self) -> CLIP:
        if self.start is not None:
            clip = self.moved_in() if isinstance(self.source, Latents) else self.start
            clip.model.text.requires_grad_(not self.recipe["locked"])
            return clip

        def table(prefix):
            return {key.removeprefix(prefix): value for key, value in self.recipe.items() if key.startswith(prefix)}

        special = dict(pad_id=SPECIAL.index("<pad>"), eos_id=SPECIAL.index("<eos>"))
        text = (
            table("text.")
            | special
            | dict(vocab_size=self.tokenizer.get_vocab_size(), hf_tokenizer_name="local", pool_type="eos")
        )
        return CLIP(table("model.") | dict(vision_cfg=table("vision."), text_cfg=text), self.tokenizer, self.words)

    def moved_in(self) -> CLIP:
        """`start` as a CLIP of latents: a patch of its pictures becomes as many places as cover it."""
        old, side = self.start.config.model_cfg, self.source.x.shape[-1]
        patch = old["vision_cfg"]["patch_size"] // PATCH
        settings = old | dict(vision_cfg=old["vision_cfg"] | dict(image_size=side, patch_size=patch))
        clip = CLIP(settings, self.tokenizer, self.start.words | set(self.words), self.source.channels)
        state = dict(self.start.model.state_dict())
        weight, lift = self.source.turned(state["visual.conv1.weight"])
        first = state["visual.positional_embedding"][:1]
        places = state["visual.positional_embedding"][1:] + lift
        clip.model.load_state_dict(
            state | {"visual.conv1.weight": weight, "visual.positional_embedding": torch.cat([first, places])}
        )
        return clip

    def matrix(self, name: str, parameter) -> bool:
        return parameter.ndim == 2 and ".resblocks." in name

    def timesteps(self, count: int, rng: torch.Generator) -> Tensor:
        """A share `clean` from the first tenth, the rest from all."""
        high = torch.where(torch.rand(count, generator=rng) < self.recipe["clean"], 0.1, 1.0)
        return (torch.rand(count, generator=rng) * high * self.schedule.config.num_train_timesteps).long()

    def seen(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """What the network is shown of a batch. x: (B, 3, S, S) in [-1, 1], or latents."""
        x = self.source.moved(x, rng)
        return noised(x, self.timesteps(len(x), rng), self.schedule, rng)

    def loss(self, network, rng: torch.Generator) -> Tensor:
        indices = some(self.data.train, self.recipe["batch"], rng)
        texts, fits = self.texts.batch(indices, np.random.default_rng(int(torch.randint(2**62, (), generator=rng))))
        ids = torch.tensor([self.ids(text) for text in texts])
        ids = ids[:, : int((ids != SPECIAL.index("<pad>")).sum(1).max())]  # no use in padding
        x = self.seen(self.source.x0(indices), rng)
        with sdpa_kernel(SDPBackend.MATH):  # its backward pass is much faster than flash's on a CPU
            features = network(x.to(self.device), ids.to(self.device))
        return contrast(*features, torch.from_numpy(fits).to(self.device))

    def evaluate(self, network: CLIP) -> dict[str, float]:
        """Held-out pictures: the right name of all names, first or among five, by noise and language."""
        held, figures = self.data.held_out, {}
        rng = torch.Generator().manual_seed(1)
        names = torch.from_numpy(self.data.name[held])
        texts = {
            language: torch.cat(
                [network.encode_text(chunk) for chunk in chunks([entry[language] for entry in self.data.entries], 500)]
            )
            for language in LANGUAGES
        }
        head, labels = next(iter(self.data.labels.items()))  # the broadest
        groups = network.encode_text(labels)
        x0 = self.source.x0(held)
        losses = []
        for level in self.levels:
            x = noised(x0, torch.full((len(x0),), level), self.schedule, rng) if level else x0
            pictures = torch.cat([network.encode_image(chunk.to(self.device)) for chunk in x.split(200)])
            for language in LANGUAGES if level == 0 else ["en"]:
                logits = (network.model.logit_scale.exp() * pictures @ texts[language].T).float().cpu()
                right = logits.topk(min(5, logits.shape[1])).indices == names[:, None]
                figures[f"top1_{language}_{level}"] = right[:, 0].float().mean().item()
                figures[f"top5_{language}_{level}"] = right.any(1).float().mean().item()
                losses.append(cross_entropy(logits, names).item())
            found = (pictures @ groups.T).argmax(1).cpu().numpy() == self.data.truth[head][held]
            figures[f"{head}_{level}"] = float(found.mean())
        return dict(loss=float(np.mean(losses)), **figures, scale=network.model.logit_scale.exp().item())

    def export(self, network: CLIP, folder) -> None:
        network.half().save_pretrained(folder)
        network.float()

    def facts(self) -> dict:
        return dict(
            data=str(self.recipe["data"]),
            trained_on=len(self.data.train),
            held_out=len(self.data.held_out),
            noise=self.noise,
            **self.source.facts(),
        )


def chunks(items: list, size: int) -> list[list]:
    return [items[at : at + size] for at in range(0, len(items), size)]


if __name__ == "__main__":
    main(ClipTask)
