"""How long commands take beside a bare Python's start, interleaved in one run; medians.

    python benchmarks/startup.py [rounds]

Run it on an environment whose bytecode is compiled, or the first imports are measured instead.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = str(Path(sys.executable).parent / "slipstick")
COMPLETION = {
    "_SLIPSTICK_COMPLETE": "bash_complete",
    "COMP_WORDS": "slipstick e",
    "COMP_CWORD": "1",
}
COMMANDS: dict[str, tuple[list[str], dict[str, str]]] = {
    "python -c pass": ([sys.executable, "-c", "pass"], {}),
    "slipstick --version": ([SCRIPT, "--version"], {}),
    "completion of a command": ([SCRIPT], COMPLETION),
    "slipstick list": ([SCRIPT, "list"], {}),
    "slipstick estimate url-shortener": ([SCRIPT, "estimate", "url-shortener"], {}),
    "slipstick audit": ([SCRIPT, "audit"], {}),
}


def main(rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, (command, extra) in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, env={**os.environ, **extra}, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    bare = statistics.median(times["python -c pass"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:<34}{median * 1e3:8.1f} ms{median / bare:8.1f}x a bare start")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
