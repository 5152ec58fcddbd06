"""Messages and their signatures."""

import hashlib
import hmac


def signed(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verified(text: str, signature: str, key: bytes) -> bool:
    return hmac.compare_digest(signed(text, key), signature)


def parsed(line: str) -> tuple[str, int]:
    account, _, amount = line.partition(";")
    if not amount.isdigit():
        raise ValueError(f"no amount in {line!r}")
    return account, int(amount)
