"""Every kind of view against every kind of caller."""

import pytest

from xlcfi.api.caller import Access, Caller
from xlcfi.errors import DataError

pytestmark = pytest.mark.urls("tests.api.example_urls")

OWN, OTHER = 5, 6
CALLERS = {
    "service": Caller.service(),
    "admin": Caller.user(OWN, ["ADMIN"]),
    "admin and seller": Caller.user(OWN, ["ADMIN", "SELLER"]),
    "seller": Caller.user(OWN, ["SELLER"]),
    "seller and buyer": Caller.user(OWN, ["SELLER", "BUYER"]),
    "buyer": Caller.user(OWN, ["BUYER"]),
    "user of an unknown role": Caller.user(OWN, ["GUEST"]),
    "user without a role": Caller.user(OWN),
    "visitor": Caller.visitor(),
}
#                            visitor, own data, other's data, seller, admin, service
EXPECTED = {
    "service":                 (200, 200, 200, 200, 200, 200),
    "admin":                   (200, 200, 200, 200, 200, 403),
    "admin and seller":        (200, 200, 200, 200, 200, 403),
    "seller":                  (200, 200, 403, 200, 403, 403),
    "seller and buyer":        (200, 200, 403, 200, 403, 403),
    "buyer":                   (200, 200, 403, 403, 403, 403),
    "user of an unknown role": (200, 200, 403, 403, 403, 403),
    "user without a role":     (200, 200, 403, 403, 403, 403),
    "visitor":                 (200, 401, 401, 401, 401, 401),
}  # fmt: skip
COLUMNS = [
    (Access.VISITOR, None, "/who"),
    (Access.USER_SELF, OWN, f"/users/{OWN}"),
    (Access.USER_SELF, OTHER, f"/users/{OTHER}"),
    (Access.SELLER, None, "/seller"),
    (Access.ADMIN, None, "/admin-only"),
    (Access.SERVICE, None, "/service"),
]
CASES = [(name, *column, status) for name, row in EXPECTED.items() for column, status in zip(COLUMNS, row, strict=True)]


@pytest.mark.parametrize(("name", "access", "user_id", "path", "status"), CASES)
def test_who_may_come_in_is_as_the_table_says(name, access, user_id, path, status):
    if status == 200:
        access.check(CALLERS[name], user_id=user_id)
    else:
        with pytest.raises(DataError) as refused:
            access.check(CALLERS[name], user_id=user_id)
        assert refused.value.http_status == status


@pytest.mark.parametrize(("name", "access", "user_id", "path", "status"), CASES)
def test_the_views_answer_as_the_table_says(http, service, visitor, user, name, access, user_id, path, status):
    caller = CALLERS[name]
    special = {"service": service, "visitor": visitor}
    headers = special.get(name) or user(OWN, ",".join(caller.roles))
    response = http.get(path, headers=headers)
    assert response.status_code == status
    assert response.json()["success"] is (status == 200)


def test_every_kind_of_access_is_in_the_table():
    assert {access for access, *_ in COLUMNS} == set(Access)


@pytest.mark.parametrize(
    ("name", "sees_all", "seller_id"),
    [
        ("service", True, None),
        ("admin", True, None),
        ("admin and seller", True, None),
        ("seller", False, OWN),
        ("seller and buyer", False, OWN),
        ("buyer", False, None),
        ("user without a role", False, None),
        ("visitor", False, None),
    ],
)
def test_what_figures_a_caller_sees(name, sees_all, seller_id):
    assert (CALLERS[name].sees_all, CALLERS[name].seller_id) == (sees_all, seller_id)


def test_a_visitor_sees_nobodys_data():
    assert not Caller.visitor().may_see_user(OWN)
