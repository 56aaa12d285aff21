"""The environment: what is read, what is refused, and how that is said."""

import base64
import os
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from xlcfi.env import SETTINGS, EnvironmentRefused, environment
from xlcfi.env_kinds import database_parts
from xlcfi.env_settings import DESK_JWT_SECRET, DESK_SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = base64.b64encode(bytes(range(64))).decode()
PRODUCTION = {
    "DEPLOYMENT": "production",
    "SECRET_KEY": "8fJ2-kq0Zr_vXw51LmTeB7yUoNcPdSgHaQi4KzMxRbEuVn9s3t",
    "ALLOWED_HOSTS": "data.example.com",
    "DATABASE_URL": "postgres://xlcfi:Zk83-hfQ@db.internal:5432/xlcfi",
    "REDIS_URL": "redis://cache.internal:6379/0",
    "INTERNAL_JWT_SECRET": GOOD_KEY,
}
REQUIRED = ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "INTERNAL_JWT_SECRET"]


def problems(source):
    """What is said about an environment that is refused, a line for each problem."""
    with pytest.raises(EnvironmentRefused) as refused:
        environment(source)
    return refused.value.problems


def test_a_complete_environment_is_read():
    values = environment(PRODUCTION)
    assert values["DEBUG"] is False
    assert values["ALLOWED_HOSTS"] == ["data.example.com"]
    assert values["RATE_LIMIT_PER_MINUTE"] == 100
    assert values["KAFKA_BOOTSTRAP_SERVERS"] == []
    assert values["INTERNAL_JWT_KEYS"] == (bytes(range(64)),)


def test_every_setting_of_the_list_is_read_and_each_is_described():
    assert {setting.name for setting in SETTINGS} <= set(environment(PRODUCTION))
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.doc.endswith(".") and setting.looks_like for setting in SETTINGS)


def test_an_empty_environment_counts_as_production_and_names_all_that_is_missing():
    said = problems({})
    assert [line.split()[0] for line in said] == REQUIRED
    assert all("It should be" in line for line in said)


@pytest.mark.parametrize("deployment", ["development", "test"])
def test_a_machine_of_ones_own_needs_nothing_else(deployment):
    assert environment({"DEPLOYMENT": deployment})["SECRET_KEY"] == DESK_SECRET_KEY


def test_an_empty_variable_counts_as_not_set():
    assert (
        environment(PRODUCTION | {"RATE_LIMIT_PER_MINUTE": "", "LEGACY_OPEN_CIDRS": " "})["RATE_LIMIT_PER_MINUTE"]
        == 100
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEPLOYMENT", "staging"),
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "mysql://u:p@h/db"),
        ("DATABASE_URL", "postgres://u:p@h:99999/db"),
        ("DATABASE_URL", "postgres://u:p@h:x/db"),
        ("DATABASE_URL", "postgres://u:p@h"),
        ("DATABASE_URL", "postgres:///db"),
        ("DATABASE_URL", "postgres://h/db?x"),
        ("REDIS_URL", "http://h"),
        ("REDIS_URL", "redis://"),
        ("KAFKA_BOOTSTRAP_SERVERS", "broker"),
        ("KAFKA_BOOTSTRAP_SERVERS", "broker:0"),
        ("KAFKA_BOOTSTRAP_SERVERS", "broker:9092,other:x"),
        ("TRUSTED_GATEWAY_CIDRS", "10.0.0.1/8"),
        ("TRUSTED_GATEWAY_CIDRS", "gateway"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("RATE_LIMIT_PER_MINUTE", "ten"),
        ("RATE_LIMIT_PER_MINUTE", "1e3"),
        ("JAVA_PRODUCT_SERVICE_URL", "product-service:8080"),
        ("JAVA_JSON_NAMING", "kebab"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example.com/path"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("INTERNAL_JWT_SECRET_ENCODING", "hex"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_named_with_what_it_should_look_like(name, value):
    [line] = problems(PRODUCTION | {name: value})
    assert line.startswith(f"{name} ")
    assert "It should be" in line


def test_all_problems_are_said_at_once():
    said = problems(PRODUCTION | {"REDIS_URL": "", "LOG_LEVEL": "LOUD", "DEBUG": "true"})
    assert [line.split()[0] for line in said] == ["REDIS_URL", "LOG_LEVEL", "DEBUG"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "data.example.com,*"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", DESK_SECRET_KEY),
        ("SECRET_KEY", "django-insecure-8fJ2-kq0Zr_vXw51LmTeB7yUoNcPdSgHaQi4KzMx"),
        ("SECRET_KEY", "a" * 60),
        ("INTERNAL_JWT_SECRET", DESK_JWT_SECRET),
        ("INTERNAL_JWT_SECRET", base64.b64encode(b"changeme" * 10).decode()),
        ("INTERNAL_JWT_SECRET_PREVIOUS", base64.b64encode(b"a" * 64).decode()),
        ("INTERNAL_SHARED_SECRET", "secret"),
        ("DATABASE_URL", "postgres://postgres:postgres@db/xlcfi"),
        ("TRUSTED_GATEWAY_CIDRS", "0.0.0.0/0"),
        ("LEGACY_OPEN_CIDRS", "10.0.0.0/8,::/0"),
    ],
)
def test_production_does_not_start_with_what_is_unsafe(name, value):
    [line] = problems(PRODUCTION | {name: value})
    assert name in line


@pytest.mark.parametrize("deployment", ["production", "development", "test"])
@pytest.mark.parametrize(
    ("secret", "encoding"),
    [("k1B" * 21, "raw"), ("k1B" * 21, "base64"), (base64.b64encode(bytes(range(63))).decode(), "base64")],
)
def test_a_secret_of_63_bytes_stops_the_start_everywhere(deployment, secret, encoding):
    changed = {"DEPLOYMENT": deployment, "INTERNAL_JWT_SECRET": secret, "INTERNAL_JWT_SECRET_ENCODING": encoding}
    [line] = problems(PRODUCTION | changed)
    assert line.startswith("INTERNAL_JWT_SECRET ")
    assert "512" in line


def test_a_secret_is_never_repeated_in_what_is_said():
    said = "\n".join(
        problems(PRODUCTION | {"DATABASE_URL": "mysql://u:hidden-word@h/db", "INTERNAL_JWT_SECRET": "hidden-word"})
    )
    assert "hidden-word" not in said


def test_networks_are_read_in_both_families_and_single_addresses_too():
    values = environment(PRODUCTION | {"TRUSTED_GATEWAY_CIDRS": "10.0.0.0/8, 192.168.1.7,fd00::/8"})
    assert values["TRUSTED_GATEWAY_CIDRS"] == (
        ip_network("10.0.0.0/8"),
        ip_network("192.168.1.7"),
        ip_network("fd00::/8"),
    )


def test_the_previous_secret_comes_second():
    other = base64.b64encode(bytes(range(64, 128))).decode()
    keys = environment(PRODUCTION | {"INTERNAL_JWT_SECRET_PREVIOUS": other})["INTERNAL_JWT_KEYS"]
    assert keys == (bytes(range(64)), bytes(range(64, 128)))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://me:pa%40ss@db:5433/shop", ("shop", "me", "pa@ss", "db", "5433", {})),
        ("postgresql://me@db/shop?sslmode=require", ("shop", "me", "", "db", "", {"sslmode": "require"})),
        ("postgres://me@/shop?host=/run/postgresql", ("shop", "me", "", "/run/postgresql", "", {})),
        ("postgres://me@[::1]:5432/shop", ("shop", "me", "", "::1", "5432", {})),
        ("postgres://%2Frun%2Fpg/shop", ("shop", "", "", "/run/pg", "", {})),
    ],
)
def test_a_database_url_is_taken_apart(url, expected):
    parts = database_parts(url)
    assert tuple(parts[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")) == expected


def run(*arguments, **environ):
    """A Python of its own at the root of the project, with nothing else in its environment."""
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "xlcfi.settings"} | environ
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60)


def test_a_command_without_its_environment_ends_with_the_names_and_no_traceback():
    done = run("manage.py", "check")
    assert done.returncode == 2
    assert all(name in done.stderr for name in REQUIRED)
    assert "Traceback" not in done.stderr


def test_the_server_without_its_environment_ends_with_the_code_that_stops_gunicorn():
    done = run("-c", "import xlcfi.wsgi")
    assert done.returncode == 3
    assert all(name in done.stderr for name in REQUIRED)
    assert "Traceback" not in done.stderr


def test_a_production_environment_starts_and_leaves_the_demo_out():
    code = "import django; django.setup(); from django.apps import apps; print(apps.is_installed('xlcfi.demo'))"
    done = run("-c", code, **PRODUCTION)
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_an_internal_token_can_be_printed():
    done = run("manage.py", "internal_token", "--header", DEPLOYMENT="development")
    assert done.stdout.startswith("X-Internal-Token: ey")
