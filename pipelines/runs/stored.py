"""How a pipeline is read from a folder, written to one, and made of another pipeline, as users of diffusers do it."""

from __future__ import annotations

import inspect
from typing import Self

import diffusers
import torch
from diffusers import DiffusionPipeline

from ..networks import MOVED
from ..samplers import amed


class Stored(DiffusionPipeline):
    """What `GuidedPipeline` and its kinds have of `DiffusionPipeline`, for components and files of our own."""

    def __init_subclass__(cls, **settings):
        """`DiffusionPipeline.from_pretrained` looks a folder's class up in diffusers, and nowhere else."""
        super().__init_subclass__(**settings)
        if not hasattr(diffusers, cls.__name__):
            setattr(diffusers, cls.__name__, cls)

    @property
    def amed(self) -> dict | None:
        """What `AMED` learned for this world, by number of steps; of the folder that the pipeline was read from."""
        if "_amed" not in self.__dict__:
            self._amed = amed.read(self.name_or_path) if self.name_or_path else None
        return self._amed

    @amed.setter
    def amed(self, learned: dict | None) -> None:
        self._amed = learned

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path, **settings) -> Self:
        """Load a folder that `save_pretrained` wrote, as diffusers does, with its keywords.

        The weights are held in float32 unless `dtype`, or `torch_dtype`, says otherwise, and channels_last.
        """
        if settings.get("torch_dtype") is None and settings.get("dtype") is None:
            settings["dtype"] = torch.float32
        pipe = super().from_pretrained(pretrained_model_name_or_path, **settings)
        pipe.amed = amed.read(pretrained_model_name_or_path)
        for network in (pipe.unet, pipe.weak, pipe.vae):
            if network is not None:
                network.to(memory_format=torch.channels_last)
        return pipe

    @classmethod
    def load_config(cls, *arguments, **settings):
        """As diffusers' own; of an older folder, classes of ours where they are now."""
        found = super().load_config(*arguments, **settings)
        config, *rest = found if isinstance(found, tuple) else (found,)
        for name, kind in config.items():
            if isinstance(kind, (list, tuple)) and kind and kind[0] in MOVED:
                config[name] = [MOVED[kind[0]], *kind[1:]]
        return (config, *rest) if rest else config

    def save_pretrained(self, folder, **settings):
        """Write a folder in the layout of diffusers, and beside it what `AMED` learned."""
        super().save_pretrained(folder, **settings)
        if self.amed is not None:
            amed.write(folder, self.amed)

    @classmethod
    def from_pipe(
        cls,
        pipeline: DiffusionPipeline,
        *,
        dtype: torch.dtype | None = None,
        torch_dtype: torch.dtype | None = None,
        **changes,
    ) -> Self:
        """A pipeline of this class of the same components, which both then share, and the same settings.

        Args:
            dtype, torch_dtype: what the components are moved to, for both; as they are by default, where diffusers' own moves
                them to float32.
            changes: components and settings in place of those of `pipeline`.

        Raises:
            ValueError: a pipeline without a component that this class needs.
            TypeError: changes of what this class does not have.
        """
        taken = {name: each for name, each in inspect.signature(cls.__init__).parameters.items() if name != "self"}
        if unknown := sorted(set(changes) - set(taken)):
            raise TypeError(
                f"{unknown[0]} = {changes[unknown[0]]!r} is not part of a {cls.__name__}; it has {', '.join(taken)}."
            )
        there = {
            name: value for name, value in (*pipeline.config.items(), *pipeline.components.items()) if name in taken
        } | changes
        needed = [name for name, each in taken.items() if each.default is inspect.Parameter.empty]
        if missing := [name for name in needed if there.get(name) is None]:
            raise ValueError(
                f"{type(pipeline).__name__} has no {missing[0]}, which {cls.__name__} needs; give {missing[0]}=."
            )
        made = cls(**there)
        made.amed = getattr(pipeline, "amed", None)
        if (wanted := dtype or torch_dtype) is not None:
            made.to(dtype=wanted)
        return made
