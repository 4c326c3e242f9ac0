"""The templates, and the few things that every page may ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from response_api import times

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"


class Paper:
    """Renders; knows no request. Autoescape is on for everything, and a name that is missing is an error."""

    def __init__(self) -> None:
        self.env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            # Code and templates of one version belong together: what is installed over a running process waits for its restart.
            auto_reload=False,
            undefined=jinja2.StrictUndefined,
        )
        self.env.filters["machine"] = times.machine
        self.env.filters["millis"] = times.millis
        self.env.globals["asset"] = asset

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        return self.env.get_template(name).render(context)


@cache
def asset(name: str) -> str:
    """The address of a static file, new when its content was at the start."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"
