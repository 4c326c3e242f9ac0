"""``python -m services up|down|status [kafka|elasticsearch …]``."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from functools import partial

from services.common import Service, Unavailable, alone, wait_until

NAMES = ("kafka", "elasticsearch")
PATIENCE_SECONDS = 120


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("act", choices=("up", "down", "status"))
    parser.add_argument("names", nargs="*", metavar="kafka|elasticsearch", help="default: all")
    parser.add_argument(
        "--in-memory",
        action="store_true",
        help="up: start empty, over files in memory where there is room for them (2 GB of /dev/shm): for tests alone",
    )
    asked = parser.parse_args()
    if strange := set(asked.names) - set(NAMES):
        parser.error(f"no such service: {', '.join(sorted(strange))}")
    acts: dict[str, Callable[[Service], int]] = {
        "up": partial(up, in_memory=asked.in_memory),
        "down": down,
        "status": status,
    }
    worst = 0
    for name in asked.names or NAMES:
        try:
            worst = max(worst, acts[asked.act](load(name)))
        except Unavailable as reason:
            print(f"{name}: {reason}", file=sys.stderr)
            worst = 1
    return worst


def load(name: str) -> Service:
    service: Service = importlib.import_module(f"services.{name}").SERVICE
    return service


def up(service: Service, *, in_memory: bool) -> int:
    started = time.monotonic()
    with alone(service.name):
        service.fetch()
        address = service.start(in_memory=in_memory)
        wait_until(lambda: service.ready(address) or not service.running(), within=PATIENCE_SECONDS)
    if not service.ready(address):
        raise Unavailable(f"did not come up:\n{service.last_words()}")
    print(f"{service.name}: {address} (ready in {time.monotonic() - started:.1f} s)")
    return 0


def down(service: Service) -> int:
    with alone(service.name):
        print(f"{service.name}: {'stopped' if service.stop() else 'was not running'}")
    return 0


def status(service: Service) -> int:
    running = service.running()
    print(f"{service.name}: {'running' if running else 'not running'}")
    return 0 if running else 1


if __name__ == "__main__":
    raise SystemExit(main())
