import pytest


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch, settings, tmp_path):
    """Whoever asks for the model looks at once; copies are this test's own."""
    settings.MODEL_CACHE_DIR = str(tmp_path / "models")
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 0.0)
