"""How fast and how large: `python -m tests.benchmark` prints a table of medians beside their limits.

The limits are for two cores. Nothing else should be running: the table says how busy the machine was.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MEMORY_RUNS = 100


class Row(NamedTuple):
    """One line of the table. limit: the largest value that is good; None: for information."""

    what: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def text(self) -> str:
        """As a line of Markdown."""
        limit = "" if self.limit is None else f"≤ {self.limit:g} {self.unit}"
        good = "" if self.limit is None else "yes" if self.value <= self.limit else "**no**"
        return f"| {self.what} | {self.value:.3f} {self.unit} | {limit} | {good} |"


def clock(function) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


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


def columns(engine, repeats: int) -> list[Row]:
    """What a click costs on a warm studio.

    The default columns, until the first pictures and until the last.
    """
    from studio.page.table import DEFAULT
    from studio.recipe import Recipe

    recipes = [Recipe(prompt="red apple", **setting._asdict()) for setting in DEFAULT]
    first, every = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        ends = [time.perf_counter() - began for _, frame in engine.columns(recipes) if frame.done]
        first.append(ends[0])
        every.append(ends[-1])
    return [
        Row("first finished pictures after a click, warm", statistics.median(first), "s", 4.0),
        Row(f"all {len(recipes)} default columns, 4 pictures, 25 steps", statistics.median(every), "s"),
    ]


def memory(engine) -> list[Row]:
    """Resident memory after many generations of every kind, and its growth over the last nine tenths."""
    from studio.recipe import Recipe

    kinds = [
        Recipe(prompt="red apple", steps=8, **extra)
        for extra in (
            {},
            {"w": 0.0, "gamma_clip": 40.0},
            {"w": 0.0, "gamma_classifier": 3.0},
            {"sampler": "DDPM", "seeds": range(8)},
        )
    ]
    sizes = []
    for number in range(MEMORY_RUNS):
        for _ in engine.run(kinds[number % len(kinds)]):
            pass
        sizes.append(resident())
    settled = MEMORY_RUNS // 10
    return [
        Row(f"resident memory after {MEMORY_RUNS} generations", sizes[-1], "GB", 2.5),
        Row(f"growth from generation {settled} to {MEMORY_RUNS}", sizes[-1] - sizes[settled - 1], "GB", 0.05),
    ]


def resident() -> float:
    """Resident memory of this process, in GB."""
    import psutil

    return psutil.Process().memory_info().rss / 1e9


def loading(repeats: int) -> Row:
    """`load_world` in fresh processes, after the imports."""
    code = (
        "import time; from pipelines import load_world, load_judge; began = time.perf_counter(); "
        "load_world('emoji'); print(time.perf_counter() - began)"
    )
    times = []
    for _ in range(repeats):
        child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        if child.returncode:
            raise RuntimeError(f"load_world failed: {child.stderr.strip().splitlines()[-1]}")
        times.append(float(child.stdout.split()[-1]))
    return Row("load_world after the imports", statistics.median(times), "s", 2.0)


def page(repeats: int) -> Row:
    """From the command `python app.py` to the first answer of its page.

    The first start warms the disk and is not counted.
    """
    return Row(
        "page served after the command, warm",
        statistics.median([start_page() for _ in range(repeats + 1)][1:]),
        "s",
        7.0,
    )


def start_page(patience: float = 60.0) -> float:
    """Seconds until the page answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - began < patience:
            if server.poll() is not None:
                raise RuntimeError(f"app.py ended with status {server.returncode} before it served the page.")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - began
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"The page was not served within {patience:g} s.")
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="turns of each measurement; their median is shown")
    parser.add_argument("--no-page", action="store_true", help="leave out the start of the page")
    arguments = parser.parse_args()
    repeats = arguments.repeats
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    rows = [] if arguments.no_page else [page(min(repeats, 3))]
    rows.append(loading(min(repeats, 3)))

    import torch

    from pipelines import load_world
    from studio.engine import Engine

    engine = Engine()
    pipe = engine.world("emoji").pipe
    plain = load_world("emoji")
    rows += [*Speed(plain, 25, 8).rows(repeats), same_in_the_studio(pipe, repeats)]
    from . import benchmark_draw, benchmark_sweep, benchmark_visitors

    rows += [preview(pipe, repeats), gflop(plain), *columns(engine, min(repeats, 3))]
    rows += [*benchmark_sweep.rows(engine, min(repeats, 3)), *benchmark_draw.rows(engine, repeats), *memory(engine)]
    rows.append(benchmark_visitors.row())
    print(
        f"{torch.get_num_threads()} threads of {os.cpu_count()} cores, torch {torch.__version__}; "
        f"load of the machine before the start {busy:.1f}; medians of {repeats}\n"
    )
    print("| what | measured | limit | within |\n|---|---|---|---|")
    print("\n".join(row.text for row in rows))


if __name__ == "__main__":
    main()
