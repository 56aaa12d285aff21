"""What all payloads share, and how a class with annotations becomes a reader of JSON objects."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from xlcfi.events.errors import InvalidEvent
from xlcfi.events.payloads import values
from xlcfi.events.topics import Topic

Read = Callable[[Any, str], Any]
DATA_DEPTH = 20
DATA_DIGITS = 100


class Reads(msgspec.Struct, frozen=True):
    """Says how a field is read: by which function, and under which names besides its own (orderId, order_id)."""

    read: Read
    also: tuple[str, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What every event has. event_id: at most 100 characters. occurred_at: aware, in Seoul."""

    event_id: str
    occurred_at: datetime


Id = Annotated[int, Reads(values.read_id)]
UserId = Annotated[int, Reads(values.read_id, ("memberId", "buyerId"))]
Quantity = Annotated[int, Reads(values.read_quantity)]
Money = Annotated[Decimal, Reads(values.read_money)]
Total = Annotated[Decimal, Reads(values.read_money, ("amount", "total", "totalAmount"))]
UnitPrice = Annotated[Decimal, Reads(values.read_money, ("unitPrice",))]
Currency = Annotated[str, Reads(values.read_currency)]
Name = Annotated[str, Reads(values.read_name)]
Text = Annotated[str, Reads(values.read_text)]
LongText = Annotated[str, Reads(values.read_long_text)]
Rating = Annotated[int, Reads(values.read_rating)]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order. price: of one piece, None where the producer does not tell."""

    product_id: Id
    quantity: Quantity
    price: UnitPrice | None = None


class Field(msgspec.Struct, frozen=True):
    """A field of a payload: under which names it comes, its own first, and how it is read."""

    name: str
    spellings: tuple[str, ...]
    read: Read
    required: bool


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def _reads(annotation: Any) -> Reads | None:
    """The `Reads` in `Annotated[…, Reads(…)]` or in a union of that with None."""
    if get_origin(annotation) in (Union, UnionType):
        return next((found for part in get_args(annotation) if (found := _reads(part))), None)
    if get_origin(annotation) is Annotated:
        return next((extra for extra in get_args(annotation)[1:] if isinstance(extra, Reads)), None)
    return None


def fields_of(struct: type[msgspec.Struct]) -> tuple[Field, ...]:
    """How the fields of `struct` that come from the payload are read. Raises TypeError for one that does not say."""
    found = []
    for info in msgspec.structs.fields(struct):
        if info.name in Event.__struct_fields__:
            continue
        reads = _reads(info.type)
        if reads is None:
            raise TypeError(f"{struct.__name__}.{info.name} does not say how it is read")
        names = [_camel(info.name), info.name, *reads.also, *(_snake(name) for name in reads.also)]
        found.append(Field(info.name, tuple(dict.fromkeys(names)), reads.read, info.required))
    return tuple(found)


def read_fields(body: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    """The values of `fields` in `body`; what is missing or null and has a default is left out."""
    found: dict[str, Any] = {}
    for field in fields:
        for spelling in field.spellings:
            value = body.get(spelling)
            if value is not None:
                found[field.name] = field.read(value, spelling)
                break
        else:
            if field.required:
                raise InvalidEvent("is missing", code="missing", field=field.spellings[0])
    return found


ITEM_FIELDS = fields_of(Item)


def read_items(value: Any, field: str) -> tuple[Item, ...]:
    """The lines of an order, as many as were sent: the same product twice stays two lines."""
    if not isinstance(value, list):
        raise values.mistyped(value, "a list of items", field)
    items = []
    for position, line in enumerate(value):
        if not isinstance(line, dict):
            raise values.mistyped(line, "an item", f"{field}[{position}]")
        try:
            items.append(Item(**read_fields(line, ITEM_FIELDS)))
        except InvalidEvent as error:
            error.field = f"{field}[{position}].{error.field}"
            raise
    return tuple(items)


def _storable(value: Any, field: str, depth: int) -> Any:
    """`value` without what jsonb can't keep: NUL characters are left out, monstrous numbers become their text."""
    if depth > DATA_DEPTH:
        raise InvalidEvent(f"is nested deeper than {DATA_DEPTH} levels", code="impossible", field=field)
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {key.replace("\x00", ""): _storable(inner, field, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner, field, depth + 1) for inner in value]
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else str(value)
    if isinstance(value, Decimal):
        if not value:
            return 0
        plain = abs(value.adjusted()) <= DATA_DIGITS and len(value.as_tuple().digits) <= DATA_DIGITS
        return value if plain else str(value)
    return value


def _read_data(value: Any, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise values.mistyped(value, "an object", field)
    return {key.replace("\x00", ""): _storable(inner, field, 1) for key, inner in value.items()}


Items = Annotated[tuple[Item, ...], Reads(read_items, ("orderItems",))]
Data = Annotated[dict[str, Any], Reads(_read_data)]

E = TypeVar("E", bound=type[Event])
_TYPES: dict[Topic, tuple[type[Event], tuple[Field, ...]]] = {}


def payload_of(kind: Topic) -> Callable[[E], E]:
    """Declares that the decorated class is what an event of `kind` says."""

    def declare(struct: E) -> E:
        _TYPES[kind] = (struct, fields_of(struct))
        return struct

    return declare


def payload_type(kind: Topic) -> type[Event]:
    """The class of the events of `kind`."""
    return _TYPES[kind][0]


def fields_of_kind(kind: Topic) -> tuple[type[Event], tuple[Field, ...]]:
    """The class of the events of `kind`, and how its fields are read."""
    return _TYPES[kind]


def build(kind: Topic, body: Mapping[str, Any], *, event_id: str, occurred_at: datetime) -> Event:
    """The event of `kind` that `body` tells. Raises InvalidEvent."""
    struct, fields = _TYPES[kind]
    return struct(event_id=event_id, occurred_at=occurred_at, **read_fields(body, fields))
