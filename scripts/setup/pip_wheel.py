"""Gets pip's own wheel from the package index, for a Python without `ensurepip` (Debian without python3-venv)."""

import configparser
import hashlib
import json
import os
import re
import ssl
import sys
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

WHEEL = "-py3-none-any.whl"


class NoPip(Exception):
    """The index did not offer a usable wheel of pip; the message says what was asked."""


def pip_setting(name: str, default: str) -> str:
    """A pip setting as pip itself would read it: the environment first, then its configuration files."""
    if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
        return value
    parser = configparser.ConfigParser(interpolation=None)
    home = Path.home()
    parser.read(
        [
            "/etc/pip.conf",
            home / ".pip" / "pip.conf",
            Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip" / "pip.conf",
            os.environ.get("PIP_CONFIG_FILE", os.devnull),
        ]
    )
    return parser.get("global", name, fallback=default)


class _Links(HTMLParser):
    """Every href of a simple-index page in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def _version(file_name: str) -> tuple[int, ...]:
    """`pip-24.3.1-py3-none-any.whl` -> (24, 3, 1); pre-releases and anything odd -> ()."""
    parts = file_name.removeprefix("pip-").removesuffix(WHEEL).split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def _runs_here(requires: str) -> bool:
    """False when `requires` (">=3.12") asks for a newer Python than this one."""
    least = re.search(r">=\s*3\.(\d+)", requires)
    return least is None or sys.version_info[1] >= int(least[1])


def _offers(page: str, body: bytes, content_type: str) -> dict[str, tuple[str, str]]:
    """File name -> (address, sha256 or '') of one project's page, JSON (PEP 691) or HTML (PEP 503)."""
    if "json" in content_type:
        files = json.loads(body)["files"]
        return {
            file["filename"]: (urljoin(page, file["url"]), file.get("hashes", {}).get("sha256", ""))
            for file in files
            if not file.get("yanked") and _runs_here(file.get("requires-python") or "")
        }
    links = _Links()
    links.feed(body.decode("utf-8", "replace"))
    offers = {}
    for href in links.hrefs:
        address, fragment = urldefrag(urljoin(page, href))
        offers[address.rpartition("/")[2]] = (address, fragment.removeprefix("sha256="))
    return offers


def pip_wheel_fetch(folder: Path) -> Path:
    """Download the newest released wheel of pip into `folder`, checked against the index's sha256.

    Raises NoPip when the index cannot be reached or offers none.
    """
    index = pip_setting("index-url", "https://pypi.org/simple").rstrip("/")
    certificates = pip_setting("cert", "") or None
    context = ssl.create_default_context(cafile=certificates)
    page = f"{index}/pip/"
    request = urllib.request.Request(
        page, headers={"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.5", "User-Agent": "pip-bootstrap"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            offers = _offers(answer.geturl(), answer.read(), answer.headers.get("Content-Type", ""))
        names = [name for name in offers if name.startswith("pip-") and name.endswith(WHEEL) and _version(name)]
        if not names:
            raise NoPip(f"{page} offers no wheel of pip")
        name = max(names, key=_version)
        address, sha256 = offers[name]
        with urllib.request.urlopen(address, timeout=120, context=context) as answer:
            content = answer.read()
    except OSError as error:
        raise NoPip(f"{page} could not be read: {error}") from error
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise NoPip(f"{name} does not have the sha256 that the index names")
    path = folder / name
    path.write_bytes(content)
    return path
