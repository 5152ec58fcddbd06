"""News as a source."""

from bot.base import Source


class News(Source):
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def items(self) -> list[str]:
        return [line.strip() for line in self.lines if line.strip()]
