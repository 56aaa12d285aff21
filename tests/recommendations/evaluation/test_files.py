"""Files as people have them."""

import numpy as np
import pytest

from recommendations.evaluation.files import BadFile, data_read

DAY = 19_783  # 2024-03-01


def write(folder, name, text):
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-03-01", "2024-03-02"),
        ("2024-03-01T00:00:00", "2024-03-02T00:00:00"),
        ("2024-03-01 09:00:00+09:00", "2024-03-02 09:00:00+09:00"),
        (str(DAY * 86400), str((DAY + 1) * 86400)),
        (str(DAY * 86400_000), str((DAY + 1) * 86400_000)),
        (str(DAY), str(DAY + 1)),
        ("20240301", "20240302"),
    ],
)
def test_times_are_read_however_they_are_written(tmp_path, first, second):
    train = write(tmp_path, "a.csv", f"user,item,time\nmin,kimchi,{first}\nmin,gim,{second}\n")
    data = data_read(train=train, test=train)
    np.testing.assert_allclose(data.train.day, [DAY, DAY + 1], atol=1e-6)


def test_ids_are_any_text_and_known_ones_come_first(tmp_path):
    train = write(tmp_path, "a.csv", "user,item,time,weight\n007,김치 1kg,1,2\n7,gim,2,3\n")
    test = write(tmp_path, "b.csv", "time,item,user\n3,new,7\n4,gim,x\n")
    items = write(tmp_path, "i.csv", "item,category,price\nunseen,a,1\ngim,b,2\n")
    data = data_read(train=train, test=test, items=items)
    assert data.users == ["007", "7", "x"]
    assert data.items == ["김치 1kg", "gim", "new", "unseen"]
    assert (data.known_users, data.known_items) == (2, 2)
    assert data.train.weight.tolist() == [2, 3]
    assert data.test.row.tolist() == [1, 2]


def test_columns_that_repeat_are_groups_and_amounts_are_cut_into_bands(tmp_path):
    rows = [f"i{n},{'abc'[n % 3]},{n % 3},{10 + n * 8 % 91},name {n}" for n in range(90)]
    train = write(tmp_path, "a.csv", "user,item,time\n" + "".join(f"u,i{n},{n}\n" for n in range(90)))
    items = write(tmp_path, "i.csv", "item,category,category_id,price,title\n" + "\n".join(rows))
    columns = data_read(train=train, test=train, items=items).columns
    assert set(columns.groups) == {"category", "price band"}  # the id says the same, titles do not repeat
    assert set(columns.amounts) == {"price"}
    assert len(np.unique(columns.groups["price band"])) == 12


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("user,item\na,b\n", "no column time"),
        ("user,item,time\n", "no rows"),
        ("user,item,time\na,b,yesterday\n", "yesterday"),
        ("user,item,time,weight\na,b,1,much\n", "row 2"),
    ],
)
def test_a_bad_file_is_told_by_its_name_and_why(tmp_path, text, why):
    path = write(tmp_path, "bad.csv", text)
    with pytest.raises(BadFile, match=why) as raised:
        data_read(train=path, test=path)
    assert "bad.csv" in str(raised.value)
