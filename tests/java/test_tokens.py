"""The internal token between real jjwt, 0.11 and 0.12, and us."""

import base64
import hashlib
import http.client

import pytest

from tests.flow.processes import environment
from tests.java.program import Refused
from xlcfi.api.keys import signing_key
from xlcfi.api.tokens import internal_token_check
from xlcfi.errors import NotAuthenticated
from xlcfi.upstream.credentials import TokenKeeper

pytestmark = pytest.mark.django_db  # the server's database is the tests'


def secret_of(seed, size=64):
    """A secret as `openssl rand -base64` makes one, the same in every run."""
    key = b"".join(hashlib.sha512(f"{seed} {number}".encode()).digest() for number in range(3))[:size]
    return base64.b64encode(key).decode()


SECRET, PREVIOUS, STRANGE = secret_of("now"), secret_of("before"), secret_of("nobody's")
# As a Java service means it when nothing else is said.
USUAL = {
    "subject": "internal-service",
    "role": "INTERNAL_SERVICE",
    "issued": 0,
    "expires": 3600,
    "algorithm": "HS512",
    "encoding": "base64",
    "secret": SECRET,
}


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The real server, as it starts in production, with the secrets of these tests; its port."""
    from tests.api.real_server import gunicorn

    with django_db_blocker.unblock():
        given = environment(
            DJANGO_SETTINGS_MODULE="tests.settings", INTERNAL_JWT_SECRET=SECRET, INTERNAL_JWT_SECRET_PREVIOUS=PREVIOUS
        )
    with gunicorn(**given) as port:
        yield port


def status(port, headers):
    """What the dashboard's path answers to these headers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/v1/analytics/dashboard?period=day", headers=headers)
        return line.getresponse().status
    finally:
        line.close()


@pytest.mark.parametrize(
    "changed",
    [{}, {"role": "SERVICE"}, {"secret": PREVIOUS}, {"secret": SECRET.rstrip("=")}, {"secret": f" {SECRET}\n"}],
    ids=["current", "older role", "secret before the rotation", "secret without padding", "secret with blanks"],
)
def test_a_token_of_a_java_service_opens_the_api(site, jjwt, changed):
    token = jjwt.ask("mint", **USUAL | changed)
    assert status(site, {"X-Internal-Token": token}) == 200
    assert status(site, {"Authorization": f"Bearer {token}"}) == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"issued": -7200, "expires": -3600},
        {"algorithm": "HS256"},
        {"algorithm": "HS384"},
        {"secret": STRANGE},
        {"encoding": "raw"},
        {"encoding": "none"},
        {"role": "BUYER"},
        {"role": None},
        {"subject": "42"},
        {"expires": None},
        {"issued": None},
        {"issued": 600, "expires": 4200},
        {"expires": 30 * 24 * 3600},
    ],
    ids=str,
)
def test_a_token_that_no_service_should_have_is_refused(site, jjwt, changed):
    token = jjwt.ask("mint", **USUAL | changed)
    assert status(site, {"X-Internal-Token": token}) == 401
    assert status(site, {"Authorization": f"Bearer {token}"}) == 401


def test_a_token_with_one_changed_letter_is_refused(site, jjwt):
    head, body, signature = jjwt.ask("mint", **USUAL).split(".")
    other = "A" if signature[0] != "A" else "B"
    assert status(site, {"X-Internal-Token": f"{head}.{body}.{other}{signature[1:]}"}) == 401


def test_a_secret_that_java_takes_as_bytes_is_understood_when_the_setting_says_so(jjwt, settings):
    token = jjwt.ask("mint", **USUAL | {"encoding": "raw"})
    settings.INTERNAL_JWT_KEYS = (signing_key(SECRET, encoding="raw"),)
    internal_token_check(token)
    settings.INTERNAL_JWT_KEYS = (signing_key(SECRET, encoding="base64"),)
    with pytest.raises(NotAuthenticated):
        internal_token_check(token)


def test_java_accepts_our_token_and_reads_the_same_claims(jjwt, settings):
    settings.INTERNAL_JWT_KEYS = (signing_key(SECRET, encoding="base64"),)
    claims = jjwt.ask("verify", token=TokenKeeper().token(), secret=SECRET)
    assert claims["expires"] - claims["issued"] == 3600
    assert (claims["algorithm"], claims["subject"], claims["role"]) == ("HS512", "internal-service", "INTERNAL_SERVICE")


def test_java_refuses_our_token_under_another_secret(jjwt, settings):
    settings.INTERNAL_JWT_KEYS = (signing_key(SECRET, encoding="base64"),)
    with pytest.raises(Refused, match="SignatureException"):
        jjwt.ask("verify", token=TokenKeeper().token(), secret=STRANGE)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        secret_of("longer", 96),
        secret_of("one over", 65),
        secret_of("two over", 66),
        secret_of("one over", 65).rstrip("="),
        secret_of("two over", 66).rstrip("="),
        f"\n {SECRET} \n",
        f"'{SECRET}'",
        # 86 characters and then 87 and 88: what is left of a secret that was cut.
        secret_of("longer", 96)[:86],
        secret_of("longer", 96)[:87],
        secret_of("longer", 96)[:88],
    ],
)
def test_we_see_the_same_key_in_a_configured_secret_as_java(jjwt, text):
    assert signing_key(text, encoding="base64").hex() == jjwt.ask("key", secret=text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        secret_of("short", 63),
        SECRET[:85],
        SECRET[:40] + "-" + SECRET[41:],
        SECRET[:40] + " " + SECRET[40:],
        SECRET[:40] + "\n" + SECRET[40:],
    ],
)
def test_we_refuse_the_secrets_that_java_refuses(jjwt, text):
    with pytest.raises(Refused):
        jjwt.ask("key", secret=text)
    with pytest.raises(ValueError, match=r"key|base64"):
        signing_key(text, encoding="base64")
