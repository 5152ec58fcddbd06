"""A trading desk: strategies within limits."""

__version__ = "3.1.0"
