"""What every source does."""


class Source:
    def items(self) -> list[str]:
        raise NotImplementedError
