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

    from . import benchmark_draw, benchmark_speed, benchmark_sweep, benchmark_visitors

    engine = Engine()
    pipe = engine.world("emoji").pipe
    plain = load_world("emoji")
    rows += [*benchmark_speed.Speed(plain, 25, 8).rows(repeats), benchmark_speed.same_in_the_studio(pipe, repeats)]
    rows += [benchmark_speed.preview(pipe, repeats), benchmark_speed.gflop(plain), *columns(engine, min(repeats, 3))]
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
