import pytest

from ...fakes import install_vocabulary


@pytest.fixture(autouse=True)
def vocabulary_file(tmp_path, monkeypatch):
    """Recipes are checked against the small vocabulary of the fakes; returns its file."""
    return install_vocabulary(tmp_path / "worlds", monkeypatch)
