"""pytest-readiness: the release verdict of a Python project."""
