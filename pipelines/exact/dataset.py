"""A finite data set as a law: its exact denoiser is a softmax over the pictures, its exact classifier a share of it.

What a model that memorises perfectly would do (Karras et al. 2022, appendix B.3, the ideal denoiser).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..networks.labels import find


class DataSet:
    """Data Σ 1/N N(x_i, h² I); at time t picture i is N(a x_i, c² I), c² = a² h² + b².

    Args:
        pictures: (N, ...) floats; they are kept as given, moved by their mean, in this memory and no other.
        labels: head -> N names, what each picture shows.
        bandwidth: h; 0 is the data set itself, more is smoother.

    Times come as a and b: numbers, or (B, 1) tensors. A step costs two matrix products, x Xᵀ and r X.

    Raises:
        ValueError: no pictures, labels of another number, or a bandwidth below 0.
    """

    FLOOR = 1e-12  # the least c²: at b = 0 and h = 0 the nearest picture takes all

    def __init__(self, pictures: Tensor, labels: Mapping[str, Sequence[str]] = {}, bandwidth: float = 0.0):
        if pictures.ndim < 2 or not len(pictures) or not pictures.is_floating_point():
            raise ValueError(
                f"pictures is {pictures.dtype} {tuple(pictures.shape)}; it must be floats (N, ...), N at least 1."
            )
        if not 0 <= bandwidth < math.inf:
            raise ValueError(f"bandwidth = {bandwidth} is not allowed; allowed: finite numbers from 0.")
        for head, names in labels.items():
            if len(names) != len(pictures):
                raise ValueError(
                    f"labels[{head!r}] has {len(names)} names for {len(pictures)} pictures; give one each."
                )
        self.shape, self.bandwidth = tuple(pictures.shape[1:]), float(bandwidth)
        # Moved by their mean, so that the products are small and float32 keeps their differences.
        self._points = pictures.flatten(1)
        self._mean = self._points.mean(0)
        self._points -= self._mean
        self._squares = torch.linalg.vector_norm(self._points, dim=1).square()
        self.labels = {head: list(dict.fromkeys(names)) for head, names in labels.items()}
        places = {head: {name: k for k, name in enumerate(names)} for head, names in self.labels.items()}
        self._index = {head: torch.tensor([places[head][name] for name in names]) for head, names in labels.items()}

    def __len__(self) -> int:
        return len(self._points)

    @property
    def device(self) -> torch.device:
        """Where the pictures are."""
        return self._points.device

    @property
    def dtype(self) -> torch.dtype:
        """In what it computes; x of another dtype is cast, and the answer has the dtype of x."""
        return self._points.dtype

    def to(self, device) -> DataSet:
        """Moves the pictures to a device. Returns itself."""
        for name in ("_points", "_mean", "_squares"):
            setattr(self, name, getattr(self, name).to(device))
        self._index = {head: index.to(device) for head, index in self._index.items()}
        return self

    def find(self, label: str) -> tuple[str, int]:
        """(head, index) of "food" or "subgroup:fruit"; ValueError with near matches for an unknown one."""
        return find(self.labels, label)

    def having(self, label: str) -> Tensor:
        """Which pictures have the label. (N,) bool"""
        head, index = self.find(label)
        return self._index[head] == index

    def logs(self, x: Tensor, a, b) -> Tensor:
        """log N(x; a x_i, c² I) up to a constant of each x. x: (B, ...); (B, N)"""
        spread = a * a * self.bandwidth**2 + b * b
        spread = spread.clamp(min=self.FLOOR) if isinstance(spread, Tensor) else max(spread, self.FLOOR)
        centred = self._flat(x) - a * self._mean
        return (a * (centred @ self._points.T) - (a * a / 2) * self._squares) / spread

    def denoise(self, x: Tensor, a, b, among: Tensor | None = None) -> Tensor:
        """E[x0 | x_t = x]: x0 = m + a h²/c² (x − a m), m = Σ r_i x_i. among: (N,) or (B, N) bool, the condition."""
        logs = self.logs(x, a, b)
        if among is not None:
            logs = logs.masked_fill(~among, -torch.inf)
        m = self._mean + self._weighted(logs.softmax(-1))
        if self.bandwidth:
            spread = a * a * self.bandwidth**2 + b * b
            m = m + a * self.bandwidth**2 / spread * (self._flat(x) - a * m)
        return m.reshape(x.shape).to(x.dtype)

    def log_prob(self, x: Tensor, a, b, among: Tensor) -> Tensor:
        """The exact noisy classifier: log p_t(picture is one of these | x). among: (N,) or (B, N) bool; (B,)"""
        logs = self.logs(x, a, b)
        return (logs.masked_fill(~among, -torch.inf).logsumexp(-1) - logs.logsumexp(-1)).to(x.dtype)

    def log_probs(self, x: Tensor, a, b) -> dict[str, Tensor]:
        """log p_t(label | x) of every label, a head each: (B, labels)."""
        shares = self.logs(x, a, b).softmax(-1)
        tiny = torch.finfo(shares.dtype).tiny
        return {
            head: shares.new_zeros(len(x), len(names)).index_add(1, self._index[head], shares).clamp(min=tiny).log()
            for head, names in self.labels.items()
        }

    def _weighted(self, shares: Tensor) -> Tensor:
        """Σ r_i x_i. With little noise few pictures count: only they are read. shares: (B, N); (B, D)"""
        counting = (shares > torch.finfo(shares.dtype).eps ** 1.5).any(0).nonzero()[:, 0]
        if len(counting) < len(self) // 8:
            return shares[:, counting] @ self._points[counting]
        return shares @ self._points

    def _flat(self, x: Tensor) -> Tensor:
        if tuple(x.shape[1:]) != self.shape:
            raise ValueError(f"x has shape {tuple(x.shape)}; it must be (B, {', '.join(map(str, self.shape))}).")
        far = 1e6  # a farther point is treated as one at this distance
        return torch.nan_to_num(x.flatten(1).to(self._points.dtype), nan=far).clamp(-far, far)
