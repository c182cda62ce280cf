import pytest
import torch

from pipelines.networks.judge import Judge
from tests.tiny import tiny_data, tiny_judge, tiny_pictures


@torch.no_grad()
def test_heads_and_features():
    judge = tiny_judge()
    logits, features = judge(tiny_pictures(3)), judge.features(tiny_pictures(3))
    assert {head: tuple(value.shape) for head, value in logits.items()} == {
        head: (3, len(names)) for head, names in tiny_data().labels.items()
    }
    assert features.shape == (3, 16) and features.isfinite().all()
    torch.testing.assert_close(judge.heads["style"](features), logits["style"])


def test_gradient_is_finite():
    x = tiny_pictures(2).requires_grad_()
    (gradient,) = torch.autograd.grad(tiny_judge()(x)["group"].sum(), x)
    assert gradient.isfinite().all()


def test_unknown_label():
    assert tiny_judge().find("group:food")[0] == "group"
    with pytest.raises(ValueError, match="'animal'.*'animals'"):
        tiny_judge().find("animal")


@torch.no_grad()
def test_save_and_reload(tmp_path):
    judge = tiny_judge()
    judge.save_pretrained(tmp_path)
    again = Judge.from_pretrained(tmp_path).eval()
    torch.testing.assert_close(again(tiny_pictures()), judge(tiny_pictures()), atol=0, rtol=0)
    tiny_judge().half().save_pretrained(tmp_path)
    again = Judge.from_pretrained(tmp_path).eval()
    assert again.dtype == torch.float32
    torch.testing.assert_close(again(tiny_pictures()), judge(tiny_pictures()), atol=1e-2, rtol=0)
