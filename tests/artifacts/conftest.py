import pytest

from tests.artifacts.toys import Toy
from xlcfi.artifacts import subjects


@pytest.fixture(autouse=True)
def cache(settings, tmp_path):
    """The directory of copies."""
    settings.MODEL_CACHE_DIR = str(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def toy(monkeypatch):
    """The toy is a subject, and the only one."""
    subjects.subjects()  # those of the apps register in the real place, once
    monkeypatch.setattr(subjects, "_subjects", {"toy": Toy()})
    return Toy()


@pytest.fixture
def always_looks(monkeypatch):
    """Whoever asks for a model looks at once, and tries again at once what failed."""
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("xlcfi.artifacts.serving.RETRY_SECONDS", 0.0)
