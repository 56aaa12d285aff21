"""Start-up checks."""

import pytest

from xlcfi import checks
from xlcfi.env_kinds import networks


def ids(found):
    """The identifiers of what a check found."""
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("trusted", "opened", "expected"),
    [
        ("10.1.0.0/16", "10.1.2.0/24", ["xlcfi.E001"]),
        ("10.1.0.0/16", "10.2.0.0/16", []),
        ("10.1.0.0/16", "fd00::/8", []),
        ("", "", []),
    ],
)
def test_the_gateways_addresses_and_the_open_ones_are_apart(settings, trusted, opened, expected):
    settings.TRUSTED_GATEWAY_CIDRS, settings.LEGACY_OPEN_CIDRS = networks().parse(trusted), networks().parse(opened)
    assert ids(checks.gateway_and_open_addresses_are_apart(None)) == expected


def test_the_gateway_can_be_recognised(settings):
    assert ids(checks.gateway_is_recognised(None)) == []
    settings.GATEWAY_MARKER_HEADERS = []
    assert ids(checks.gateway_is_recognised(None)) == ["xlcfi.E002"]


def test_a_wide_network_is_warned_of(settings):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("10.0.0.0/8,10.1.0.0/16,127.0.0.0/8")
    assert ids(checks.trusted_networks_are_narrow(None)) == ["xlcfi.W001"]


def test_every_view_says_who_may_come_in():
    assert ids(checks.every_view_says_who_may_come_in(None)) == []
