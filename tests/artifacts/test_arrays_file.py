"""A model's file holds plain arrays and nothing else."""

import io
import mmap

import numpy as np
import pytest

from xlcfi.artifacts.arrays_file import arrays_read, arrays_write
from xlcfi.artifacts.errors import Damaged, NotPlain

PLAIN = {
    "weights": np.arange(12, dtype="f4").reshape(3, 4),
    "by_column": np.asfortranarray(np.arange(35.0).reshape(5, 7)),
    "none": np.zeros((0, 3)),
    "words": np.array(["김치", "된장찌개"]),
    "one": np.float64(3.5),
    "flags": np.array([True, False]),
    "days": np.array(["2025-03-01"], "M8[D]"),
    "bytes": np.array([b"ab", b""]),
}


def written(arrays):
    file = io.BytesIO()
    arrays_write(arrays, file)
    return file.getvalue()


def equal(found, wanted):
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        assert found[name].dtype == np.asarray(array).dtype
        assert found[name].shape == np.shape(array)
        assert np.array_equal(found[name], array)


def test_every_plain_array_comes_back_as_it_was_and_numpy_reads_the_file_too():
    equal(arrays_read(written(PLAIN)), PLAIN)
    with np.load(io.BytesIO(written(PLAIN)), allow_pickle=False) as archive:
        equal(dict(archive), PLAIN)


def test_arrays_are_pages_of_the_file_that_cannot_be_written(tmp_path):
    (tmp_path / "model.npz").write_bytes(written(PLAIN))
    with open(tmp_path / "model.npz", "rb") as file:
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        found = arrays_read(pages, file)
    equal(found, PLAIN)
    with pytest.raises(ValueError, match="read-only"):
        found["weights"][0, 0] = 7
    assert found["weights"].ctypes.data % 64 == 0
    first = np.frombuffer(pages, "u1").ctypes.data
    assert first < found["weights"].ctypes.data < first + len(pages)


def test_the_same_arrays_give_the_same_bytes():
    assert written(PLAIN) == written(dict(reversed(PLAIN.items())))


@pytest.mark.parametrize(
    "arrays",
    [
        {"x": np.array([{"a": 1}], object)},
        {"x": np.array(["a", None])},
        {"x": np.zeros(2, [("a", "i4")])},
        {"x": np.ma.array([1, 2], mask=[True, False])},
        {"../x": np.zeros(2)},
        {},
    ],
)
def test_what_is_no_plain_array_is_refused_when_it_is_written(arrays):
    with pytest.raises(NotPlain):
        written(arrays)


def test_a_pickle_in_a_file_is_never_read():
    file = io.BytesIO()
    np.savez(file, x=np.array([print], object))
    with pytest.raises(Damaged, match="object"):
        arrays_read(file.getvalue())


@pytest.mark.parametrize("cut", [0, 1, 30, 500, -1, -40, -200])
def test_half_a_file_is_damaged_wherever_it_ends(cut):
    with pytest.raises(Damaged):
        arrays_read(written(PLAIN)[:cut])


def test_a_compressed_file_is_none_of_ours():
    file = io.BytesIO()
    np.savez_compressed(file, x=np.zeros(1000))
    with pytest.raises(Damaged, match="compressed"):
        arrays_read(file.getvalue())
