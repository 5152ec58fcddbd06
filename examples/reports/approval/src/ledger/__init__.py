"""A ledger that is exported each night."""

__version__ = "1.3.0"
