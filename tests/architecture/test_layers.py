"""What import-linter can't say by itself: its lists are complete."""

import pkgutil
import tomllib
from pathlib import Path

import xlcfi

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def test_every_module_of_the_kernel_is_kept_from_the_demos_truth():
    [truth] = [contract for contract in CONTRACTS if contract.get("forbidden_modules") == ["xlcfi.demo"]]
    kernel = {f"xlcfi.{module.name}" for module in pkgutil.iter_modules(xlcfi.__path__)} - {"xlcfi.demo"}
    assert kernel <= set(truth["source_modules"])


def test_every_app_is_forbidden_to_the_kernel():
    from django.conf import settings

    [apart] = [contract for contract in CONTRACTS if contract.get("source_modules") == ["xlcfi"]]
    ours = {app for app in settings.INSTALLED_APPS if (ROOT / app / "apps.py").is_file()}
    assert ours
    assert ours == set(apart["forbidden_modules"])
