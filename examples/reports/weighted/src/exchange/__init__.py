"""An exchange of messages between banks."""

__version__ = "5.0.0"
