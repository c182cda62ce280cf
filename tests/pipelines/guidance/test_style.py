"""Style as the distance of Gram matrices (equation 18), written out."""

import pytest
import torch

from pipelines.declarations.inline import as_tensor
from pipelines.guidance import Style
from pipelines.guidance.gradient import reference
from pipelines.guidance.style import gram

from .test_pulls import URLS, T, Z


class Features:
    """Two feature maps that are linear in the picture."""

    def __init__(self):
        g = torch.Generator().manual_seed(0)
        self.matrices = [
            torch.randn(5, 3, generator=g, dtype=torch.float64),
            torch.randn(4, 3, generator=g, dtype=torch.float64),
        ]

    def maps(self, x, timesteps):
        return [
            torch.einsum("oc,bchw->bohw", m, each) for m, each in zip(self.matrices, (x, x[..., ::2, ::2]), strict=True)
        ]


def test_style_is_the_distance_of_gram_matrices():
    """Equation 18, written out for one layer: ∇ −‖F Fᵀ/n − G‖² = −4/n (F Fᵀ/n − G) F through the linear map."""
    pull = Style(7, images=URLS[:1], layers="fine", encoder=Features()).begin(None)
    matrix = Features().matrices[0]
    wanted = gram(Features().maps(reference(as_tensor(URLS[:1], Z.shape, Z), T), None)[0])
    for i in range(3):
        f = matrix @ Z[i].flatten(1)
        gap = f @ f.T / f.numel() - wanted[0]
        expected = -7 * 4 / f.numel() * matrix.T @ gap @ f
        torch.testing.assert_close(pull(Z, T, None)[i].flatten(1), expected, rtol=0, atol=1e-12)


def test_style_weighs_its_layers_as_gatys_did_and_says_where_liu_did_otherwise():
    """E_l = 1/(4 C² M²) Σ (F Fᵀ − Y Yᵀ)² of a layer of C features in M places, written out; here 4 Σ_l E_l."""
    encoder, picture = Features(), reference(as_tensor(URLS[:1], Z.shape, Z), T)
    each = []
    for own, other in zip(encoder.maps(Z, None), encoder.maps(picture, None), strict=True):
        c, m = own.shape[1], own.shape[2] * own.shape[3]
        f, y = own.flatten(2), other.flatten(2)
        gaps = torch.einsum("bim,bjm->bij", f, f) - torch.einsum("bim,bjm->bij", y, y)
        each.append(gaps.square().sum((1, 2)) / (4 * c**2 * m**2))
    pull = Style(1, images=URLS[:1], encoder=encoder).begin(None)
    torch.testing.assert_close(pull.value(Z, T), -4 * sum(each), rtol=1e-12, atol=0)
    assert {own.shape[1] for own in encoder.maps(Z, None)} == {4, 5}, "layers that 1/C² would weigh otherwise"
    assert "without their 1/C²" in Style.source and "divide each once more by C²" in " ".join(Style.__doc__.split())


def test_gram_does_not_mix_the_batch_and_not_care_where():
    features = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    shuffled = features.flatten(2)[..., torch.randperm(16)].reshape(features.shape)
    torch.testing.assert_close(gram(features), gram(shuffled), rtol=0, atol=1e-12)
    torch.testing.assert_close(gram(features)[1:], gram(features[1:]), rtol=0, atol=1e-12)


def test_each_image_may_have_its_own_style():
    both = Style(7, images=URLS, encoder=Features()).begin(None)(Z[:2], T, None)
    for i in range(2):
        alone = Style(7, images=URLS[i : i + 1], encoder=Features()).begin(None)(Z[i : i + 1], T, None)
        torch.testing.assert_close(both[i : i + 1], alone, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="images holds 2 pictures; allowed: 1, or one an image, 3"):
        Style(7, images=URLS, encoder=Features()).begin(None)(Z, T, None)
    with pytest.raises(ValueError, match="images is empty"):
        Style(7, encoder=Features()).begin(None)
