"""The pipeline's part of `python -m tests.benchmark`: a run beside its networks' calls alone, and beside a plain loop."""

from __future__ import annotations

import statistics
import time

from .benchmark import Row, clock


class Speed:
    """Pipeline, bare network calls and a plain loop, taken in turn so that all see the same machine."""

    def __init__(self, pipe, steps: int, pictures: int, w: float = 2.0):
        from pipelines import DDIM, ClassifierFree

        self.pipe, self.steps, self.pictures, self.w = pipe, steps, pictures, w
        self.settings = dict(
            prompt="red apple",
            rules=[ClassifierFree(w)],
            sampler=DDIM(),
            num_inference_steps=steps,
            seeds=range(pictures),
        )

    def ours(self):
        """The pipeline, from text to PIL pictures."""
        return self.pipe(**self.settings).images

    def record(self) -> list[tuple[tuple, dict]]:
        """The arguments of every network call that the pipeline makes."""
        unet, calls = self.pipe.unet, []
        forward = unet.forward

        def recording(*arguments, **named):
            calls.append((arguments, named))
            return forward(*arguments, **named)

        unet.forward = recording
        try:
            self.ours()
        finally:
            del unet.forward
        return calls

    def share(self) -> float:
        """Seconds of one run over the seconds of its networks in that very run: U-Net, text encoder and layout.

        What is left is the pipeline's own. The bare calls below see other memory than a run does, so that their ratio
        to a run is not the same.
        """
        networks, inside = [self.pipe.unet, self.pipe.text_encoder, self.pipe.layout], []

        def timed(forward):
            def call(*arguments, **named):
                began = time.perf_counter()
                output = forward(*arguments, **named)
                inside.append(time.perf_counter() - began)
                return output

            return call

        networks = [network for network in networks if network is not None]
        for network in networks:
            network.forward = timed(network.forward)
        try:
            return clock(self.ours) / sum(inside)
        finally:
            for network in networks:
                del network.forward

    def bare(self, calls) -> float:
        """Seconds of those calls and nothing else; what they give is let go at once, as in a run."""
        import torch

        def replay():
            for arguments, named in calls:
                self.pipe.unet(*arguments, **named)

        with torch.no_grad():
            return clock(replay)

    def plain(self):
        """The loop as diffusers' examples write it.

        Its own DDIM scheduler, on patches, from text to PIL pictures.
        """
        import torch
        from diffusers import DDIMScheduler
        from torch.nn.functional import pixel_shuffle, pixel_unshuffle

        pipe = self.pipe
        bars = pipe.schedule.alphas_cumprod
        betas = 1 - torch.cat([bars[:1], bars[1:] / bars[:-1]])
        scheduler = DDIMScheduler(
            len(betas),
            trained_betas=betas.tolist(),
            prediction_type="sample",
            timestep_spacing="trailing",
            clip_sample=False,
            set_alpha_to_one=True,
        )
        scheduler.set_timesteps(self.steps)
        patch, background = pipe.network.patch, pipe.config.background
        with torch.no_grad():
            condition = pipe.encode(["red apple"] * self.pictures + [""] * self.pictures)
            noise = [
                torch.randn(pipe.sample_shape, generator=torch.Generator().manual_seed(seed))
                for seed in range(self.pictures)
            ]
            start = torch.stack(noise) - background * bars[scheduler.timesteps[0]].sqrt().float()
            x = pixel_unshuffle(start, patch).contiguous(memory_format=torch.channels_last)
            seen = [] if pipe.layout is None else [pipe.layout(condition.pooled)]  # the same at every step
            for t in scheduler.timesteps:
                output = pipe.unet(
                    torch.cat([torch.cat([x, x]), *seen], 1),
                    t,
                    encoder_hidden_states=condition.states,
                    class_labels=condition.pooled,
                    return_dict=False,
                )[0]
                conditional, null = output.chunk(2)
                guided = (conditional + self.w * (conditional - null)).clamp(*clip_range(pipe))
                x = scheduler.step(guided, t, x).prev_sample
            return pipe.to_pil(pixel_shuffle(x, patch) + background)

    def rows(self, repeats: int) -> list[Row]:
        """Medians over `repeats` turns."""
        calls = self.record()
        difference = largest_difference(self.ours(), self.plain())
        turns = [(clock(self.ours), self.bare(calls), clock(self.plain)) for _ in range(repeats)]
        shares = [self.share() for _ in range(repeats)]
        ours, bare, plain = (statistics.median(turn[i] for turn in turns) for i in range(3))
        name = f"{self.pictures} pictures, {self.steps} DDIM steps, classifier-free"
        return [
            Row(name, ours, "s", 4.0),
            Row(f"{name}: its {2 * self.pictures * self.steps} bare network calls", bare, "s"),
            Row(f"{name}: a plain diffusers loop", plain, "s"),
            Row("a run over its networks, timed in the run", statistics.median(shares), "×", 1.02),
            Row(
                "pipeline over its bare network calls",
                statistics.median(a / b for a, b, _ in turns),
                "×",
                1.02,
            ),
            Row("plain loop over the same calls", statistics.median(c / b for _, b, c in turns), "×"),
            Row("pipeline over the plain loop", statistics.median(a / c for a, _, c in turns), "×", 1.0),
            Row("largest difference of a pixel, pipeline and plain loop", difference, "of 255"),
        ]


def clip_range(pipe) -> tuple[float, float]:
    """Bounds of x̂0 in the network's own coordinates, in which the background is 0."""
    bound = pipe.config.clip_sample_range or float("inf")
    return -bound - pipe.config.background, bound - pipe.config.background


def largest_difference(pictures, others) -> float:
    """Of any channel of any pixel."""
    import numpy as np

    return max(float(np.abs(np.int16(a) - np.int16(b)).max()) for a, b in zip(pictures, others, strict=True))


def same_in_the_studio(pipe, repeats: int) -> Row:
    """The pipeline's run in the numbers that the studio chose for this machine."""
    speed = Speed(pipe, 25, 8)
    speed.ours()
    name = f"{speed.pictures} pictures, {speed.steps} DDIM steps, classifier-free, in the studio's {pipe.unet.dtype}"
    return Row(name, statistics.median(clock(speed.ours) for _ in range(repeats)), "s", 4.0)


def preview(pipe, repeats: int) -> Row:
    """The live preview."""
    speed = Speed(pipe, 8, 4)
    speed.ours()
    return Row(
        "4 pictures, 8 steps: the live preview",
        statistics.median(clock(speed.ours) for _ in range(repeats)),
        "s",
        0.8,
    )


def gflop(pipe) -> Row:
    """Floating point operations of one forward, a multiplication and an addition counted as two."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    unet = pipe.unet
    condition = pipe.encode(["red apple"])
    side = unet.config.sample_size
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        unet(
            torch.zeros(1, unet.config.in_channels, side, side),
            torch.zeros(1),
            encoder_hidden_states=condition.states,
            class_labels=condition.pooled,
        )
    return Row("one forward of one picture", counter.get_total_flops() / 1e9, "GFLOP", 1.0)
