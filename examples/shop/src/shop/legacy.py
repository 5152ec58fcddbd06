"""Orders of the shop's first version, as semicolon separated lines. Goes away with version 3."""

from __future__ import annotations


def read(text: str) -> list[dict[str, str]]:
    """One order a line: payment;sku;quantity;cents."""
    return [parse(line) for line in text.splitlines() if line.strip()]


def parse(line: str) -> dict[str, str]:
    parts = line.split(";")
    if len(parts) == 4:
        return dict(zip(("payment", "sku", "quantity", "cents"), parts, strict=True))
    if len(parts) == 3:
        payment, sku, cents = parts
        return {"payment": payment, "sku": sku, "quantity": "1", "cents": cents}
    raise ValueError(f"not an order: {line!r}")


def write(orders: list[dict[str, str]]) -> str:
    lines = []
    for order in orders:
        if order["quantity"] == "1":
            fields = (order["payment"], order["sku"], order["cents"])
        else:
            fields = (order["payment"], order["sku"], order["quantity"], order["cents"])
        lines.append(";".join(fields))
    return "\n".join(lines)


def total(orders: list[dict[str, str]]) -> int:
    cents = 0
    for order in orders:
        cents += int(order["cents"]) * int(order["quantity"])
    return cents
