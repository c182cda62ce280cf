"""What a caller gives is taken or refused by name; nothing is rounded or guessed."""

import numpy as np
import pytest
import torch

from pipelines import ClassifierFree, GaussianMixture, NoiseSchedule, load_world
from pipelines.declarations.arguments import generators_of, one, seeds_of, several, texts_of
from pipelines.guidance import Function, Rule, Semantic
from pipelines.process.times import CLEAN


@pytest.mark.parametrize(
    "seeds, found",
    [(3, [3]), (range(2), [0, 1]), (np.int64(7), [7]), (torch.arange(2), [0, 1]), ((0, 2**32 - 1), [0, 2**32 - 1])],
)
def test_seeds_are_whole_numbers_of_any_kind(seeds, found):
    assert seeds_of(seeds) == found


@pytest.mark.parametrize(
    "seeds, named",
    [
        ("0, 1", "seeds = '0, 1'"),
        (None, "seeds = None"),
        (2**32, "seeds = 4294967296"),
        (-1, "seeds = -1"),
        (True, "seeds = True"),
        ([1.5], r"seeds\[0\] = 1.5"),
        ([0, float("nan")], r"seeds\[1\] = nan"),
        (["1"], r"seeds\[0\] = '1'"),
        ([3, 5 + 2**40], r"seeds\[1\] = 1099511627781"),
        ([3, 4, -(2**64)], r"seeds\[2\] = a number of 65 bits"),
        ([0, False], r"seeds\[1\] = False"),
        (np.array([True]), r"seeds\[0\] = "),
        (torch.tensor([True]), r"seeds\[0\] = "),
        (torch.zeros(2), r"seeds\[0\] = "),
        (range(2**32 - 1, 2**32 + 1), r"seeds\[1\] = 4294967296"),
    ],
    ids=repr,
)
def test_other_seeds_are_told_by_their_place(seeds, named):
    """Torch reads 32 bits of a seed: any number beyond them would be another one's noise under a name of its own."""
    with pytest.raises(ValueError, match=f"{named}.*a whole number from 0 to 4294967295"):
        seeds_of(seeds)


def test_a_text_is_for_all_or_one_is_given_each():
    assert texts_of("prompt", None, 2) == ["", ""] and texts_of("prompt", ("a", "b"), 2) == ["a", "b"]
    assert texts_of("prompt", np.array(["cat"]), 2) == ["cat", "cat"]
    for texts, told in (
        (3, "prompt = 3"),
        (["a", None], r"prompt\[1\] = None"),
        ([], "prompt has 0 texts"),
        (["a"] * 3, "3 texts for 2"),
    ):
        with pytest.raises(ValueError, match=told):
            texts_of("prompt", texts, 2)


def test_generators_are_told():
    generator = torch.Generator()
    assert generators_of(generator) == [generator] == generators_of((generator,))
    for wrong in (3, [], [3], None, "cpu", [generator, 3]):
        with pytest.raises(ValueError, match=r"generator(\[[01]\])? = .*a torch.Generator of the CPU"):
            generators_of(wrong)


def test_instances_are_told():
    rule = ClassifierFree(2)
    assert one(Rule, "rule", rule, "x") is rule and several(Rule, "rules", (rule,), "x") == [rule]
    for wrong, told in (
        (rule, "rules = Class"),
        ("cfg", "rules = 'cfg'"),
        ([ClassifierFree], r"rules\[0\] = <class"),
        (None, "rules = None"),
    ):
        with pytest.raises(ValueError, match=f"{told}.*ClassifierFree\\(2\\)"):
            several(Rule, "rules", wrong, "ClassifierFree(2)")


@pytest.mark.parametrize("number", [np.float32(2), np.int64(2), 2, 2.0], ids=repr)
def test_numbers_of_numpy_are_numbers(number):
    assert ClassifierFree(number) == ClassifierFree(2.0) and type(ClassifierFree(number).w) is float


X = torch.randn(2, 3, dtype=torch.float64)
T = NoiseSchedule().at(500)


@pytest.mark.parametrize(
    "phi, told",
    [
        (lambda z, t: z, r"phi gave shape \(2, 3\).*\(2,\)"),
        (lambda z, t: z.sum(), r"phi gave shape \(\)"),
        (lambda z, t: None, "phi gave NoneType"),
        (lambda z, t: torch.zeros(2), "phi gave a number that does not depend on z"),
        (lambda z, t: (z * float("nan")).sum(1), "phi gave a number that is not finite"),
        (3, "phi is 3; allowed: a function"),
    ],
)
def test_a_function_of_ones_own_is_held_to_one_number_an_image(phi, told):
    with pytest.raises(ValueError, match=told):
        Function(1, phi)(X, T, None)


def test_texts_of_another_number_than_images_are_told():
    class CLIP:
        def encode_text(self, texts):
            return torch.ones(len(texts), 3, dtype=torch.float64)

    pull = Semantic(1, ("a", "b", "c")).begin(type("Pipe", (), {"clip": CLIP()}))
    with pytest.raises(ValueError, match="text holds 3 texts; allowed: 1, or one an image, 2"):
        pull.value(X, CLEAN)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda: NoiseSchedule("1000"), "num_train_timesteps = '1000'.*whole number"),
        (lambda: NoiseSchedule(float("nan")), "num_train_timesteps = nan"),
        (lambda: NoiseSchedule(shift=float("inf")), "shift = inf.*finite"),
        (lambda: NoiseSchedule().times(True), "num_inference_steps = True"),
        (lambda: load_world(None), "Unknown world None.*choose from"),
        (lambda: GaussianMixture.isotropic([[0.0], [1.0]], -1.0), "deviation = -1.0.*from 0"),
        (lambda: GaussianMixture.isotropic([[0.0], [1.0]], [1.0, 2.0, 3.0]), "deviation = .*one each of 2"),
    ],
)
def test_other_arguments_are_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()
