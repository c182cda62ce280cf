"""One pipeline in several threads: every run gives what it gives alone, and leaves the networks as they were."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from pipelines import Classifier, ClassifierFree, Perturbed
from pipelines.conditions import CONDITIONS
from pipelines.guidance import PULLS, RULES
from pipelines.samplers import SAMPLERS
from tests.tiny import state_of, tiny_conditioned

from ..conditions.test_contract import make as condition
from ..guidance.test_contract import make as guide

THREADS, ROUNDS = 4, 1


@pytest.fixture(scope="module")
def pipe():
    made = tiny_conditioned()
    made.register_modules(weak=tiny_conditioned(loud=False).unet)
    torch.manual_seed(3)
    torch.nn.init.normal_(made.unet.conv_out.weight, std=0.3)  # 0 before training: nothing would show
    return made


def run(pipe, **settings):
    settings = {"seeds": (1, 2), "num_inference_steps": 4, "output_type": "latent"} | settings
    return pipe("red apple", **settings).images


def runs_of(pipe):
    """A run of every rule, pull, condition and sampler that this pipeline is able to; perturbed ones among them often."""
    able = lambda kinds: [name for name in sorted(kinds) if not kinds[name].unavailable(pipe)]
    found = {name: dict(rules=[guide(name)]) for name in able(RULES)}
    found |= {name: dict(pulls=[guide(name)]) for name in able(PULLS)}
    found |= {name: dict(conditions=[condition(name)], rules=[ClassifierFree(1)]) for name in able(CONDITIONS)}
    found |= {name: dict(sampler=SAMPLERS[name](), rules=[ClassifierFree(1)]) for name in able(SAMPLERS)}
    found |= {f"Perturbed {blocks}": dict(rules=[Perturbed(2, blocks)]) for blocks in ("mid", "all")}
    return found | {
        "both": dict(rules=[ClassifierFree(2), Perturbed(1)], pulls=[Classifier(2, "food", sees="x0 exact")])
    }


def test_all_that_there_is_at_once_gives_what_each_gives_alone(pipe):
    runs = runs_of(pipe)
    assert {"Perturbed", "Auto", "ControlNet", "GlobalPrompt", "Semantic", "Style", "Diffusers", "DDPM"} <= set(runs)
    alone = {name: run(pipe, **settings) for name, settings in runs.items()}
    networks = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    before = state_of(*networks)
    orders = [[*runs][k:] + [*runs][:k] for k in range(0, len(runs), len(runs) // THREADS)]

    def work(names):
        return {
            name
            for _ in range(ROUNDS)
            for name in names
            if not torch.allclose(run(pipe, **runs[name]), alone[name], rtol=0, atol=1e-4)
        }

    with ThreadPoolExecutor(len(orders)) as threads:
        wrong = set().union(*threads.map(work, orders))
    assert not wrong
    assert state_of(*networks) == before


def test_a_perturbed_run_beside_a_plain_one_changes_neither(pipe):
    settings = [dict(), dict(rules=[Perturbed(2)])] * 2
    alone = [run(pipe, **each) for each in settings]
    assert (alone[0] - alone[1]).abs().max() > 1e-2

    with ThreadPoolExecutor(len(settings)) as threads:
        for found in threads.map(lambda pair: [run(pipe, **pair[0]) - pair[1] for _ in range(8)], zip(settings, alone)):
            assert max(difference.abs().max() for difference in found) < 1e-4
    assert (run(pipe) - alone[0]).abs().max() < 1e-4, "a later picture"
