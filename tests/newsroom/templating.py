"""Page templates kept as files: $name for values, escaped here and nowhere else."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "templates"


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text(encoding="utf-8").rstrip("\n"))


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def render(name: str, /, **values: object) -> Markup:
    texts = {key: value if isinstance(value, Markup) else escape(str(value)) for key, value in values.items()}
    return Markup(_template(name).substitute(texts))


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("\n".join(parts))


def paragraphs(texts: tuple[str, ...], indent: str = "\u3000\u3000") -> Markup:
    return Markup("\n".join(f"<p>{indent}{escape(text, quote=False)}</p>" for text in texts))
