"""``make bench``: the way of a post beside a peer, then at a steady rate to the board; ``--help`` says what can be varied."""

from __future__ import annotations

import argparse
import os

from bench import board, way
from services.common import Unavailable


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--engine",
        choices=("embedded", "distributed"),
        default="embedded",
        help="distributed: on Kafka and Elasticsearch too, started for this, after the embedded one",
    )
    parser.add_argument("--only", choices=("way", "board"), help="one of the two parts")
    parser.add_argument(
        "--relevant", type=float, default=0.02, help="share of posts that speak of the office"
    )
    peer = parser.add_argument_group("the way of a post, beside a peer")
    peer.add_argument("--posts", type=int, default=4000, help="posts in the throughput run")
    peer.add_argument("--paced", type=float, default=20.0, help="seconds of the paced run")
    peer.add_argument("--paced-rate", type=float, default=100.0, help="posts a second offered in it")
    steady = parser.add_argument_group("to the board")
    steady.add_argument(
        "--seconds",
        type=float,
        default=float(os.environ.get("BENCH_SECONDS") or 60),
        help="how long posts are offered (also: BENCH_SECONDS)",
    )
    steady.add_argument("--rate", type=float, default=1000.0, help="posts a second")
    steady.add_argument("--lines", type=int, default=20_000, help="archive lines before the first run")
    steady.add_argument("--cases", type=int, default=200, help="cases before the first run")
    steady.add_argument("--times", type=int, default=10, help="how much more before the second; 1: no second")
    chosen = parser.parse_args()
    if chosen.only != "board":
        way.measure(posts=chosen.posts, relevant=chosen.relevant, paced=chosen.paced, rate=chosen.paced_rate)
    if chosen.only != "way":
        try:
            board.measure(
                distributed=chosen.engine == "distributed",
                seconds=chosen.seconds,
                rate=chosen.rate,
                relevant=chosen.relevant,
                lines=chosen.lines,
                cases=chosen.cases,
                times=chosen.times,
            )
        except Unavailable as reason:
            raise SystemExit(f"bench: {reason}") from reason


if __name__ == "__main__":
    main()
