"""A worker of its own, in a fresh process: how long it takes to be ready, and what memory it holds after many posts.

``python -m bench.nlp.worker MODELS POSTS`` prints one line of JSON.
"""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import json  # noqa: E402
import os  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

BATCH = 500
"""Posts that a worker takes in at once at most."""
CANDIDATES = 0.02


def measured(models: Path, posts: int) -> dict[str, float]:
    """``start_seconds`` and ``start_cpu`` from the interpreter's first line to a reader that is ready; ``memory_mb``."""
    run = subprocess.run(
        [sys.executable, "-m", "bench.nlp.worker", str(models), str(posts)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def main() -> None:
    from huiying.tomlfile import DEFAULTS
    from nlp.pipeline import Reader

    reader = Reader.load(Path(sys.argv[1]), DEFAULTS, "henan")
    start, cpu = time.perf_counter() - BEGUN, time.process_time()
    loaded = _memory()

    from bench.nlp import texts

    many = int(sys.argv[2])
    for at in range(0, many, BATCH):
        some = min(BATCH, many - at)
        mine = round(some * CANDIDATES)
        batch = texts.background(some - mine, seed=at) + texts.candidates(mine, seed=at)
        reader.read(batch, texts.NOW)
    print(
        json.dumps(
            {
                "start_seconds": start,
                "start_cpu": cpu,
                "memory_loaded_mb": loaded,
                "memory_mb": _memory(),
                "posts": many,
            }
        )
    )


def _memory() -> float:
    """Megabytes (RSS) of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
