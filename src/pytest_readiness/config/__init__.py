"""``[tool.pytest-readiness]`` to a Policy; every problem at once, with key path, line and nearest name."""
