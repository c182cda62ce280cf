"""Sketches that are drawn before anybody comes."""

import base64
import json
import subprocess
import sys

from studio.recipe import Recipe
from studio.tabs.draw.first import FIGURES, build, first
from studio.tabs.draw.handlers import Handlers
from studio.tabs.draw.sketches import sketches
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_conditions import INDEX, MASK


def test_they_are_drawn_once_and_shown(tmp_path, vocabulary_file):
    vocabulary_file.with_name("model_index.json").write_text(json.dumps(INDEX))
    folder = tmp_path / "draw"
    assert not any(each["pictures"] for each in first(folder))
    engine = FakeEngine(0)
    assert 0 < build(engine, folder) < 500_000
    handlers = Handlers(engine, Play(engine), folder)
    for language, prompt in (("en", "house"), ("zh", "房子")):
        shown = handlers.start(language)["examples"]
        assert [each["name"] for each in shown] == [sketch.name for sketch in sketches()]
        assert shown[0]["prompt"] == prompt
        for each, sketch in zip(shown, sketches(), strict=True):
            recipe = Recipe.from_png(base64.b64decode(each["pictures"][1]["png"].partition(",")[2]))
            assert recipe.prompt == each["prompt"] and recipe.seeds == (1,) and recipe.steps == 25
            assert len(each["pictures"]) == 4 and len(recipe.conditions) == len(sketch.layers)
        assert [name[0] for name, _ in shown[1]["figures"]][:2] == ["shape IoU", "colour error"]
    (folder / FIGURES).write_text("[")
    assert first(folder)[0]["pictures"] and not first(folder)[0]["figures"]


def test_no_torch_is_needed_to_look_at_a_drawing():
    code = (
        "import sys; from studio.tabs.draw.layers import look; from studio.tabs.draw.sketches import sketches;"
        "assert not any(seen['empty'] for sketch in sketches() for seen in look(sketch.asked()));"
        "from studio.recipe.uploads import reduced; reduced(sketches()[0].asked()[0]['picture'], 512);"
        "assert not {'torch', 'gradio'} & set(sys.modules), 'heavy'"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_no_torch_is_needed_to_show_them_or_to_read_a_recipe(tmp_path):
    code = (
        "import sys, json; from studio.tabs.draw.first import first; from studio.recipe import Recipe; first();"
        "raw = json.loads(sys.stdin.read()); Recipe(conditions=[raw | {'strength': 0.0}]);"
        "assert not {'torch', 'gradio', 'cv2'} & set(sys.modules), 'heavy'"
    )
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(MASK), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
