"""The virtual environment: when there is nothing to do, and pip for a Python that came without."""

import hashlib
import http.server
import json
import threading

import pytest

from scripts.setup.pip_wheel import NoPip, pip_setting, pip_wheel_fetch
from scripts.setup.stamps import Stamps, included_files

WHEEL = b"not really a zip file"


@pytest.fixture
def place(tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    (tmp_path / "base.txt").write_text("django==5.2\n")
    (tmp_path / "demo.txt").write_text("-r base.txt\nredislite==6\n")
    (tmp_path / "dev.txt").write_text("# tools\n-r demo.txt\nruff\n")
    return tmp_path


def test_included_requirement_files_are_found_all_the_way_down(place):
    assert [path.name for path in included_files(place / "dev.txt")] == ["dev.txt", "demo.txt", "base.txt"]


def test_after_the_development_packages_the_demo_has_nothing_to_install(place):
    stamps = Stamps(place / ".venv")
    assert not stamps.holds(place / "demo.txt")
    stamps.record(place / "dev.txt")
    assert stamps.holds(place / "dev.txt")
    assert stamps.holds(place / "demo.txt")


def test_a_change_in_an_included_file_installs_again(place):
    stamps = Stamps(place / ".venv")
    stamps.record(place / "demo.txt")
    (place / "base.txt").write_text("django==5.3\n")
    assert not stamps.holds(place / "demo.txt")


def test_a_checkout_that_was_moved_installs_again(place):
    Stamps(place / ".venv").record(place / "demo.txt")
    moved = place.rename(place.with_name("moved"))
    assert not Stamps(moved / ".venv").holds(moved / "demo.txt")


def test_an_environment_whose_python_is_gone_installs_again(place):
    stamps = Stamps(place / ".venv")
    stamps.record(place / "demo.txt")
    (place / ".venv" / "bin" / "python").unlink()
    assert not stamps.holds(place / "demo.txt")


def test_a_broken_note_installs_again(place):
    stamps = Stamps(place / ".venv")
    stamps.path.write_text('{"demo.txt": ')
    assert not stamps.holds(place / "demo.txt")


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index on loopback; `pages` maps a path to (content type, body)."""
    pages: dict[str, tuple[str, bytes]] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            kind, body = pages.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    monkeypatch.delenv("PIP_CERT", raising=False)
    pages["/files/pip-24.2-py3-none-any.whl"] = ("application/zip", WHEEL)
    yield pages
    server.shutdown()
    server.server_close()


def json_page(*names: str, sha256: str = hashlib.sha256(WHEEL).hexdigest()) -> tuple[str, bytes]:
    files = [{"filename": name, "url": f"/files/{name}", "hashes": {"sha256": sha256}} for name in names]
    return "application/vnd.pypi.simple.v1+json", json.dumps({"files": files}).encode()


def test_the_newest_release_of_pip_is_taken_and_no_pre_release(index, tmp_path):
    index["/simple/pip/"] = json_page(
        "pip-9.0.3-py3-none-any.whl", "pip-24.2-py3-none-any.whl", "pip-25.0b1-py3-none-any.whl", "pip-26.0.tar.gz"
    )
    wheel = pip_wheel_fetch(tmp_path)
    assert wheel.name == "pip-24.2-py3-none-any.whl"
    assert wheel.read_bytes() == WHEEL


def test_an_index_that_speaks_html_only_serves_as_well(index, tmp_path):
    sha256 = hashlib.sha256(WHEEL).hexdigest()
    link = f'<a href="../../files/pip-24.2-py3-none-any.whl#sha256={sha256}">pip</a>'
    index["/simple/pip/"] = ("text/html", link.encode())
    assert pip_wheel_fetch(tmp_path).read_bytes() == WHEEL


def test_a_wheel_that_is_not_what_the_index_names_is_refused(index, tmp_path):
    index["/simple/pip/"] = json_page("pip-24.2-py3-none-any.whl", sha256="0" * 64)
    with pytest.raises(NoPip, match="sha256"):
        pip_wheel_fetch(tmp_path)
    assert not list(tmp_path.glob("*.whl"))


def test_an_index_without_pip_is_named_in_the_refusal(index, tmp_path):
    with pytest.raises(NoPip, match="/simple/pip/"):
        pip_wheel_fetch(tmp_path)


def test_pip_settings_come_from_the_environment_before_the_files(tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = http://from-file/simple\ncert = /from/file.pem\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_INDEX_URL", "http://from-environment/simple")
    monkeypatch.delenv("PIP_CERT", raising=False)
    assert pip_setting("index-url", "") == "http://from-environment/simple"
    assert pip_setting("cert", "") == "/from/file.pem"
    assert pip_setting("trusted-host", "none") == "none"
