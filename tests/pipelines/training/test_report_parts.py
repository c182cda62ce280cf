"""The report of a world of latents that is not whole yet: what it lacks is left out, and it says so."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from pipelines.evaluation.intervals import Figure
from pipelines.training import card
from pipelines.training import reference as writer
from pipelines.training.report import context as contexts
from pipelines.training.report import targets
from pipelines.training.report.context import Context
from pipelines.training.report.run import measure
from pipelines.training.report.setup import SETUPS
from pipelines.training.report.tables import Section, Table, loaded
from pipelines.worlds import loading, reference
from tests.tiny import SIZE, tiny_clip, tiny_data, tiny_judge, tiny_latent, tiny_pipeline

LACKS = {"classifier", "clip", "weak", "controlnet", "upsampler"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a latent world, which another lends its judges of smaller pictures."""
    root = tmp_path / "worlds"
    for module in (loading, reference, writer, card):
        monkeypatch.setattr(module, "FOLDER", root)
    monkeypatch.setattr(contexts, "BATCH", 4)
    tiny_pipeline().unet.save_pretrained(root / "emoji" / "unet")
    tiny_judge().save_pretrained(root / "emoji" / "judge")
    tiny_clip(root / "emoji" / "judge_clip")
    writer.write("emoji", tiny_data())
    return root / "latent"


def report(**parts) -> dict:
    tiny_latent(**parts).save_pretrained(loading.FOLDER / "latent")
    setup = replace(SETUPS["latent"], strengths=(0.0, 2.0), gammas=(3.0,))
    context = Context("latent", n=6, steps=1, quick=True, setup=setup, say=lambda text: None)
    return json.loads(measure(context).read_text("utf-8"))


def test_what_a_world_lacks_is_left_out_and_told(folder):
    found = report(classifier=None, clip=None, weak=None)
    assert set(found["left_out"]) == LACKS
    sections = {section["name"]: loaded(section) for section in found["sections"]}
    assert set(sections) == {"agreement", "fidelity", "retrieval", "novelty", "paint", "cost"}
    assert not any("γ" in row for each in sections.values() for table in each.tables for row in table.rows)
    for table in (table for each in sections.values() for table in each.tables):
        assert table.rows and all(np.isfinite(f.value) for row in table.rows.values() for f in row), table.title
    text = card.write_card("latent").read_text("utf-8")
    assert "- noise-aware classifier: classifier guidance, all rows with γ; what a classifier reads in noise" in text
    assert "- noise-aware CLIP: what a CLIP reads in noise; CLIP guidance" in text and "- ControlNet of" in text


@pytest.mark.parametrize(("part", "column"), [("classifier", "name first"), ("clip", "group")])
def test_one_guide_is_measured_without_the_other(folder, part, column):
    found = report(**{part: None}, weak=None)
    sections = {section["name"]: loaded(section) for section in found["sections"]}
    assert part in found["left_out"] and not {"classifier", "clip"} - {part} & set(found["left_out"])
    columns = sections["noise"].tables[0].columns
    assert (
        len(columns) >= 2
        and all(column in each for each in columns if part == "classifier")
        and len(sections["guides"].tables) == 1
    )
    assert (part == "classifier") != any("γ = 3" in row for row in sections["agreement"].tables[0].rows)


def test_paint_is_measured_in_its_own_size_and_in_that_of_the_judges(folder):
    found = {section["name"]: loaded(section) for section in report(classifier=None, clip=None)["sections"]}
    own, small = found["paint"].tables
    assert own.title == "At 32 × 32 pixels" and small.title == f"At {SIZE} × {SIZE} pixels"
    real, again = "real, never trained on", "the same, through the autoencoder"
    assert real not in own.rows and real in small.rows and again in own.rows  # the lent ones are smaller
    for figures in (*own.rows.values(), *small.rows.values()):
        assert sum(figure.value for figure in figures) == pytest.approx(1, abs=1e-4)
    assert small.at(real, "flat").value > 0.7  # squares of one colour


def test_the_targets_of_the_latent_world_are_read_off_the_tables():
    rows = lambda *values: {f"w = {w}": [Figure(v, v - 0.01, v + 0.01, 9)] for w, v in zip((0, 2, 4), values)}  # noqa: E731
    table = lambda found, column: Table("", "", [column], found)  # noqa: E731
    distances = rows(12, 10, 14) | {"real, never trained on": [Figure(9.0, 8.0, 10.0, 9)]}
    sections = {
        "fidelity": Section("", "", "", [table(distances, "Fréchet")]),
        "paint": Section("", "", "", [table(rows(0.8, 0.71, 0.6), "flat"), table(rows(0.8, 0.69, 0.6), "flat")]),
    }
    setup = replace(SETUPS["latent"], strengths=(0, 2, 4))
    found = {target.text: target for target in targets._latent(sections, setup)}
    best = found["Fréchet distance at its best w, as a multiple of that of real pictures never trained on"]
    assert best.met and best.found.startswith("1.11") and found["Fréchet distance falls, then rises with w"].met
    assert found["flat paint at w = 2"].met
    assert not found["flat paint at w = 2, averaged to the size that the judges know"].met
    assert found["recall at w = 0"].met is None and found["agreement of the group rises strictly with γ"].met is None


def test_the_report_says_it_once(folder):
    tiny_latent(classifier=None).save_pretrained(loading.FOLDER / "latent")
    said = []
    context = Context("latent", n=2, steps=1, setup=SETUPS["latent"], say=said.append)
    with torch.no_grad():
        assert context.gammas == () == context.gammas and not context.lacks("clip", "anything")
    assert len(said) == 1 and list(context.left_out) == ["classifier"]
