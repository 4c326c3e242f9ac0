"""``huiying`` and ``python -m huiying``: loads every command, and leaves without a word who is stopped meanwhile."""

from __future__ import annotations

import signal

from huiying.start import nothing_to_tidy, tidily


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, tidily)
    with nothing_to_tidy():
        from huiying.cli import main as commands
    commands()


if __name__ == "__main__":
    main()
