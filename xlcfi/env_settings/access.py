"""Environment variables: who may ask, and how often."""

from xlcfi import env_kinds as kind
from xlcfi.api.keys import ENCODINGS
from xlcfi.env_settings.setting import DESK_JWT_SECRET, KEY_LOOKS, Setting

ACCESS: tuple[Setting, ...] = (
    Setting(
        "INTERNAL_JWT_SECRET",
        kind.text(),
        None,
        "The key of the internal token, the same as in the Java services.",
        on_a_desk=DESK_JWT_SECRET,
        secret=True,
        looks=KEY_LOOKS,
    ),
    Setting(
        "INTERNAL_JWT_SECRET_PREVIOUS",
        kind.text(),
        "",
        "The key before, accepted while it is rotated; empty: none.",
        secret=True,
        looks=KEY_LOOKS,
    ),
    Setting(
        "INTERNAL_JWT_SECRET_ENCODING",
        kind.choice(*ENCODINGS),
        "base64",
        "How the Java side reads the secret: signWith(HS512, text) base64, hmacShaKeyFor(bytes) raw.",
    ),
    Setting(
        "INTERNAL_SHARED_SECRET",
        kind.text(),
        "",
        "The older X-Internal-Secret; empty: off.",
        secret=True,
        looks="at least 32 random characters",
    ),
    Setting("TRUSTED_GATEWAY_CIDRS", kind.networks(), "", "Peers whose X-User-Id is believed without a credential."),
    Setting(
        "GATEWAY_MARKER_HEADERS",
        kind.words(),
        "X-Forwarded-For,X-Forwarded-Host,Forwarded,X-Service-Name=api-gateway",
        "Headers (or header=value) that say: this came through the gateway.",
        looks="X-Forwarded-For,X-Service-Name=api-gateway",
    ),
    Setting("LEGACY_OPEN_CIDRS", kind.networks(), "", "Peers that get the older forms without a credential."),
    Setting(
        "RATE_LIMIT_PER_MINUTE",
        kind.integer(0, 1_000_000),
        "100",
        "Requests a minute for each gateway user; 0: no limit.",
    ),
    Setting("CORS_ALLOWED_ORIGINS", kind.origins(), "", "Web pages that may call from the browser."),
    Setting(
        "CSRF_TRUSTED_ORIGINS",
        kind.origins(),
        "",
        "Origins from which the admin's forms are taken, behind a proxy that ends TLS.",
    ),
)
