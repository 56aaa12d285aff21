"""What the demo keeps between starts, what it refuses, and how it tells of its progress."""

import io
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.demo.__main__ import web_port
from scripts.demo.keys import keys_kept
from scripts.demo.place import Refused
from scripts.demo.screen import screen
from scripts.ports import free_port, port_is_free
from scripts.progress import Progress, fraction_in
from scripts.servers.postgres import Postgres
from scripts.state import State
from xlcfi.api.keys import signing_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def no_secret_given(monkeypatch):
    monkeypatch.delenv("INTERNAL_JWT_SECRET", raising=False)


def test_secrets_are_made_once_kept_and_readable_by_their_owner_only(tmp_path, no_secret_given):
    path = tmp_path / "keys.json"
    first = keys_kept(path)
    assert keys_kept(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(signing_key(first.jwt, encoding="base64")) == 64
    assert not first.jwt_is_given


def test_a_secret_from_the_environment_is_used_and_never_written(tmp_path, monkeypatch):
    given = "Z2l2ZW4=" * 12
    monkeypatch.setenv("INTERNAL_JWT_SECRET", given)
    keys = keys_kept(tmp_path / "keys.json")
    assert keys.jwt == given
    assert given not in (tmp_path / "keys.json").read_text()
    assert given not in screen(port=8000, keys=keys, admin="admin", token="t", kafka=False)


def test_the_screen_shows_addresses_login_secret_and_a_curl_line(tmp_path, no_secret_given):
    keys = keys_kept(tmp_path / "keys.json")
    text = screen(port=8010, keys=keys, admin="admin", token="abc.def.ghi", kafka=False)
    for needed in (
        "http://127.0.0.1:8010/v1/docs", "http://127.0.0.1:8010/admin/", f"admin / {keys.admin_password}",
        "/health/ready", "/metrics", keys.jwt, "-H 'X-Internal-Token: abc.def.ghi'",
    ):  # fmt: skip
        assert needed in text


def test_a_port_that_is_taken_is_refused_by_its_number(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        monkeypatch.setenv("PORT", str(taken))
        assert not port_is_free(taken)
        with pytest.raises(Refused, match=str(taken)):
            web_port()
        assert free_port(taken) != taken


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80 00"])
def test_a_port_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Refused, match="1 to 65535"):
        web_port()


def test_a_second_demo_in_the_same_folder_is_refused_until_the_first_ends(tmp_path):
    take = (
        "import sys; from pathlib import Path; from scripts.demo import place;"
        f"place.LOCK = Path({str(tmp_path / 'var' / 'demo.lock')!r});"
        "exec('try:\\n place.lock_take()\\nexcept place.Refused as e:\\n sys.exit(str(e))');"
        "print('mine', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", take]
    environment = {name: value for name, value in os.environ.items() if name != "DEMO_LOCK_FD"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment, "cwd": ROOT}
    with subprocess.Popen(command, **pipes) as first:
        assert first.stdout.readline() == "mine\n"
        second = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        assert second.returncode == 1
        assert f"process {first.pid}" in second.stderr
        first.kill()
    third = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert third.stdout == "mine\n", "a killed demo must leave no lock"


def test_a_pid_file_of_a_server_that_died_is_removed_though_its_number_lives(tmp_path):
    server = Postgres(programs=tmp_path, folder=tmp_path, port=1)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("16\n")
    pid_file = server.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{server.data}\n")
    server.prepare()
    assert not pid_file.exists()


def test_a_broken_state_file_is_an_empty_state(tmp_path):
    path = tmp_path / "state.json"
    path.write_text('{"marks": {"web": {"pid": 1}')
    assert State.read(path) == State(path=path)


@pytest.mark.parametrize(
    ("line", "fraction"),
    [
        ("orders: 37% done", 0.37),
        ("ledger 1,200/3,000", 0.4),
        ("applying 12.5 %", 0.12),
        ("people: 778 checked", None),
        ("0/0 rows", None),
        ("140%", 1.0),
    ],
)
def test_what_a_program_says_about_its_progress_is_understood(line, fraction):
    assert fraction_in(line) == fraction


def test_without_a_terminal_progress_is_plain_lines():
    out = io.StringIO()
    progress = Progress(total=2, out=out)
    progress.step("Market")
    progress.update(0.5, "orders")
    progress.done("3 rows")
    progress.step("Web")
    progress.failed()
    progress.failed("nothing is open any more")
    lines = out.getvalue().splitlines()
    assert [line.split(" (")[0] for line in lines] == [
        "[1/2] Market ...", "[1/2] Market ok, 3 rows", "[2/2] Web ...", "[2/2] Web failed",
    ]  # fmt: skip
    assert "\x1b" not in out.getvalue()
    assert "\r" not in out.getvalue()
