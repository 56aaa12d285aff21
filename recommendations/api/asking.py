"""Parameters that several paths share."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recommendations.services.making import Options
from recommendations.services.visits import LONGEST_SESSION
from xlcfi.api.converters import LARGEST_ID

MOST = 50
EXCLUDED_MOST = 200
LARGEST_PRICE = 10**12


@extend_schema_field({"oneOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]})
class ProductIds(serializers.Field[list[int], Any, Any, Any]):
    """Products: a list of numbers, or their text between commas (`1,2`)."""

    default_error_messages = {
        "invalid": "Has to be a list of product ids.",
        "many": "Has to hold no more than {most}.",
        "empty": "Has to hold a product.",
    }

    def __init__(self, *, most: int, **more: Any) -> None:
        self.most = most
        self.allow_empty = more.pop("allow_empty", True)
        super().__init__(**more)

    def to_internal_value(self, data: Any) -> list[int]:
        """The ids in their order, each once."""
        parts = data.split(",") if isinstance(data, str) and data.strip() else data if isinstance(data, list) else None
        if parts is None and data != "":
            self.fail("invalid")
        found: dict[int, None] = {}
        for part in parts or []:
            text = str(part).strip()
            if (
                isinstance(part, bool)
                or not (text.isascii() and text.isdigit())
                or not 0 < int(text[:20]) <= LARGEST_ID
            ):
                self.fail("invalid")
            found[int(text)] = None
        if len(found) > self.most:
            self.fail("many", most=self.most)
        if not found and not self.allow_empty:
            self.fail("empty")
        return list(found)

    def to_representation(self, value: list[int]) -> str:
        """As in a query string."""
        return ",".join(map(str, value))


class AskLimit(serializers.Serializer[None]):
    """How many to answer."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=10)


class AskVisit(serializers.Serializer[None]):
    """Whose visit it is, where nobody is signed in."""

    session_id = serializers.CharField(
        max_length=LONGEST_SESSION,
        required=False,
        help_text="as in the events of the visit: its answers are one visitor's",
    )


class AskVisitor(AskLimit, AskVisit):
    """How many, and whose visit it is."""


class AskPersonal(AskLimit):
    """How many, and of what kind."""

    exclude = ProductIds(most=EXCLUDED_MOST, required=False, help_text="products to leave out: 1,2")
    category_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="with those below it"
    )
    price_min = serializers.FloatField(min_value=0, max_value=LARGEST_PRICE, required=False)
    price_max = serializers.FloatField(min_value=0, max_value=LARGEST_PRICE, required=False)
    diversity = serializers.FloatField(
        min_value=0, max_value=1, default=0.0, help_text="0: by score alone; 1: as unlike each other as can be"
    )
    freshness = serializers.FloatField(
        min_value=0, max_value=1, default=0.0, help_text="0: by score alone; 1: the newest first"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        low, high = attrs.get("price_min"), attrs.get("price_max")
        for name in ("price_min", "price_max", "diversity", "freshness"):
            if attrs.get(name) is not None and attrs[name] != attrs[name]:
                raise serializers.ValidationError({name: ["Has to be a number."]})
        if low is not None and high is not None and low > high:
            raise serializers.ValidationError({"price_max": ["Has to be price_min or more."]})
        return attrs


def options_of(query: dict[str, Any]) -> Options:
    """What was asked for, as the services take it."""
    return Options(
        limit=query["limit"],
        exclude=tuple(query.get("exclude") or ()),
        category_id=query.get("category_id"),
        price_min=query.get("price_min"),
        price_max=query.get("price_max"),
        diversity=query["diversity"],
        freshness=query["freshness"],
    )
