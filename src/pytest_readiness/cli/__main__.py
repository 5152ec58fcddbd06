"""``python -m pytest_readiness.cli``."""

from __future__ import annotations

import sys

from pytest_readiness.cli.program import main

sys.exit(main())
