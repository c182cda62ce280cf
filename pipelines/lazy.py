"""Libraries that take seconds to load, loaded when something of them is first asked for: to declare a rule and to build a
page takes none of them.

A stand-in, and not the standard library's `importlib.util.LazyLoader`: that one puts a module without contents into
`sys.modules`, where other libraries look for it, and two threads could meet in it half loaded until Python 3.12. Here the
module comes from `import_module`, whose lock lets one thread load it and the others wait; always the whole package first,
since one thread that loads a package and another that loads a module of it would wait for each other.
"""

from functools import reduce
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, ForwardRef

if TYPE_CHECKING:
    import cv2
    import torch
    from torch import Tensor
    from torch.nn import functional
else:

    class Lazy(ModuleType):
        """Stands for a module: its attributes are those of the real one, which the first of them loads."""

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):  # what tools look for in every module is no reason to load it
                raise AttributeError(f"module {self.__name__!r} is not asked for {name!r}")
            package, *inside = self.__name__.split(".")
            return getattr(reduce(getattr, inside, import_module(package)), name)

    cv2, torch, functional = Lazy("cv2"), Lazy("torch"), Lazy("torch.nn.functional")
    Tensor = ForwardRef("torch.Tensor")  # in annotations; a value is compared with `torch.Tensor`

__all__ = ["Tensor", "cv2", "functional", "torch"]
