"""In what numbers the denoising networks compute: float32, or bfloat16 where the machine multiplies matrices in it.

Guides, judges, text encoders, rules and samplers stay in float32: they cost little, and a rule's difference of two
answers must not be rounded twice. A program may hold any network in other numbers all the same, by diffusers' `to`: then
`asked` is between it and pictures in theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial, wraps
from typing import TYPE_CHECKING

from ..lazy import Tensor, torch

if TYPE_CHECKING:
    from torch import nn

PRECISIONS = ("auto", "float32", "bfloat16")


def dtype_of(precision: str) -> torch.dtype:
    """The dtype of "float32", "bfloat16", or "auto": what is faster on this machine.

    Raises:
        ValueError: another name.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision = {precision!r} is not allowed; choose from {sorted(PRECISIONS)}.")
    if precision == "auto":
        precision = "bfloat16" if multiplies_bfloat16() else "float32"
    return getattr(torch, precision)


def multiplies_bfloat16() -> bool:
    """Whether this machine multiplies matrices in bfloat16: a GPU, or a processor with Intel AMX or AVX-512 BF16.

    On AVX-512 BF16 alone (AMD EPYC, one thread) 4 pictures of the emoji world take 0.63 of float32's time, 32 take 0.65, one
    0.77; the small network of the fashion world gains nothing (0.85 to 1.05).
    """
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    known = getattr(torch.cpu, "get_capabilities", dict)()  # older builds of torch do not say
    return any(known.get(name) for name in ("amx_bf16", "avx512_bf16"))


def dtype_in(network: nn.Module, x: Tensor) -> torch.dtype:
    """In what dtype a network is held; that of x where it has no weights."""
    return next(network.parameters(), x).dtype


def computing(network: nn.Module, x: Tensor) -> AbstractContextManager:
    """The context in which a network that is held in half precision is called with pictures in full precision.

    Autocast, and not a cast of the input: what diffusers derives from the input's dtype, such as the bias of an
    attention mask, keeps its digits. A network in the dtype of x is called as it is.
    """
    own = dtype_in(network, x)
    if own == torch.float64:  # which autocast would leave beside what it casts
        return torch.autocast(x.device.type, enabled=False)
    half = own in (torch.float16, torch.bfloat16)
    return torch.autocast(x.device.type, own) if half and own != x.dtype else nullcontext()


def asked(network: nn.Module, function: Callable, x: Tensor, *given, **named):
    """function(x, *given, **named), which is the network or a method of it, in the numbers that the network is held in.

    Half precision is `computing`, full precision a cast of all that is given. The answer has the dtype of x, and so has
    its gradient. Where the caller computes in half precision already, that is kept, and so is the answer's.
    """
    own, kind = dtype_in(network, x), x.device.type
    within = torch.is_autocast_enabled(kind)
    if within and own != torch.float64:
        return function(x, *given, **named)
    answer = torch.get_autocast_dtype(kind) if within else x.dtype
    inner = x if x.dtype == own else x.to(wide(own))
    with computing(network, inner):
        found = function(inner, *_in(given, inner.dtype), **_in(named, inner.dtype))
    return _in(found, answer)


def in_own_numbers(method: Callable) -> Callable:
    """A method of a network whose first argument are pictures or vectors, of any dtype; see `asked`."""

    @wraps(method)
    def called(network, x, *given, **named):
        return asked(network, partial(method, network), x, *given, **named)

    return called


def wide(dtype: torch.dtype) -> torch.dtype:
    """In what pictures are held on the way, for a network in this dtype: no less than float32, so that steps add up."""
    return torch.promote_types(dtype, torch.float32)


def _in(value, dtype: torch.dtype):
    """All floating tensors of a value in this dtype."""
    if isinstance(value, torch.Tensor):
        return value.to(dtype) if value.is_floating_point() else value
    if isinstance(value, dict):
        return {name: _in(each, dtype) for name, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_in(each, dtype) for each in value)
    return value
