"""A bot that posts summaries."""

__version__ = "0.9.0"
