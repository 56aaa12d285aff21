"""Whole consumers in processes of their own: what they tell of their health, and how they end."""

import contextlib
import json
import os
import signal
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
from django.db import connection, connections
from kafka import KafkaAdminClient, KafkaProducer

from tests.api.real_server import Line
from tests.events.kafka import send, servers, topics_of_its_own
from tests.events.private_kafka import private_kafka
from tests.events.samples import payment
from tests.flow.processes import Running, database_url, wait_for
from tests.observability.servers import free_port
from xlcfi.events.models import Inbox

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "analytics-payment"


@pytest.fixture(autouse=True)
def _a_broker():
    servers()


@contextlib.contextmanager
def consumer(prefix, *args, **environment):
    running = Running(prefix, *args, module="tests.events.consume_with_prefix", **environment)
    try:
        yield running
    except BaseException:
        print(running.output[-4000:])
        raise
    finally:
        running.kill()


def asked(port, path):
    """Status and body; (0, "") while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def ready(port):
    status, body = asked(port, "health/ready")
    told = json.loads(body or "{}")
    return status, told.get("data") or (told.get("error") or {}).get("details") or {}


def event(number):
    return json.dumps(payment(eventId=f"p{number}", orderId=number)).encode()


def inbox():
    return Inbox.objects.filter(group="analytics-payment-group").count()


def test_a_consumer_is_ready_except_while_postgresql_is_away_and_its_lag_is_told():
    database = connection.settings_dict
    line = Line((database["HOST"] or "127.0.0.1", int(database["PORT"] or 5432)))
    port = free_port()
    with topics_of_its_own(["payment.completed"]) as prefix:
        topic = f"{prefix}.payment.completed"
        send(topic, [event(1)])
        with consumer(prefix, NAME, METRICS_PORT=str(port), DATABASE_URL=database_url(line.port)) as running:
            wait_for(lambda: ready(port)[0] == 200 and inbox() == 1)
            told = ready(port)[1]
            assert told["consumers"][NAME]["state"] == "assigned"
            assert told["consumers"][NAME]["partitions"] == 1
            assert told["checks"]["kafka"]["required"] is True
            series = f'{{group="analytics-payment-group",partition="0",topic="{topic}"}}'
            wait_for(lambda: f"analytics_event_lag{series} 0.0" in asked(port, "metrics")[1], seconds=10)
            assert f'analytics_consumer_up{{consumer="{NAME}"}} 1.0' in asked(port, "metrics")[1]
            line.cut()
            send(topic, [event(2), event(3)])
            wait_for(lambda: ready(port)[0] == 503, seconds=10)
            assert asked(port, "health/live")[0] == 200
            wait_for(lambda: f"analytics_event_lag{series} 2.0" in asked(port, "metrics")[1], seconds=20)
            line.mend()
            wait_for(lambda: ready(port)[0] == 200 and inbox() == 3)
            wait_for(lambda: f"analytics_event_lag{series} 0.0" in asked(port, "metrics")[1], seconds=10)
            assert running.end() == 0
    line.cut()


def test_one_that_had_to_stop_is_named_the_other_goes_on_and_the_exit_code_is_1(tmp_path):
    port, file = free_port(), tmp_path / "health"
    with (
        topics_of_its_own(["payment.completed", "review.created"]) as prefix,
        consumer(
            prefix,
            *(NAME, "ml-review", "--health-file", file),
            METRICS_PORT=str(port),
            PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "metrics"),
            CONSUMER_UNREADABLE_LIMIT="1",
        ) as running,
    ):
        wait_for(lambda: ready(port)[0] == 200)
        assert set(ready(port)[1]["consumers"]) == {NAME, "ml-review"}
        send(f"{prefix}.payment.completed", [b"not json", b"not json either"])
        wait_for(lambda: ready(port)[0] == 503, seconds=20)
        told = ready(port)[1]["consumers"]
        assert (told[NAME]["state"], told[NAME]["ready"]) == ("stopped", False)
        assert "too many events that can't be read" in told[NAME]["reason"]
        assert told["ml-review"]["ready"] is True
        assert asked(port, "health/live")[0] == 200
        text = asked(port, "metrics")[1]
        assert f'analytics_consumer_up{{consumer="{NAME}"}} 0.0' in text
        assert 'analytics_consumer_up{consumer="ml-review"} 1.0' in text
        touched = file.stat().st_mtime_ns
        wait_for(lambda: file.stat().st_mtime_ns > touched, seconds=10)
        assert running.end() == 1


def test_told_to_end_while_postgresql_holds_its_batch_it_leaves_and_nothing_is_lost_or_doubled():
    with topics_of_its_own(["payment.completed"]) as prefix:
        topic = f"{prefix}.payment.completed"
        send(topic, [event(1)])
        with consumer(prefix, NAME) as running:
            wait_for(lambda: inbox() == 1)
            with held("events_inbox"):
                send(topic, [event(2), event(3)])
                wait_for(lambda: waiting_for("events_inbox"), seconds=20)
                running.process.send_signal(signal.SIGTERM)
                assert running.process.wait(timeout=10) == 0
        members = KafkaAdminClient(bootstrap_servers=servers())
        about = members.describe_groups([f"{prefix}.analytics-payment-group"])
        members.close()
        assert [len(group["members"]) for group in about.values()] == [0]
        with consumer(prefix, NAME) as running:
            wait_for(lambda: inbox() == 3)
            assert running.end() == 0


@contextlib.contextmanager
def held(table):
    """Nobody else can use `table`: what a migration or a VACUUM FULL does."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"LOCK TABLE {table}")
        yield
    finally:
        other.close()


def waiting_for(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
        return cursor.fetchone()[0]


def test_told_to_end_while_the_broker_hangs_or_is_gone_it_ends_in_time_with_0(tmp_path):
    with private_kafka(tmp_path) as broker:
        producer = KafkaProducer(bootstrap_servers=broker.bootstrap)
        for fault, number in ((broker.freeze, 1), (broker.kill, 2)):
            prefix = f"test-{uuid.uuid4().hex[:8]}"
            with consumer(prefix, NAME, KAFKA_BOOTSTRAP_SERVERS=broker.bootstrap) as running:
                producer.send(f"{prefix}.payment.completed", value=event(number), partition=0).get(timeout=20)
                wait_for(lambda number=number: inbox() == number)
                fault()
                # It polls every half second: let it run into the fault.
                time.sleep(1)
                running.process.send_signal(signal.SIGTERM)
                assert running.process.wait(timeout=10) == 0
            if fault == broker.freeze:
                broker.thaw()
        producer.close(timeout=1)


def test_the_signs_of_life_are_of_this_container_only_and_its_files_are_gone_with_it(tmp_path):
    with topics_of_its_own(["payment.completed"]) as prefix:
        port, made = free_port(), tmp_path / "tmp"
        made.mkdir()
        with consumer(prefix, NAME, METRICS_PORT=str(port), TMPDIR=str(made)) as running:
            wait_for(lambda: ready(port)[0] == 200)
            assert [path.name for path in made.glob("*/*.json")] == [f"consumer_{NAME}.json"]
            assert running.end() == 0
        assert list(Path(made).iterdir()) == []
        assert not os.listdir(made)
