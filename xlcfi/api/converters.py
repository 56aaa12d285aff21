"""Path parameters."""

from django.urls import register_converter

LARGEST_ID = 2**63 - 1


class BigIdConverter:
    """A key of a table of the platform: 1 to 2^63 - 1, in plain digits. Anything else is a path that does not exist.

    Django's own `int` takes any number of digits and leaves the refusal to the database.
    """

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValueError("beyond bigint")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


def register_converters() -> None:
    """Make `<bigid:…>` known to the URL patterns. Importing this module does it once."""
    register_converter(BigIdConverter, "bigid")


register_converters()
