"""Fixtures of churn's tests."""

import pytest

from tests.ml.churn.made import model_serves
from xlcfi.api.tokens import internal_token_mint


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def looks(settings, tmp_path, monkeypatch):
    """Whoever asks for a model looks at once."""
    settings.MODEL_CACHE_DIR = str(tmp_path / "models")
    settings.RATE_LIMIT_PER_MINUTE = 0
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 0.0)


@pytest.fixture
def model(looks):
    """A model serves whose risk is its rhythm's alone."""
    return model_serves()
