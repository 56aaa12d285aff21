"""The quick way to read an event: one typed pass over the bytes, for payloads in the contract's own spelling.

Most events are spelled as the contract has them, and then a decoder that knows the types is several times quicker than
a dict that is looked through in Python. Whatever it does not take as it is (another spelling, a text for a number, a
value out of range, something missing) is read the tolerant way, which also says what is wrong.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from xlcfi.events.errors import InvalidEvent
from xlcfi.events.payloads import values
from xlcfi.events.payloads.base import ITEM_FIELDS, Event, Field, Item, fields_of_kind, read_items
from xlcfi.events.topics import Topic

Read = Callable[[Any, str], Any]

_INTEGERS: dict[Read, Any] = {
    values.read_id: Annotated[int, msgspec.Meta(ge=1, le=values.BIGINT_MAX)],
    values.read_quantity: Annotated[int, msgspec.Meta(ge=1, le=values.INTEGER_MAX)],
    values.read_rating: Annotated[int, msgspec.Meta(ge=1, le=5)],
}
_number = msgspec.json.Decoder(float_hook=Decimal).decode
# Eleven of these twelve-byte texts in a hundred are new: amounts repeat.
_AMOUNTS_KEPT, _AMOUNT_MAX = 50_000, 40


class _NotQuick(Exception):
    """This payload needs the tolerant way."""


class Quick(msgspec.Struct, frozen=True):
    """What the typed pass found. kind, event_id, timestamp: as they are written. values: of the kind's own fields."""

    kind: Any
    event_id: Any
    timestamp: Any
    values: dict[str, Any]


@lru_cache(maxsize=_AMOUNTS_KEPT)
def _amount(text: bytes) -> Decimal:
    return values.read_money(_number(text), "")


def _money(raw: Any, field: str) -> Decimal | None:
    text = bytes(raw)
    if text == b"null":
        return None
    if len(text) > _AMOUNT_MAX:
        raise _NotQuick
    return _amount(text)


def _items(lines: Any, field: str) -> tuple[Item, ...]:
    return tuple([_item(line) for line in lines])


def _item(line: Any) -> Item:
    # Most of an order is its lines: what `values_of` does for any object, written out.
    price = None if line.price is None else _money(line.price, "price")
    if price is None:
        return Item(**_ITEM.values_of(line))
    return Item(product_id=line.product_id, quantity=line.quantity, price=price)


class _Wire:
    """The typed decoder of one kind of object, and how each of its fields becomes a value."""

    def __init__(self, name: str, fields: tuple[Field, ...], *, besides: tuple[tuple[str, str], ...] = ()) -> None:
        renamed = dict(besides)
        wire: list[Any] = [(attribute, Any, None) for attribute in renamed]
        self.plain: list[str] = []
        self.read: list[tuple[str, Read, str]] = []
        # Other names of what may be missing: where one of them is there, the tolerant way knows which one counts.
        self.others: list[tuple[str, str]] = []
        self.needed = tuple(field.name for field in fields if field.required)
        for field in fields:
            kind = self._kind_of(field)
            renamed[field.name] = field.spellings[0]
            if field.required:
                wire.append((field.name, kind))
                continue
            # Raw takes null as well, and goes into no union.
            wire.append((field.name, kind if kind is msgspec.Raw else kind | None, None))
            for other in field.spellings[1:]:
                attribute = f"other_{len(self.others)}"
                self.others.append((field.name, attribute))
                renamed[attribute] = other
                wire.append((attribute, Any, None))
        self.struct = msgspec.defstruct(name, wire, rename=renamed, kw_only=True, gc=False)
        self.decode = msgspec.json.Decoder(self.struct, float_hook=Decimal).decode

    def _kind_of(self, field: Field) -> Any:
        """The type to decode `field` to; notes what is to be done with it afterwards."""
        if field.read in _INTEGERS:
            self.plain.append(field.name)
            return _INTEGERS[field.read]
        special: dict[Read, tuple[Read, Any]] = {values.read_money: (_money, msgspec.Raw), read_items: (_items, None)}
        read, kind = special.get(field.read, (field.read, object))
        self.read.append((field.name, read, field.spellings[0]))
        return list[_ITEM.struct] if kind is None else kind  # type: ignore[name-defined]

    def values_of(self, told: Any) -> dict[str, Any]:
        """What was told, by field; what is missing or null is left out. Raises _NotQuick and InvalidEvent."""
        found = {name: value for name in self.plain if (value := getattr(told, name)) is not None}
        for name, read, spelling in self.read:
            value = getattr(told, name)
            if value is not None and (value := read(value, spelling)) is not None:
                found[name] = value
        for name, other in self.others:
            if name not in found and getattr(told, other) is not None:
                raise _NotQuick
        for name in self.needed:
            if name not in found:
                raise _NotQuick
        return found


_ITEM = _Wire("ItemWire", ITEM_FIELDS)
_BESIDES = (("wire_kind", "eventType"), ("wire_id", "eventId"), ("wire_id_too", "event_id"), ("wire_time", "timestamp"))


@lru_cache(maxsize=len(Topic))
def _wire_of(kind: Topic) -> _Wire:
    struct, fields = fields_of_kind(kind)
    return _Wire(f"{struct.__name__}Wire", fields, besides=_BESIDES)


def read_quickly(kind: Topic, value: bytes) -> Quick | None:
    """What `value` tells of an event of `kind`; None where it has to be read the tolerant way. Never raises."""
    wire = _wire_of(kind)
    try:
        # The typed pass skips what it does not know, broken text as well: a name with a broken letter would be skipped.
        value.decode()
        told: Any = wire.decode(value)
        found = wire.values_of(told)
    except (_NotQuick, InvalidEvent, msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
        return None
    if told.wire_id_too is not None:
        return None
    return Quick(told.wire_kind, told.wire_id, told.wire_time, found)


def built(kind: Topic, quick: Quick, *, event_id: str, occurred_at: Any) -> Event:
    """The event that was read quickly."""
    return fields_of_kind(kind)[0](event_id=event_id, occurred_at=occurred_at, **quick.values)
