"""What ships of the data comes back as it was written."""

import numpy as np
import pytest

from pipelines import reference
from pipelines.training.pictures import to_model
from tests.tiny import tiny_data


def test_pictures_and_labels_come_back_to_the_bit(tmp_path, monkeypatch):
    data = tiny_data()
    labels = {"style": [data.labels["style"][i] for i in data.style]}
    names = [data.entries[i]["en"] for i in data.name]
    reference.write_reference(tmp_path / "tiny" / "reference", data.images, labels, names)
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    again = reference.load_reference("tiny")
    assert again.pictures.equal(to_model(data.images)) and again.labels == labels and again.names == names
    assert np.array_equal(again.pictures.shape, (len(data), 3, 16, 16))


def test_a_missing_or_damaged_sheet_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="tiny"):
        reference.load_reference("tiny")
    data = tiny_data()
    reference.write_reference(tmp_path / "tiny" / "reference", data.images, {}, [])
    sheet = tmp_path / "tiny" / "reference" / reference.SHEET
    sheet.write_bytes(sheet.read_bytes()[:40])
    with pytest.raises(ValueError, match="cannot be read"):
        reference.load_reference("tiny")
