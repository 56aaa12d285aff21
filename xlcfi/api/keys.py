"""The key that a configured secret stands for, read as jjwt reads it."""

import base64

SMALLEST_KEY_BYTES = 64
"""512 bits: jjwt from 0.10 refuses a shorter key for HS512, and so do we."""

ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
ENCODINGS = ("base64", "raw")
RANDOM_ENOUGH = 10
"""A key with fewer different bytes than this was typed, not generated."""


def signing_key(secret: str, *, encoding: str) -> bytes:
    """The HS512 key of `secret`. Raises ValueError, without the secret in its text, for one that jjwt would refuse."""
    key = _decoded(secret) if encoding == "base64" else secret.encode()
    if len(key) < SMALLEST_KEY_BYTES:
        raise ValueError(f"the key has {len(key) * 8} bits, HS512 needs at least {SMALLEST_KEY_BYTES * 8}")
    return key


def key_is_weak(key: bytes) -> bool:
    """Whether `key` was plainly not generated: few different bytes, or a short text over and over."""
    period = (key + key).find(key, 1)
    return len(set(key)) < RANDOM_ENOUGH or period < SMALLEST_KEY_BYTES // 2


def _decoded(secret: str) -> bytes:
    # jjwt: illegal characters at both ends are cut off, inside they are an error, padding may be missing, and the
    # number of bytes follows from the number of characters.
    start, end = 0, len(secret)
    while start < end and not _legal(secret[start]):
        start += 1
    while end > start and not _legal(secret[end - 1]):
        end -= 1
    text = secret[start:end]
    padding = 2 if text.endswith("==") else int(text.endswith("="))
    digits = text[: len(text) - padding]
    if not ALPHABET.issuperset(digits):
        raise ValueError("a character that is not base64 stands inside it")
    length = len(text) * 6 // 8 - padding
    return base64.b64decode(digits + "A" * (-len(digits) % 4))[:length]


def _legal(character: str) -> bool:
    return character in ALPHABET or character == "="
