"""One step backwards, exactly: p(x_s | x_t), and that given a class, beside the Gaussian that guidance takes for it."""

from __future__ import annotations

import torch
from torch import Tensor

from ..process.times import Time, Transition, posterior_mean
from .mixture import GaussianMixture


def reverse_kernel(law: GaussianMixture, x: Tensor, t: Time, s: Time) -> GaussianMixture:
    """p(x_s | x_t = x), itself a mixture: each component's Gaussian, weighted by its share r_k of x. x: (d,).

    Its part of a label is p(x_s | x_t, y) = p(x_s | x_t) p_s(y | x_s)/p_t(y | x_t), which is Bayes: `.of(y)`.
    """
    x, step = x.to(law.means.dtype), Transition.between(t, s)
    eye = torch.eye(law.dimension, dtype=x.dtype)
    own = s.a**2 * law.covariances + s.b**2 * eye
    # x_t = √α x_s + √β z: the gain of x_t on x_s, which also holds for a component that is a point.
    gain = torch.linalg.solve(own + step.beta / step.alpha * eye, own).mT
    means = s.a * law.means
    means = means + torch.einsum("kij,kj->ki", gain, x / step.alpha**0.5 - means)
    covariances = own - gain @ own
    shares = law.posterior(x[None], t).logs.softmax(-1)[0].clamp(min=torch.finfo(x.dtype).tiny)
    return GaussianMixture(shares / shares.sum(), means, (covariances + covariances.mT) / 2, law.labels)


def first_order_kernel(
    law: GaussianMixture,
    x: Tensor,
    t: Time,
    s: Time,
    label: int | None = None,
    at: str = "x",
    variance: str = "beta_tilde",
) -> GaussianMixture:
    """N(μ + σ² ∇log p(y|·), σ² I), what a step of DDPM draws: μ of E[x0 | x], log p(y|x_s) to first order
    (Dhariwal & Nichol 2021, eq. 10).

    label: y; None for N(μ, σ² I). at: the gradient at "x", x_t and time t, or at "mean", μ and time s. variance: σ².

    Raises:
        ValueError: another place, or a step without noise, such as one to the clean end with β̃.
    """
    if at not in ("x", "mean"):
        raise ValueError(f"Unknown place {at!r} of the gradient; choose from ['mean', 'x'].")
    width = getattr(Transition.between(t, s), variance)
    if not width > 0:
        raise ValueError("This step has no noise; take s with noise, or variance = 'beta'.")
    x = x.to(law.means.dtype)[None]
    mean = posterior_mean(x, law.predict(x, t).x0, t, s)
    if label is not None:
        where, time = (x, t) if at == "x" else (mean, s)
        mean = mean + width * law.log_prob_gradient(where, time, label)
    return GaussianMixture(
        torch.ones(1, dtype=x.dtype),
        mean,
        width * torch.eye(law.dimension, dtype=x.dtype)[None],
        torch.tensor([label or 0]),
    )
