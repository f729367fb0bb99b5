"""Ids: a prefix that says what it is of, then time and chance.

The part after the prefix is a UUID of version 7 (RFC 9562, section 5.7) in Crockford's base 32, so
that ids sort by the millisecond they were made in.
"""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


def new_id(prefix: str) -> str:
    """A new id such as ``pk_01jd3x…``.

    Args:
        prefix: Two to four lower-case letters that say what the id is of.
    """
    moment_ms = time.time_ns() // 1_000_000
    value = moment_ms << 80 | 7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    letters = [_ALPHABET[value >> 5 * place & 31] for place in range(_LENGTH)]
    return f"{prefix}_{''.join(reversed(letters))}"
