"""How a column guides, in one word and in one line."""

from studio.recipe import Recipe
from studio.recipe.setting import Setting
from tests.studio.tabs.play.test_rules import NESTED


def test_a_setting_says_what_it_is():
    rule = Recipe(rule=NESTED).rule
    assert Setting.of(4.0, rule=rule).short.startswith("w = 4 · 0.1–0.8 · φ = 0.5")
    assert Setting.of(0.6, rule='{"name":"CFGPlusPlus"}').short == "λ = 0.6"
    assert Setting.of(0.0, rule='{"name":"Scheduled"}').short == "w = 0 → 4"
    assert Setting.of(2.0, rule='{"name":"Interval"}').kind == "classifier_free"
    assert Setting.of(2.0, rule=rule).kind == "other"
    assert Setting.of(2.0, pulls=('{"name":"Colour"}',)).kind == "mixed"
