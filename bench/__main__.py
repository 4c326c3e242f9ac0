"""``make bench``: the way of a post, measured beside a peer in the same run; ``--help`` says what can be varied."""

from __future__ import annotations

import argparse

from bench import way


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=way.__doc__)
    parser.add_argument("--posts", type=int, default=4000, help="posts in the throughput run")
    parser.add_argument(
        "--relevant", type=float, default=0.02, help="share of posts that speak of the office"
    )
    parser.add_argument("--paced", type=float, default=20.0, help="seconds of the paced run")
    parser.add_argument("--rate", type=float, default=100.0, help="posts a second that are offered in it")
    way.measure(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
