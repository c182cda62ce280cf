"""The report end to end on tiny networks: every section has figures with n and interval, and the card names them."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.evaluation.intervals import Figure
from pipelines.evaluation.novelty import nearest
from pipelines.training import card
from pipelines.training import reference as writer
from pipelines.training.report import agreement, curves, fidelity, novelty, retrieval, sheets, targets
from pipelines.training.report import context as contexts
from pipelines.training.report.context import Context
from pipelines.training.report.run import SECTIONS, measure
from pipelines.training.report.setup import SETUPS, Setting, Thing, things
from pipelines.training.report.tables import Section, Table, loaded, markdown, shown
from pipelines.training.unet import make_unet
from pipelines.worlds import loading as worlds
from pipelines.worlds import reference
from tests.tiny import (
    SIZE,
    tiny_clip,
    tiny_conditioned,
    tiny_data,
    tiny_judge,
    tiny_pictures,
    tiny_pipeline,
    tiny_upsampler,
)

FACTS = dict(
    minutes=12, steps=345, pictures=6789, date="2026-01-01", figures={"loss": 1, "top1": 0.25}, recipe={"lr": 0.001}
)
ALL = {
    "agreement",
    "fidelity",
    "retrieval",
    "novelty",
    "paint",
    "noise",
    "guides",
    "auto",
    "conditions",
    "enlarged",
    "cost",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world's folder with every part, untrained: name, folder."""
    root = tmp_path_factory.mktemp("assets") / "worlds"
    folder = root / "tiny"
    patch = pytest.MonkeyPatch()
    for module in (worlds, reference, writer, card):
        patch.setattr(module, "FOLDER", root)
    patch.setattr(contexts, "BATCH", 4)
    pipe = tiny_conditioned()
    pipe.register_modules(upsampler=tiny_upsampler())
    pipe.save_pretrained(folder)
    tiny_judge().save_pretrained(folder / "judge")
    tiny_clip(folder / "judge_clip")
    torch.manual_seed(1)
    make_unet([16, 16], [False, True], patch=2, size=SIZE, text_width=24, text_dim=16).save_pretrained(folder / "weak")
    data = tiny_data()
    writer.write("tiny", data)
    larger = tiny_data(2 * SIZE)
    shown = data.held_out[:: reference.LARGER_EVERY]
    reference.write_reference(folder / "upsampler", larger.images[shown], {}, [data.captions.name(i) for i in shown])
    (folder / "vocabulary.json").write_text(
        json.dumps(dict(names=[], labels={"en": data.labels}, licences={"flat": "MIT"}))
    )
    for name in ("unet", "clip", "classifier", "judge", "judge_clip"):
        (folder / name / "training.json").write_text(json.dumps(FACTS))
    yield folder
    patch.undo()


def context(**changes) -> Context:
    setup = replace(SETUPS["emoji"], strengths=(0.0, 2.0), gammas=(3.0,))
    return Context("tiny", **{**dict(n=8, steps=1, quick=True, setup=setup, say=lambda text: None), **changes})


@pytest.fixture(scope="module")
def report(world):
    """The report of the tiny world, as it is read again."""
    return json.loads(measure(context()).read_text("utf-8"))


def test_every_section_has_its_figures_with_n_and_an_interval(report):
    assert (
        {section["name"] for section in report["sections"]}
        == ALL
        == {part.__name__.split(".")[-1] for part in SECTIONS}
    )
    for section in map(loaded, report["sections"]):
        for table in section.tables:
            assert table.rows, table.title
            for label, figures in table.rows.items():
                assert len(figures) == len(table.columns) and all(np.isfinite(f.value) for f in figures), (
                    table.title,
                    label,
                )
                if table.first != "network":  # what is counted has no interval
                    assert all(f.n and f.low <= f.value <= f.high for f in figures), label


def test_the_tables_have_the_settings_and_the_real_pictures(report):
    found = {section["name"]: loaded(section) for section in report["sections"]}
    settings = ["w = 0", "w = 2", "w = 0, γ = 3"]
    assert list(found["agreement"].tables[0].rows) == ["real, never trained on", "real, trained on", *settings]
    assert list(found["fidelity"].tables[0].rows) == ["real, never trained on", "no prompt", *settings]
    assert list(found["retrieval"].tables[0].rows)[2:] == [
        "names seen, w = 0",
        "names seen, w = 2",
        "held-out pairs, w = 0",
        "held-out pairs, w = 2",
    ]
    assert list(found["novelty"].tables[0].rows) == ["real, never trained on", "no prompt", "w = 0", "w = 2"]
    assert "w = 1, away from `weak`" in found["auto"].tables[0].rows
    assert report["n"] == 8 and report["seed"] == 1000


def test_the_card_holds_every_section_target_recipe_and_licence(report, world):
    text = card.write_card("tiny").read_text("utf-8")
    for section in map(loaded, report["sections"]):
        assert f"### {section.title}" in text and section.text in text
        assert all(markdown(table) in text for table in section.tables)
        assert all(f"]({name})" in text and (world / name).exists() for name in section.pictures)
    for told in (
        "n = ",
        "6,789",
        "top1 0.25",
        "lr 0.001",
        "flat: MIT",
        "pipelines.training.judge_clip",
        "below 190 MB",
        "seed 1000",
    ):
        assert told in text


def test_pictures_of_a_setting_are_made_once_and_kept(world, tmp_path, monkeypatch):
    one = context(keep=tmp_path)
    first = one.batch(Setting(w=2)).pictures
    assert one.batch(Setting(w=2)).pictures is first
    again = context(keep=tmp_path)
    monkeypatch.setattr(Context, "_make", lambda self, setting: pytest.fail("made again"))
    torch.testing.assert_close(again.batch(Setting(w=2)).pictures, first, rtol=0, atol=1e-3)
    with pytest.raises(pytest.fail.Exception):
        context(keep=tmp_path, seed=7).batch(Setting(w=2))


def test_agreement_counts_what_the_judge_says(world):
    """A judge whose every head says its first label."""
    one = context(n=20)
    with torch.no_grad():
        for head in one.judge.heads.values():
            head.weight.zero_()
            head.bias.copy_(torch.eye(len(head.bias))[0])
    hits = agreement.hits(one, Setting(w=0), "style")
    first = one.judge.labels["style"][0]
    assert hits.tolist() == [thing.labels["style"] == first for thing in one.things["seen"]] and 0 < hits.sum() < len(
        hits
    )


def test_a_world_without_pairs_is_held_to_the_pictures_it_never_saw(world):
    """As fashion is: classes alone, real pictures that no training saw as the data, no two pictures the same."""
    setup = replace(SETUPS["fashion"], heads=("group",), pulled="group", strengths=(0.0, 2.0), gammas=())
    one = context(n=2, setup=setup)
    table = fidelity.measure(one).tables[0]
    assert table.title == "Against 3 pictures of the data" and list(table.rows)[0] == "real, trained on"
    assert not any(row.startswith("held-out") for row in retrieval.measure(one).tables[0].rows)
    assert 0 < novelty.between_different(one) < 1


def test_things_are_drawn_by_the_seed_with_their_labels(world):
    pictures = reference.load_thumbnails("tiny")
    drawn = things(pictures, 12, seed=1)
    assert drawn == things(pictures, 12, seed=1) != things(pictures, 12, seed=2) and len(set(map(str, drawn))) == 12
    for thing in drawn:
        assert thing.prompt == f"{thing.labels['style']} {thing.name}"
        assert (thing.labels["subgroup"] == "fruit") == (thing.name in ("red apple", "grapes"))
    assert len(things(pictures, 100, seed=1)) == 100


def test_a_setting_says_what_it_asks():
    asked = [Thing("flat cat", "cat", {"group": "animals"})]
    told = Setting(w=1, gamma=3, semantic=40).arguments(asked, "group")
    assert (
        told["rules"][0].w == 1
        and told["pulls"][0].label == ("group:animals",)
        and told["pulls"][1].text == ("flat cat",)
    )
    assert Setting(told="nothing").arguments(asked, "group") == dict(prompt=[""])
    assert str(Setting(w=0.5, gamma=3)) == "w = 0.5, γ = 3"


def test_ranks_count_what_is_as_similar():
    texts = np.eye(3)
    pictures = np.array([[3.0, 2, 1], [3, 2, 1], [1, 1, 1]])
    assert retrieval.ranks(pictures, texts, np.array([0, 2, 1])).tolist() == [1, 3, 3]


def test_nearest_of_pictures_that_were_copied():
    train = tiny_pictures(80).clamp(-1, 1)
    rows = lambda pictures: pictures.flatten(1).numpy()
    found = nearest(rows(torch.cat([train[5:6] * 0.999, -train[7:8]])), rows(train))
    assert found.index[0] == 5 and found.ratio[0] < 0.01 < 0.5 < found.ratio[1] <= 1
    direct = (train + train[7]).flatten(1).norm(dim=1)
    assert found.distance[1] == pytest.approx(direct.min().item(), rel=1e-5)
    allowed = np.ones((1, 80), bool)
    allowed[0, 5] = False
    assert nearest(rows(train[5:6]), rows(train), allowed).index[0] != 5


def test_targets_say_met_and_missed():
    table = lambda rows, *columns: [Table("", "", list(columns), rows)]
    share = lambda v: Figure(v, v - 0.05, v + 0.05, 100)
    sections = {
        "agreement": Section(
            "",
            "",
            "",
            table(
                {"real, never trained on": [share(0.5)], "real, trained on": [share(0.8)], "w = 2": [share(0.41)]},
                "subgroup",
            ),
        ),
        "retrieval": Section(
            "", "", "", table({"names seen, w = 2": [share(0.6)], "held-out pairs, w = 2": [share(0.4)]}, "first 5")
        ),
    }
    found = {t["text"]: t["met"] for t in targets._as_dicts(targets._emoji(sections, SETUPS["emoji"]))}
    assert list(found.values()) == [True, False, True, None]


def test_the_laws_of_fashion_are_read_off_the_tables():
    def rows(*values):
        return {
            label: [Figure(v, v, v, 9)]
            for label, v in zip(["w = 0", "w = 1", "w = 2", "w = 0, γ = 1", "w = 0, γ = 3"], values)
        }

    setup = replace(SETUPS["fashion"], strengths=(0, 1, 2), gammas=(1, 3))
    fidelity = {
        label: [*distance, *recall]
        for (label, distance), recall in zip(rows(9, 7, 8, 6, 5).items(), rows(0.8, 0.7, 0.6, 0.8, 0.9).values())
    }
    sections = {
        "agreement": Section("", "", "", [Table("", "", ["class"], rows(0.8, 0.9, 0.95, 0.9, 0.9))]),
        "fidelity": Section("", "", "", [Table("", "", ["Fréchet", "recall"], fidelity)]),
    }
    found = {t.text: t.met for t in targets._fashion(sections, setup)}
    assert found["Fréchet distance falls, then rises with w"] and not found["Fréchet distance falls, then rises with γ"]
    recall = "recall falls, nowhere rising beyond an interval, with {}"
    assert found[recall.format("w")] and not found[recall.format("γ")]
    assert found["agreement rises strictly with w"] and not found["agreement rises strictly with γ"]


def test_a_rise_within_the_interval_is_no_rise_and_a_fall_within_it_no_fall():
    figures = lambda *values: [Figure(v, v - 0.03, v + 0.03, 9) for v in values]
    assert targets._falls(figures(0.8, 0.81, 0.7)) and not targets._falls(figures(0.8, 0.84, 0.7))
    assert not targets._falls(figures(0.8, 0.79, 0.76))


def test_figures_are_shown_with_interval_and_another_n():
    assert shown(Figure.share([True, False]), 2).startswith("0.50 (0.095–0.91)") and shown(None) == ""
    assert shown(Figure(0.5, 0.25, 0.75, 9), 8) == "0.50 (0.25–0.75), n = 9" and shown(Figure(3.25)) == "3.25"
    assert Figure(0.4, 0.2, 0.6, 9).over(0.5) == Figure(0.8, 0.4, 1.2, 9)


def test_a_panel_has_a_line_in_each_colour():
    image = curves.panel(
        "title",
        ["0", "1"],
        [("one", [Figure(0.2), Figure(0.8)]), ("two", [Figure(0.5, 0.4, 0.6, 9), None])],
        share=True,
    )
    colours = {colour for _, colour in image.getcolors(1 << 20)}
    assert {(0x3B, 0x5B, 0xDB), (0xE8, 0x59, 0x0C)} <= colours


def test_sheets_and_the_picture_of_ten_prompts(tmp_path):
    pipe = tiny_pipeline()
    sheets.sheets(pipe, ["red apple"], tmp_path, steps=1)
    assert Image.open(tmp_path / "01.jpg").size == (3 * 8 * SIZE + 24, 8 * SIZE)
    image = sheets.ten(pipe, ["red apple", "微笑的猫"], steps=1)
    assert image.size == (sheets.LABEL + 3 * (4 * SIZE + 6) + 20, 24 + 2 * SIZE + 10)
    assert {len(prompts) for prompts in sheets.PROMPTS.values()} == {10}
