"""In what numbers the denoising networks compute: float32, or bfloat16 where the machine multiplies matrices in it.

Guides, judges, text encoders, rules and samplers stay in float32: they cost little, and a rule's difference of two
answers must not be rounded twice.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
PRECISIONS = ("auto", *DTYPES)


def dtype_of(precision: str) -> torch.dtype:
    """The dtype of "float32", "bfloat16", or "auto": what is faster on this machine.

    Raises:
        ValueError: another name.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision = {precision!r} is not allowed; choose from {sorted(PRECISIONS)}.")
    return DTYPES["bfloat16" if multiplies_bfloat16() else "float32"] if precision == "auto" else DTYPES[precision]


def multiplies_bfloat16() -> bool:
    """Whether this machine has matrix units for bfloat16: a GPU's, or a processor's (Intel AMX).

    Vector instructions alone (AVX-512 BF16) are not asked for: whether they win was not measured.
    """
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(getattr(torch.cpu, "get_capabilities", dict)().get("amx_bf16"))  # older builds of torch do not say


def computing(network: nn.Module, x: Tensor) -> AbstractContextManager:
    """The context in which a network that is held in half precision is called with pictures in full precision.

    Autocast, and not a cast of the input: what diffusers derives from the input's dtype, such as the bias of an
    attention mask, keeps its digits. A network in the dtype of x is called as it is.
    """
    weight = next(network.parameters(), x)
    return nullcontext() if weight.dtype == x.dtype else torch.autocast(x.device.type, weight.dtype)
