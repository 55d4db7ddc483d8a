"""The dashboard without the command line: what each session of `slipstick serve` runs."""

from __future__ import annotations

import sys

from app import commands
from app.dashboard import run

try:
    sys.exit(run(*sys.argv[1:2]))
except commands.expected_errors() as error:
    sys.exit(f"slipstick: {error}")
