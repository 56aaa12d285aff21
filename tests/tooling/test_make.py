"""The Makefile and the shell scripts."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*ROOT.glob("scripts/*.sh"), ROOT / ".ci" / "run"])


def targets() -> list[str]:
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    return re.search(r"^\.PHONY:(.*)$", text, re.M)[1].split()


def test_help_lists_every_target():
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^ +make ([a-z-]+) +\S", told, re.M)) == sorted(targets())


@pytest.mark.parametrize("target", targets())
def test_every_target_has_a_recipe_that_make_can_read(target):
    result = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_parses_and_can_be_executed(script):
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert os.access(script, os.X_OK)
    assert "set -" in script.read_text(), "a script must not go on after a failure unseen"


def test_without_a_python_new_enough_the_demo_says_what_is_needed(tmp_path):
    for name in ("dirname", "bash", "cat"):
        (tmp_path / name).symlink_to(Path("/bin") / name)
    result = subprocess.run(
        ["/bin/bash", ROOT / "scripts" / "python.sh", "-m", "scripts.demo"],
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert "Python 3.11" in result.stderr
    assert "python3" in result.stderr


def test_an_old_python_is_passed_over_for_a_new_one(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    new = tmp_path / "python3.11"
    new.symlink_to(ROOT / ".venv" / "bin" / "python")
    path = f"{tmp_path}:/usr/bin:/bin"
    result = subprocess.run(
        [ROOT / "scripts" / "python.sh", "-c", "import sys; print(sys.version_info >= (3, 11))"],
        env={"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.stdout.strip() == "True"


def test_the_image_gets_every_package_that_the_settings_name():
    from django.conf import settings

    ours = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    copied = set(re.findall(r"^COPY (\w+) \w+$", (ROOT / "Dockerfile").read_text(), re.M))
    kept = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.M))
    assert ours <= copied
    assert ours <= kept
