"""The lists in the docs are those of the code."""

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from xlcfi.env import SETTINGS
from xlcfi.errors import every_error
from xlcfi.events.registry import discover, groups
from xlcfi.observability.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]


def table(document):
    """The cells of every table row of a document, without the header rows."""
    rows = []
    for line in (ROOT / document).read_text().splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif rows and set(line) <= set("|-: ") and line:
            rows.pop()  # what stood above the rule was the header
    return rows


def names(document, column=0):
    return [name for row in table(document) for name in re.findall(r"`([^`]+)`", row[column])]


def test_every_setting_is_documented_with_its_default_and_no_other():
    documented = {row[0].strip("`"): row for row in table("docs/settings.md")}
    assert set(documented) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        default = "" if setting.default is None else setting.default
        assert documented[setting.name][2].strip("`") == (default or ("none" if setting.default is None else "empty"))


def test_every_error_code_is_documented_with_its_status_and_no_other():
    documented = {(row[0].strip("`"), int(row[1])) for row in table("docs/errors.md")}
    assert documented == {(kind.code, kind.http_status) for kind in every_error()}


def test_every_metric_is_documented_with_its_type_labels_and_meaning_in_order_and_no_other():
    documented = [
        (row[0].strip("`"), row[1], tuple(re.findall(r"`(\w+)`", row[2])), row[3]) for row in table("docs/metrics.md")
    ]
    assert documented == [(spec.name, spec.type, spec.labels, spec.help) for spec in METRICS]


def test_every_setting_that_the_gateways_page_names_exists():
    named = set(re.findall(r"`([A-Z][A-Z_]{5,})`", (ROOT / "docs/gateway.md").read_text()))
    assert {"TRUSTED_GATEWAY_CIDRS", "LEGACY_OPEN_CIDRS", "GATEWAY_MARKER_HEADERS"} <= named
    assert named <= {setting.name for setting in SETTINGS} | {"SELLER"}


def test_every_topic_that_is_read_is_documented_with_its_groups_and_no_other():
    discover()
    read = {(str(kind), group.name) for group in groups().values() for kind in group.kinds}
    assert {(row[0].strip("`"), row[1].strip("`")) for row in table("docs/topics.md")} == read


def routes():
    found = set()

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                found.add("/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route))
            elif not str(pattern.pattern).startswith("admin/"):
                walk(pattern.url_patterns, route)

    walk(get_resolver().url_patterns, "")
    return {route for route in found if not route.startswith("/api/v1")}


def test_every_endpoint_is_documented_and_no_other():
    assert {name.split(" ")[1] for name in names("docs/endpoints.md")} == routes()


@pytest.mark.parametrize("requirements", ["requirements.txt", "requirements-demo.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned_and_its_reason_documented(requirements):
    lines = [line.strip() for line in (ROOT / requirements).read_text().splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "-r"))]
    assert lines
    documented = set(names("docs/dependencies.md"))
    for line in lines:
        name, _, version = line.partition("==")
        assert version, f"{name} is not pinned"
        assert name.split("[")[0] in documented, f"{name} is not in docs/dependencies.md"
