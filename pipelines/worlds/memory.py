"""The world `memory`: a model that has learned its pictures by heart. No network, nothing trained."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from ..exact.dataset import DataSet
from ..networks.condition_input import Condition
from ..networks.labels import each_found
from ..process.schedule import NoiseSchedule
from ..runs.guided import GuidedPipeline
from .reference import load_thumbnails


class Placed(nn.Module):
    """A module without weights that tells diffusers where it is, and in what numbers."""

    def __init__(self):
        super().__init__()
        self.register_buffer("where", torch.zeros(()), persistent=False)

    dtype = property(lambda self: self.where.dtype)
    device = property(lambda self: self.where.device)


class MemoryNetwork(Placed):
    """The data set's denoiser in the place of the U-Net. A condition's `pooled` says which pictures count, (B, N)."""

    sees_pictures = True  # x_t as it is, not in patches

    def __init__(self, data: DataSet, schedule: NoiseSchedule):
        super().__init__()
        self.data, self.schedule = data, schedule

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """(3, H, W) of one picture."""
        height, width, colours = self.data.shape
        return colours, height, width

    def forward(self, x: Tensor, timesteps: Tensor, condition: Condition) -> Tensor:
        """x̂0. x: (B, 3, H, W); timesteps: (B,) or ()."""
        a, b = _levels(self, timesteps, x)
        return self.data.to(x.device).denoise(_rows(x), a, b, condition.pooled > 0).permute(0, 3, 1, 2)


class MemoryClassifier(Placed):
    """The data set's exact noisy classifier, with the interface of the trained one."""

    def __init__(self, data: DataSet, schedule: NoiseSchedule):
        super().__init__()
        self.data, self.schedule, self.labels, self.find = data, schedule, data.labels, data.find

    def forward(self, x: Tensor, timesteps: Tensor) -> dict[str, Tensor]:
        """log p(label | x_t) a head, (B, labels): logits too."""
        return self.data.to(x.device).log_probs(_rows(x), *_levels(self, timesteps, x))

    def log_prob(self, x: Tensor, timesteps: Tensor, label: str | Sequence[str]) -> Tensor:
        """log p(label | x_t), (B,). One label for all pictures, or one a picture."""
        wanted = [label] if isinstance(label, str) else list(label)
        if len(wanted) not in (1, len(x)):
            raise ValueError(f"label has {len(wanted)} entries; it must be one string, or one a picture, {len(x)}.")
        each_found(label, self.find)
        among = torch.stack([self.data.to(x.device).having(each) for each in wanted])
        return self.data.log_prob(_rows(x), *_levels(self, timesteps, x), among)


class MemoryEncoder(Placed):
    """Texts to the pictures they ask for: by name, else by group or subgroup, else by the words in the names.

    names: (English, Chinese) of each picture. categories: text -> label of the data. styles: text -> label.
    """

    def __init__(
        self, data: DataSet, names: Sequence[tuple[str, str]], categories: dict[str, str], styles: dict[str, str]
    ):
        super().__init__()
        self.data, self.categories, self.styles = data, categories, styles
        self.english = [en.lower() for en, _ in names]
        self.chinese = [zh for _, zh in names]
        self.words = [frozenset(_words(en)) for en in self.english]

    def encode(self, texts: Sequence[str]) -> Condition:
        """states: (B, 0, 1), none; pooled: (B, N), 1 where a picture counts. "" and unknown texts ask for any."""
        among = torch.stack([self.asked(text) for text in texts])
        return Condition(torch.zeros(len(among), 0, 1), among.float())

    def asked(self, text: str) -> Tensor:
        """Which pictures a text asks for. (N,) bool"""
        text = re.sub(r"^(an?|the) (?=\S)", "", " ".join(text.lower().split()))
        any_one, style = torch.ones(len(self.data), dtype=torch.bool), None
        for form in sorted(self.styles, key=len, reverse=True):
            if text == form or text.startswith(form + " " if form.isascii() else form):
                text, style = text.removeprefix(form).strip(), self.data.having(f"style:{self.styles[form]}").cpu()
                break
        found = self._thing(text) if text else any_one
        if style is None:
            return found
        return found & style if bool((found & style).any()) else found

    def _thing(self, text: str) -> Tensor:
        for wanted in (text, text + "s", text.removesuffix("s")):
            if wanted in self.categories:
                return self.data.having(self.categories[wanted]).cpu()
            named = torch.tensor([wanted in pair for pair in zip(self.english, self.chinese, strict=True)])
            if named.any():
                return named
        wanted = set(_words(text))
        shared = [len(wanted & words) for words in self.words] if wanted else [0]
        if not max(shared):  # Chinese names: inside the text, or around it; the longest ones
            shared = [len(zh) if zh in text else len(text) if text in zh else 0 for zh in self.chinese]
        most = max(shared)
        return (
            torch.tensor([count == most for count in shared]) if most else torch.ones(len(self.data), dtype=torch.bool)
        )


def memory(
    world: str | Path = "emoji", bandwidth: float = 0.0, schedule: NoiseSchedule | None = None
) -> GuidedPipeline:
    """A pipeline that knows the thumbnails of a world by heart, and nothing else.

    bandwidth: how far it blurs them, in pixel values of [−1, 1].

    Raises:
        ValueError: thumbnails or words that are missing, by name.
    """
    from .loading import FOLDER

    shown = load_thumbnails(world)
    file = FOLDER / world / "vocabulary.json"
    try:
        known = json.loads(file.read_text("utf-8"))
        chinese = {each["en"]: each["zh"] for each in known["names"]}
        tables = {
            head: zip(known["labels"]["en"][head], known["labels"]["zh"][head], strict=True)
            for head in ("subgroup", "group")
        }
        categories = {
            form: f"{head}:{en}"
            for head, table in tables.items()
            for en, zh in table
            for form in (en, zh)
            if en in shown.labels.get(head, ())
        }
        styles = {form: key for key, each in known["styles"].items() for form in (key, each["en"], each["zh"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"The words of the world in {file} cannot be read ({error!r}); restore that file.") from error
    schedule = schedule or NoiseSchedule()
    data = DataSet(_rows(shown.pictures), shown.labels, bandwidth)
    encoder = MemoryEncoder(data, [(en, chinese.get(en, "")) for en in shown.names], categories, styles)
    return GuidedPipeline(MemoryNetwork(data, schedule), encoder, schedule, classifier=MemoryClassifier(data, schedule))


def _rows(x: Tensor) -> Tensor:
    """(B, H, W, 3): as the pictures lie in memory when they are read, so that the data set needs no second copy."""
    return x.permute(0, 2, 3, 1)


def _levels(known: MemoryNetwork | MemoryClassifier, timesteps: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """a and b of each picture's time, (B, 1), in float64 until they are of the data's precision, in which is computed."""
    signal = known.schedule.signal(torch.as_tensor(timesteps).expand(len(x)).to(x.device))[:, None]
    return signal.sqrt().to(known.data.dtype), (1 - signal).sqrt().to(known.data.dtype)


def _words(text: str) -> list[str]:
    return [
        word for word in re.findall(r"[a-z0-9]+", text) if word not in ("of", "and", "with", "the", "a", "in", "on")
    ]
