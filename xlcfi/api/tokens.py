"""The internal token: a JWT that Java services show us and that we show them."""

import math
from collections.abc import Sequence
from typing import Any

import jwt
from django.conf import settings

from xlcfi import clock
from xlcfi.errors import NotAuthenticated

ALGORITHM = "HS512"
SUBJECT = "internal-service"
ROLE = "INTERNAL_SERVICE"
ROLES = (ROLE, "SERVICE")
"""INTERNAL_SERVICE, and SERVICE as older services still write it."""

LIFETIME_SECONDS = 3600
LONGEST_LIFETIME_SECONDS = 24 * 3600
"""A token that lives longer than this was not made by the rule of one hour, whoever signed it."""

SKEW_SECONDS = 30


def internal_token_mint() -> str:
    """A token of ours, valid for an hour from now, signed with the current secret."""
    issued = int(clock.now().timestamp())
    claims = {"sub": SUBJECT, "role": ROLE, "iat": issued, "exp": issued + LIFETIME_SECONDS}
    return jwt.encode(claims, settings.INTERNAL_JWT_KEYS[0], algorithm=ALGORITHM)


def internal_token_check(token: str) -> None:
    """Return if `token` is a good internal token. Raises NotAuthenticated that says what is wrong with it."""
    claims = _verified(token, keys=settings.INTERNAL_JWT_KEYS)
    _check_times(claims)
    if claims.get("sub") != SUBJECT:
        raise NotAuthenticated("The internal token is not a service's: wrong sub.")
    if claims.get("role") not in ROLES:
        raise NotAuthenticated("The internal token is not a service's: wrong role.")


def _verified(token: str, *, keys: Sequence[bytes]) -> dict[str, Any]:
    # The times are checked below, by our clock; here it is signature, algorithm and form.
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
    options["require"] = ["exp", "iat", "sub"]
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[ALGORITHM], options=options)
        except jwt.InvalidSignatureError:
            continue
        except jwt.MissingRequiredClaimError as error:
            raise NotAuthenticated(f"The internal token has no {error.claim}.") from error
        except jwt.InvalidAlgorithmError as error:
            raise NotAuthenticated(f"The internal token is not signed with {ALGORITHM}.") from error
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise NotAuthenticated("The internal token can't be read.") from error
    raise NotAuthenticated("The internal token is signed with another key.")


def _check_times(claims: dict[str, Any]) -> None:
    now = clock.now().timestamp()
    issued, expires, not_before = claims["iat"], claims["exp"], claims.get("nbf", 0)
    if not all(map(_is_moment, (issued, expires, not_before))):
        raise NotAuthenticated("The internal token's iat and exp should be numbers.")
    if expires + SKEW_SECONDS <= now:
        raise NotAuthenticated("The internal token has expired.")
    if max(issued, not_before) - SKEW_SECONDS > now:
        raise NotAuthenticated("The internal token is from the future.")
    if not 0 < expires - issued <= LONGEST_LIFETIME_SECONDS:
        raise NotAuthenticated("The internal token lives too long.")


def _is_moment(value: Any) -> bool:
    # NaN is on no side of any limit, and JSON's true is Python's 1.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
