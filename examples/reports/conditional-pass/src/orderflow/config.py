"""Settings, from the environment."""

import os
from dataclasses import dataclass


class ConfigError(ValueError):
    """A setting that is missing or makes no sense."""


def number(name: str, default: str) -> float:
    text = os.environ.get(name, default)
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"{name} is no number: {text!r}") from None


@dataclass(frozen=True)
class Config:
    api_key: str
    symbols: tuple[str, ...]
    large_trade: float
    window: float

    @classmethod
    def from_environment(cls) -> "Config":
        key = os.environ.get("ORDERFLOW_API_KEY", "")
        if not key:
            raise ConfigError("ORDERFLOW_API_KEY is not set")
        symbols = os.getenv("ORDERFLOW_SYMBOLS", "AAPL,MSFT").split(",")
        return cls(
            api_key=key,
            symbols=tuple(symbol.strip() for symbol in symbols),
            large_trade=number("ORDERFLOW_LARGE_TRADE", "10000"),
            window=number("ORDERFLOW_WINDOW_SECONDS", "300"),
        )

    def masked(self) -> str:
        return self.api_key[:2] + "..."
