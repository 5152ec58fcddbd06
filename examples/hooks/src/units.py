"""Conversions between units."""

from __future__ import annotations

__all__ = ["celsius", "fahrenheit", "kilometres", "miles"]


def celsius(fahrenheit: float) -> float:
    """Degrees Celsius of degrees Fahrenheit."""
    return (fahrenheit - 32) / 1.8


def fahrenheit(celsius: float) -> float:
    """Degrees Fahrenheit of degrees Celsius."""
    return celsius * 1.8 + 32


def kilometres(miles: float) -> float:
    """Kilometres of miles."""
    return miles * 1.609344


def miles(kilometres: float) -> float:
    return kilometres / 1.609344
