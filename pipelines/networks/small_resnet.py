"""A residual network for small pictures, by name in timm: `timm.create_model("small_resnet")`.

An open_clip configuration names its picture tower in timm; there is none for 64 × 64 pictures.
"""

from __future__ import annotations

from timm.models import register_model
from timm.models.resnet import BasicBlock, ResNet
from torch import nn


@register_model
def small_resnet(pretrained: bool = False, **settings) -> ResNet:
    """Stem of 16 channels and no pooling after it: a 64 × 64 picture ends on 4 × 4. 0.3 GFLOP a picture.

    Raises:
        ValueError: pretrained weights are asked for; there are none.
    """
    return _network(pretrained, (32, 64, 128, 256), settings)


@register_model
def tiny_resnet(pretrained: bool = False, **settings) -> ResNet:
    """The same with fewer channels: a third of the weights. Raises as `small_resnet`."""
    return _network(pretrained, (24, 48, 96, 144), settings)


def _network(pretrained: bool, channels: tuple[int, ...], settings: dict) -> ResNet:
    if pretrained:
        raise ValueError("pretrained = True is not allowed; there are no published weights.")
    settings = {key: value for key, value in settings.items() if not key.startswith("pretrained") and value is not None}
    network = ResNet(
        BasicBlock,
        layers=(1, 2, 2, 1),
        channels=channels,
        stem_width=16,
        stem_type="deep_tiered",
        avg_down=True,
        **settings,
    )
    network.maxpool = nn.Identity()  # pictures are small: one halving less
    network.default_cfg = dict(classifier="fc", first_conv="conv1.0", pool_size=None)
    return network
