"""The demo's secrets: made once, kept in var/demo/keys.json, readable by its owner only."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """`jwt` is the internal token's secret as base64 text; the others are plain passwords."""

    jwt: str
    django: str
    admin_password: str
    database_password: str
    redis_password: str
    jwt_is_given: bool = False


def keys_kept(path: Path) -> Keys:
    """The secrets in `path`, made and written where there are none yet.

    INTERNAL_JWT_SECRET from the environment takes the place of ours and is never written down.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(**{field.name: raw[field.name] for field in fields(Keys) if field.name in raw})
    except (FileNotFoundError, ValueError, TypeError):
        keys = Keys(
            jwt=base64.b64encode(secrets.token_bytes(64)).decode(),
            django=secrets.token_urlsafe(64),
            admin_password=secrets.token_urlsafe(12),
            database_password=secrets.token_urlsafe(24),
            redis_password=secrets.token_urlsafe(24),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".new")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({k: v for k, v in asdict(keys).items() if k != "jwt_is_given"}, file, indent=1)
        partial.replace(path)
    if given := os.environ.get("INTERNAL_JWT_SECRET", "").strip():
        return Keys(**{**asdict(keys), "jwt": given, "jwt_is_given": True})
    return keys
