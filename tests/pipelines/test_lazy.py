"""What takes seconds to load is loaded at its first use, and by one thread."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "diffusers", "transformers", "open_clip", "timm", "cv2")


@pytest.mark.parametrize(
    "does",
    [
        "from pipelines import guidance, samplers, conditions",
        "import pipelines.conditions.extract, pipelines.evaluation.adherence, pipelines.runs.beforehand",
        "from pipelines import RULES, PULLS, SAMPLERS, CONDITIONS\n"
        "for registry in (RULES, PULLS, SAMPLERS, CONDITIONS):\n    [kind() for kind in registry.values()]",
        "from studio.recipe import Recipe; Recipe(rule='Projected', pulls=['Colour'], sampler='Heun', seeds='3 from 0')",
    ],
)
def test_declaring_and_checking_loads_none_of_them(does):
    code = f"import sys\n{does}\nprint(sorted(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_two_threads_may_ask_first():
    code = (
        "from threading import Barrier, Thread\nfrom pipelines.lazy import torch, functional\n"
        "start, found = Barrier(8), []\n"
        "def ask(i):\n"
        "    start.wait()\n"
        "    found.append(torch.ones(2).sum().item() if i % 2 else functional.relu(torch.ones(2)).sum().item())\n"
        "threads = [Thread(target=ask, args=(i,)) for i in range(8)]\n"
        "[each.start() for each in threads]; [each.join() for each in threads]\nprint(found)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([2.0] * 8)


def test_a_stand_in_is_the_module_once_it_is_used():
    import torch as real

    from pipelines.lazy import torch

    assert torch.Tensor is real.Tensor and torch.nn.functional is real.nn.functional
    assert not hasattr(torch, "__wrapped__")  # tools look into modules; that alone must load nothing
    with pytest.raises(AttributeError):
        torch.no_such_thing  # noqa: B018
