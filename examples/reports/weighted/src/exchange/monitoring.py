"""What the operators see."""


def error_rate() -> float:
    return 0.0  # a stub: nothing is counted yet


def queue_length() -> float:
    return 0.0  # a stub: nothing is counted yet


def alert(text: str) -> str:
    return f"ALERT {text}"
