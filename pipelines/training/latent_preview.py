"""The quick look at latents, by least squares, in a minute: fitted when a world is joined, see `pipelines.training.world`."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, pixel_unshuffle

from ..networks.latent_preview import LatentPreview
from ..process.space import LatentSpace

COUNT, BATCH = 1000, 64
SPREAD = 0.7  # of the random weights, for latents whose mean square is 1
RIDGE = 1.0  # in units of one place


@torch.no_grad()
def fit(vae: nn.Module, latents: Tensor, name: str = "", features: int = 512, seed: int = 0) -> LatentPreview:
    """For this autoencoder, from latents of pictures, (N, C, h, w); a place counts as one of the squares.

    What a network expects at high noise is a mean of many latents: half of what is fitted is blurred and weak, as that is. What is
    asked for is what the decoder draws of each. name: of the autoencoder's weights.
    """
    space, rng = LatentSpace(vae), torch.Generator().manual_seed(seed)
    preview = LatentPreview(space.channels, features, min(4, space.factor), space.factor, name).eval()
    fan = preview.random.weight[0].numel()
    for parameter, deviation in ((preview.random.weight, 2 * SPREAD * fan**-0.5), (preview.random.bias, SPREAD)):
        parameter.copy_(torch.randn(parameter.shape, generator=rng) * deviation)
    x = latents[:: max(1, len(latents) // COUNT)].float()
    squares, products = 0, 0
    for part in torch.cat([x, weaker(x, rng)]).split(BATCH):
        seen = preview.seen(part).permute(0, 2, 3, 1).flatten(0, 2)
        seen = torch.cat([seen, torch.ones(len(seen), 1)], 1).double()
        small = avg_pool2d(space.decode(part).clamp(-1, 1), space.factor // preview.config.patch)
        wanted = pixel_unshuffle(small, preview.config.patch).permute(0, 2, 3, 1).flatten(0, 2)
        squares, products = squares + seen.T @ seen, products + seen.T @ wanted.double()
    found = torch.linalg.solve(squares + RIDGE * torch.eye(len(squares)), products).float()
    preview.linear.weight.copy_(found[:-1].T[..., None, None])
    preview.linear.bias.copy_(found[-1])
    return preview


def weaker(x: Tensor, rng: torch.Generator) -> Tensor:
    """Between latents and their local means, nearer to nothing: (N, C, h, w)."""
    share, strength = torch.rand(2, len(x), 1, 1, 1, generator=rng)
    return strength * torch.lerp(x, avg_pool2d(x, 3, 1, 1), share)
