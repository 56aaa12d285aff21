"""What every source of records must do; the fake, the file and Kafka pass the same tests."""

import gzip
import json
import uuid

import pytest

from tests.events.kafka import send, topic_of_its_own
from tests.events.samples import payment, record
from xlcfi.events.file_source import FileSource
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.source import MemorySource, SourceBroken


def drained(source, *, at_least=0, rounds=60):
    """All records that come until `at_least` have, or until a poll stays empty."""
    found = []
    for _ in range(rounds):
        got = source.poll(0.3)
        found += got
        if not got and len(found) >= at_least:
            break
    return found


class SourceContract:
    """`make_source()` opens the same records again as the same reader; `fill(values)` puts records there first."""

    def fill(self, values):
        raise NotImplementedError

    def make_source(self):
        raise NotImplementedError

    def test_records_come_in_order_with_their_bytes(self):
        self.fill([b'{"a":1}', '김치 "x"'.encode(), None, b'{"a":2}'])
        source = self.make_source()
        found = drained(source, at_least=4)
        source.close()
        assert [each.value for each in found] == [b'{"a":1}', '김치 "x"'.encode(), None, b'{"a":2}']
        assert len({each.identity for each in found}) == 4
        assert {each.topic for each in found} == {self.topic}
        assert [each.offset for each in found] == sorted(each.offset for each in found)

    def test_what_is_not_committed_comes_again_with_the_same_identity(self):
        self.fill([b"1", b"2", b"3"])
        first = self.make_source()
        before = drained(first, at_least=3)
        first.close()
        second = self.make_source()
        again = drained(second, at_least=3)
        second.close()
        assert [(each.identity, each.value) for each in again] == [(each.identity, each.value) for each in before]

    def test_what_is_committed_does_not_come_again(self):
        self.fill([b"1", b"2"])
        first = self.make_source()
        drained(first, at_least=2)
        first.commit()
        first.close()
        self.fill([b"3"])
        second = self.make_source()
        found = drained(second, at_least=1)
        second.close()
        assert [each.value for each in found] == [b"3"]

    def test_nothing_is_lost_while_it_is_only_kept_alive(self):
        self.fill([b"1", b"2"])
        source = self.make_source()
        source.keep_alive(0.05)
        assert len(drained(source, at_least=2)) == 2
        source.keep_alive(0.05)
        source.commit()
        source.close()

    def test_an_empty_source_gives_nothing_and_can_be_committed(self):
        self.fill([])
        source = self.make_source()
        assert source.poll(0.01) == []
        source.commit()
        source.close()


class TestMemorySource(SourceContract):
    topic = "payment.completed"

    @pytest.fixture(autouse=True)
    def _records(self):
        self.records, self.position = [], [0]

    def fill(self, values):
        self.records += [record(value, offset=len(self.records) + place) for place, value in enumerate(values)]

    def make_source(self):
        source = MemorySource(self.records, position=self.position)
        source.sleep = lambda seconds: None
        return source


@pytest.mark.django_db
class TestFileSource(SourceContract):
    topic = "payment.completed"

    @pytest.fixture(autouse=True)
    def _path(self, tmp_path):
        self.path = tmp_path / "events.jsonl"

    def fill(self, values):
        with self.path.open("a") as file:
            for value in values:
                text = None if value is None else value.decode()
                file.write(json.dumps({"topic": self.topic, "key": "7", "value": text}, ensure_ascii=False) + "\n")

    def make_source(self):
        return FileSource(self.path, reader="test", follow=True)


@pytest.mark.django_db
class TestPackedFileSource(TestFileSource):
    @pytest.fixture(autouse=True)
    def _path(self, tmp_path):
        self.path = tmp_path / "events.jsonl.gz"

    def fill(self, values):
        with gzip.open(self.path, "at") as file:
            for value in values:
                text = None if value is None else value.decode()
                file.write(json.dumps({"topic": self.topic, "value": text}) + "\n")

    def make_source(self):
        return FileSource(self.path, reader="test")


class TestKafkaSource(SourceContract):
    @pytest.fixture(autouse=True)
    def _topic(self):
        self.group = f"test-{uuid.uuid4().hex[:8]}-group"
        with topic_of_its_own() as self.topic:
            yield

    def fill(self, values):
        send(self.topic, values)

    def make_source(self):
        return KafkaSource(group=self.group, topics=[self.topic])


def lines(path, *texts):
    with path.open("a") as file:
        file.writelines(texts)


def read(path, **about):
    source = FileSource(path, **about)
    found = drained(source)
    source.close()
    return found


def test_a_line_carries_all_that_kafka_would(tmp_path):
    path = tmp_path / "f.jsonl"
    line = {"topic": "t", "key": "k", "partition": 2, "timestamp_ms": 5, "headers": {"a": "b"}, "value": '{"x": 1.10}'}
    lines(path, json.dumps(line) + "\n")
    (found,) = read(path)
    assert (found.topic, found.key, found.partition, found.timestamp_ms) == ("t", b"k", 2, 5)
    assert (found.headers, found.value) == ((("a", b"b"),), b'{"x": 1.10}')


def test_a_value_written_by_hand_is_taken_as_its_text(tmp_path):
    path = tmp_path / "f.jsonl"
    lines(path, '{"topic": "t", "value": {"amount": 1E+3, "x": [1.10]}}\n')
    assert read(path)[0].value == b'{"amount": 1E+3, "x": [1.10]}'


def test_a_bare_payload_comes_in_the_topic_of_its_kind(tmp_path):
    path = tmp_path / "f.jsonl"
    lines(path, json.dumps(payment(eventType="PAYMENT_COMPLETED")))  # without a newline at the end
    (found,) = read(path)
    assert found.topic == "payment.completed"


def test_the_identity_is_the_files_checksum_and_the_line(tmp_path):
    import hashlib

    path = tmp_path / "f.jsonl"
    lines(path, '{"topic": "t", "value": {}}\n', "\n", '{"topic": "t", "value": {}}\n')
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [each.identity for each in read(path)] == [f"file:{digest}:1", f"file:{digest}:3"]


def test_a_line_that_tells_its_offset_is_the_record_of_kafka(tmp_path):
    path = tmp_path / "f.jsonl"
    lines(path, '{"topic": "t", "partition": 1, "offset": 44, "value": {}}\n')
    assert read(path)[0].identity == "t-1-44"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"topic": "t"}',
        '{"topic": 5, "value": {}}',
        '{"value": {}}',
        '"x"',
        "[" * 9000,
        '{"topic": "t", "value": "\\ud800"}',
    ],
)
def test_a_line_that_is_no_record_is_refused_when_it_is_decoded(tmp_path, line):
    from xlcfi.events import InvalidEvent, Topic
    from xlcfi.events.decode import decode

    path = tmp_path / "f.jsonl"
    lines(path, line + "\n")
    with pytest.raises(InvalidEvent):
        decode(read(path)[0], frozenset(Topic))


@pytest.mark.django_db
def test_a_followed_file_gives_a_line_when_it_is_whole(tmp_path):
    path = tmp_path / "f.jsonl"
    source = FileSource(path, follow=True)
    assert source.poll(0.01) == []  # not even there yet
    lines(path, '{"topic": "t", "val')
    assert source.poll(0.01) == []
    lines(path, 'ue": {}}\n{"topic"')
    assert [each.value for each in source.poll(0.01)] == [b"{}"]
    lines(path, ': "t", "value": []}\n')
    assert [each.value for each in source.poll(0.01)] == [b"[]"]
    source.close()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["replaced", "cut"])
def test_a_followed_file_that_begins_anew_is_read_anew(tmp_path, how):
    path = tmp_path / "f.jsonl"
    lines(path, '{"topic": "t", "value": [1]}\n', '{"topic": "t", "value": [2]}\n')
    source = FileSource(path, reader="test", follow=True)
    assert len(source.poll(0.01)) == 2
    source.commit()
    if how == "replaced":
        path.rename(tmp_path / "old")
        lines(
            path, '{"topic": "t", "value": [3]}\n', '{"topic": "t", "value": [4]}\n', '{"topic": "t", "value": [5]}\n'
        )
        assert [each.value for each in source.poll(0.01)] == [b"[3]", b"[4]", b"[5]"]
    else:
        path.write_text('{"topic": "t", "value": [3]}\n')
        assert [each.value for each in source.poll(0.01)] == [b"[3]"]
    source.close()


def test_a_file_that_is_not_there_or_damaged_is_said_plainly(tmp_path):
    with pytest.raises(SourceBroken, match="no file"):
        FileSource(tmp_path / "none")
    path = tmp_path / "f.gz"
    path.write_bytes(gzip.compress(b'{"topic": "t", "value": {}}\n' * 1000)[:-20])
    with pytest.raises(SourceBroken, match="damaged"):
        read(path)
    path.write_bytes(b"no gzip at all")
    with pytest.raises(SourceBroken):
        read(path)
    with pytest.raises(SourceBroken, match="followed"):
        FileSource(path, follow=True)


def test_a_line_of_many_megabytes_is_survived(tmp_path):
    path = tmp_path / "f.jsonl"
    lines(path, "x" * (40 * 2**20) + "\n", '{"topic": "t", "value": {}}\n')
    found = read(path)
    assert found[-1].topic == "t"
    assert max(len(each.value) for each in found) <= 16 * 2**20
