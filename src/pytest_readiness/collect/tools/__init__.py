"""Tools: running them, and reading what they print."""
