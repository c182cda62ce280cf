"""What is the same in every frame of a run is made once: recipes are checked, and pictures written, once each."""

from PIL import Image

from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.recipe import recipe as module
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="a whale", steps=24))


def test_a_run_of_five_columns_checks_each_recipe_and_writes_each_picture_once(monkeypatch):
    play, checked, written = Play(FakeEngine(0)), [], []
    play.add("me", FORM)
    settled, save = module.settled, Image.Image.save
    monkeypatch.setattr(module, "settled", lambda given: checked.append(given) or settled(given))
    monkeypatch.setattr(
        Image.Image,
        "save",
        lambda self, file, kind=None, **named: written.append(kind) or save(self, file, kind, **named),
    )
    play.begin("me", FORM)
    asked = len(checked)
    frames = list(play.run("me"))
    assert len(frames) >= 10 and "20 pictures" in frames[-1].status
    assert asked <= 4 * 5 and len(checked) == asked  # none in a frame
    assert written.count("PNG") == 20
    assert play.histories["me"].page().total == 20
