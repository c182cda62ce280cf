"""The fingerprint of a world's files."""

import os
import time

import pytest

from studio.revision import DIGITS, revision

BIG = 3_000_000


@pytest.fixture
def unet(vocabulary_file):
    """The weights of a world with one part and a judge."""
    folder = vocabulary_file.parent
    (folder / "model_index.json").write_text('{"_class_name": "P", "unet": ["a", "B"]}')
    for part in ("unet", "judge"):
        (folder / part).mkdir()
        (folder / part / "w.safetensors").write_bytes(bytes(BIG))
    return folder / "unet" / "w.safetensors"


def rewrite(file, content):
    file.write_bytes(content)
    stamp = time.time_ns() + 10**9
    os.utime(file, ns=(stamp, stamp))


def test_it_is_short_and_stays_the_same(unet):
    first = revision("emoji")
    assert len(first) == DIGITS and int(first, 16) >= 0
    rewrite(unet, bytes(BIG))  # the same content at another time
    assert revision("emoji") == first


def test_other_weights_of_the_same_size_are_another_revision(unet):
    first = revision("emoji")
    rewrite(unet, os.urandom(BIG))
    assert revision("emoji") != first


def test_the_judges_count_only_where_scores_do(unet):
    pictures, scores = revision("emoji"), revision("emoji", judges=True)
    rewrite(unet.parents[1] / "judge" / "w.safetensors", os.urandom(BIG))
    assert revision("emoji") == pictures
    assert revision("emoji", judges=True) != scores


def test_a_world_without_files_has_none():
    assert revision("nothing") == ""


def test_it_is_quick(unet):
    revision("emoji")
    began = time.perf_counter()
    revision("emoji")
    assert time.perf_counter() - began < 0.05
