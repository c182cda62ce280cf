"""The loop that every trainer shares: time box, exact resume, averages, log, checkpoints, devices.

A trainer writes a `Task`; `main(Task, "name")` reads `recipes/name.toml` and does the rest. A run lives in
`.runs/<world>/<net>/`: `checkpoint.pt` (atomic), `log.jsonl`, `pictures/`. Every random number of a step
comes from a generator seeded with (seed, step, process), so that a run that was stopped goes on as if it
had not been.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import time
from datetime import date
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator

from .average import Average
from .muon import make_optimizer
from .recipe import parse
from .task import DEFAULTS, Task


class Loop:
    """Trains `task` in `folder`. `progress` goes from 0 to 1 over `steps`, if given, else `minutes`."""

    def __init__(self, task: Task, folder: Path, resume: bool = True):
        self.task, self.recipe, self.folder = task, task.recipe, Path(folder)
        if self.recipe["threads"]:
            torch.set_num_threads(self.recipe["threads"])
        self.accelerator = Accelerator(mixed_precision="bf16" if self.recipe["bf16"] else "no")
        task.device = self.accelerator.device
        torch.manual_seed(self.recipe["seed"])
        self.bare = task.network().to(task.device)
        self.averages = [Average(self.bare, width) for width in self.recipe["ema"]]
        self.network, self.optimizer = self.accelerator.prepare(self.bare, make_optimizer(task, self.bare))
        self.step, self.pictures, self.seconds, self.kept, self.stopped = 0, 0, 0.0, [], False
        self.figures: dict = {}
        self.checkpoint = self.folder / "checkpoint.pt"
        self.folder.mkdir(parents=True, exist_ok=True)
        if resume and self.checkpoint.exists():
            self.load()

    @property
    def progress(self) -> float:
        if self.recipe["steps"]:
            return min(self.step / self.recipe["steps"], 1.0)
        return min(self.seconds / (60 * self.recipe["minutes"]), 1.0)

    @property
    def batch(self) -> int:
        """Pictures a step, of all processes."""
        return self.recipe["batch"] * self.accelerator.num_processes

    def rate(self) -> float:
        """Linear warm-up over `warmup` steps, constant, linear to 0 over the last `cooldown` of the box."""
        falling = (1 - self.progress) / self.recipe["cooldown"] if self.recipe["cooldown"] else 1.0
        return self.recipe["lr"] * min(1.0, (self.step + 1) / max(self.recipe["warmup"], 1), falling)

    def update(self) -> tuple[float, float]:
        """One step of the optimiser. Returns the loss and the norm of the gradient."""
        sequence = np.random.SeedSequence([self.recipe["seed"], self.step, self.accelerator.process_index])
        # A word each, which is what torch's generator reads of a seed: what is dropped has nothing to do with the data's noise.
        dropped, seen = map(int, sequence.generate_state(2))
        torch.manual_seed(dropped)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        self.network.train()
        with self.accelerator.autocast():
            loss = self.task.loss(self.network, torch.Generator().manual_seed(seen))
        self.accelerator.backward(loss)
        norm = self.accelerator.clip_grad_norm_(self.bare.parameters(), self.recipe["clip"] or math.inf)
        if not math.isfinite(norm):
            raise FloatingPointError(
                f"the gradient of step {self.step} is {float(norm)}; lower lr or look at the data."
            )
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.pictures += self.batch
        for average in self.averages:
            average.update(self.bare, self.step)
        return float(loss.detach()), float(norm)

    def run(self, until: int | None = None) -> Loop:
        """Train to the end of the box, step `until` or a signal; checkpoint; evaluate when complete."""
        before = {name: signal.signal(name, self._stop) for name in (signal.SIGTERM, signal.SIGINT)}
        losses, mark, logged = [], time.monotonic(), time.monotonic()
        due = {name: self.seconds + 60 * self.recipe[f"{name}_minutes"] for name in ("evaluate", "checkpoint")}
        try:
            while not self._ended(until):
                losses.append(self.update())
                now = time.monotonic()
                self.seconds, mark = self.seconds + now - mark, now
                if now - logged > self.recipe["log_seconds"] or self.step == 1:
                    mean = np.mean(losses, axis=0)
                    self.log(
                        loss=mean[0],
                        norm=mean[1],
                        lr=self.rate(),
                        pictures_per_second=len(losses) * self.batch / (now - logged),
                    )
                    losses, logged = [], now
                for fraction in self.recipe["keep"]:
                    if self.progress >= fraction and fraction not in self.kept:
                        self.kept.append(fraction)
                        self.export(self.folder / f"kept-{fraction:g}", self.averages[0])
                if self.seconds > due["evaluate"]:
                    due["evaluate"] = self.seconds + 60 * self.recipe["evaluate_minutes"]
                    self.look()
                if self.seconds > due["checkpoint"]:
                    due["checkpoint"] = self.seconds + 60 * self.recipe["checkpoint_minutes"]
                    self.save()
                mark += time.monotonic() - now  # looking is not training
            self.save()
            if self.progress >= 1:
                self.look()
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)
        return self

    def _stop(self, number, frame) -> None:
        self.stopped = True

    def _ended(self, until: int | None) -> bool:
        ended = self.stopped or self.progress >= 1 or (until is not None and self.step >= until)
        if self.accelerator.num_processes > 1:  # clocks differ: all go by the fastest, and stop together
            mine = torch.tensor([[float(ended), self.seconds]], dtype=torch.float64, device=self.task.device)
            ended, self.seconds = self.accelerator.gather(mine).amax(0).tolist()
        return bool(ended)

    def log(self, **entries) -> None:
        if self.accelerator.is_main_process:
            entry = dict(
                step=self.step,
                seconds=round(self.seconds, 1),
                pictures=self.pictures,
                **{k: float(f"{v:.5g}") for k, v in entries.items()},
            )
            line = json.dumps(entry)
            print(line, flush=True)
            with open(self.folder / "log.jsonl", "a") as file:
                file.write(line + "\n")

    @torch.no_grad()
    def look(self) -> None:
        """Evaluate every average, log it, and save the grid of the first."""
        if not self.accelerator.is_main_process:
            return
        for average in self.averages:
            self.figures[average.width] = self.task.evaluate(average.network)
            self.log(ema=average.width, **self.figures[average.width])
        grid = self.task.pictures(self.averages[0].network)
        if grid is not None:
            (self.folder / "pictures").mkdir(exist_ok=True)
            grid.save(self.folder / "pictures" / f"{self.step:07d}.png")

    def save(self) -> None:
        if self.accelerator.is_main_process:
            state = dict(
                step=self.step,
                pictures=self.pictures,
                seconds=self.seconds,
                kept=self.kept,
                figures=self.figures,
                recipe=self.recipe,
                network=self.bare.state_dict(),
                optimizer=self.optimizer.state_dict(),
                averages=[average.network.state_dict() for average in self.averages],
            )
            draft = self.checkpoint.with_suffix(".tmp")
            torch.save(state, draft)
            os.replace(draft, self.checkpoint)

    def load(self) -> None:
        state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        if state["recipe"]["ema"] != self.recipe["ema"]:
            raise ValueError(
                f"ema is {self.recipe['ema']}, but {self.checkpoint} was made with "
                f"{state['recipe']['ema']}; use the same, or --fresh."
            )
        self.step, self.pictures = state["step"], state["pictures"]
        self.seconds, self.kept = state["seconds"], state["kept"]
        self.figures = state["figures"]
        self.bare.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        for average, weights in zip(self.averages, state["averages"]):
            average.network.load_state_dict(weights)

    def export(self, folder: Path, average: Average | None = None) -> None:
        """Write the average with the smallest held-out "loss" (or this one), and `training.json`."""
        if not self.accelerator.is_main_process:
            return
        average = average or min(self.averages, key=lambda a: self.figures.get(a.width, {}).get("loss", 0.0))
        folder = Path(folder)
        draft = folder.with_name(f".{folder.name}.tmp")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        self.task.export(average.network, draft)
        facts = dict(
            network=self.task.name,
            date=date.today().isoformat(),
            minutes=round(self.seconds / 60, 1),
            steps=self.step,
            pictures=self.pictures,
            ema=average.width,
            figures=self.figures.get(average.width, {}),
            **self.task.facts(),
            recipe=self.recipe,
        )
        (draft / "training.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(draft, folder)


def main(task: type[Task], arguments: list[str] | None = None) -> None:
    """The command line of a trainer: every key of the recipe is an option, `--key value`."""
    recipe, options = parse(task.name, DEFAULTS, arguments)
    loop = Loop(task(recipe), options.run or Path(".runs") / recipe["world"] / task.name, resume=not options.fresh)
    if not options.export:
        loop.run()
    if options.export or loop.progress >= 1:
        folder = options.out or Path("assets/worlds") / recipe["world"] / (task.part or task.name)
        loop.export(folder)
        loop.accelerator.print(f"wrote {folder}")
