"""What an environment variable is, and the values that several of them share."""

from dataclasses import dataclass

from xlcfi.env_kinds import Kind


@dataclass(frozen=True)
class Setting:
    """One environment variable. An empty one counts as not set.

    `default` is text as the environment would hold it, None where there is none: then a value must be given.
    `on_a_desk` replaces the default where DEPLOYMENT is development or test.
    """

    name: str
    kind: Kind
    default: str | None
    doc: str
    on_a_desk: str | None = None
    secret: bool = False
    looks: str = ""

    @property
    def looks_like(self) -> str:
        """What a value looks like, for people."""
        return self.looks or self.kind.looks_like


PRODUCTION, DESK = "production", ("development", "test")
KEY_LOOKS = "at least 86 characters of base64 (512 bits), as from: openssl rand -base64 64 | tr -d '\\n'"
# Known to everybody: that is why production refuses them.
DESK_SECRET_KEY = "only-for-development-and-tests-never-in-production-0123456789"
DESK_JWT_SECRET = "b25seSBmb3IgZGV2ZWxvcG1lbnQgYW5kIHRlc3RzLCBldmVyeWJvZHkga25vd3MgdGhpcyBrZXkgc28gbmV2ZXIgdXNlIGl0"
