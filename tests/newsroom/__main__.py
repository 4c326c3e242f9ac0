"""python -m tests.newsroom --port 8091"""

import argparse
import os
import signal
import threading
from datetime import datetime

from huiying.clock import Pace, SystemClock

from .server import Newsroom


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8091, help="0 takes any free port")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="2.0: what appears after 60 s appears after 30 s"
    )
    parser.add_argument("--slow", type=float, default=3.0, help="seconds that the very slow page takes")
    parser.add_argument(
        "--started", type=datetime.fromisoformat, help="when the site was first opened; default: now"
    )
    parser.add_argument("--clock", type=Pace.read, help="at what pace time runs: huiying.clock.Pace")
    parser.add_argument("--child-of", type=int, help="end with the process of this number")
    args = parser.parse_args()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with Newsroom(
        now=SystemClock(args.clock).now,
        port=args.port,
        speed=args.speed,
        host=args.host,
        slow=args.slow,
        started=args.started,
    ) as newsroom:
        print(newsroom.url, flush=True)
        while not stop.wait(1.0) and args.child_of in (None, os.getppid()):
            pass


if __name__ == "__main__":
    main()
