"""A command of the office, run in this process."""

from __future__ import annotations

from typer.testing import CliRunner

from huiying.cli import cli


def run(*words: str) -> str:
    """What it prints; what it raises that is no end of a command is raised here."""
    result = CliRunner().invoke(cli, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout
