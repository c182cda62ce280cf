import pytest
import timm
import torch

from pipelines.networks import small_resnet  # noqa: F401 - timm knows it by name from here on


def test_a_small_picture_keeps_some_of_its_places():
    """64 pixels end on 4 × 4, not on the 2 × 2 of the networks for large pictures."""
    network = timm.create_model("small_resnet", num_classes=0)
    assert network.forward_features(torch.zeros(1, 3, 64, 64)).shape == (1, 256, 4, 4)


def test_it_has_no_published_weights():
    with pytest.raises(ValueError, match="pretrained = True"):
        timm.create_model("small_resnet", pretrained=True)
