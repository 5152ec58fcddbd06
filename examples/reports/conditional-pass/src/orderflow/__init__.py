"""Order flow: large trades seen on the tape, as signals."""

__version__ = "0.4.0"
