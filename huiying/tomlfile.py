"""TOML files that people in an office edit: read, checked, and every fault named by file, line and remedy, in Chinese."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huiying import complaints
from huiying.errors import Misconfigured

T = TypeVar("T", bound=BaseModel)

DEFAULTS = Path(__file__).resolve().parent.parent / "policy"
"""The policy files that travel with the package; ``huiying init`` copies them into the data folder."""

_WIDE = {"“": '"', "”": '"', "‘": "'", "’": "'", "＝": "=", "［": "[", "］": "]", "＃": "#", "，": ","}
_DATE = re.compile(r"[=\[,]\s*\d{4}(?:[/.年]\d{1,2}[/.月]\d|-\d-\d|-\d\d-\d(?!\d))")
"""A date as it is written by hand, outside of quotes."""
_HOUR = re.compile(r"[=\[,]\s*\d{1,2}(?:[:：]\d{1,2}(?![:\d])|[:：]\d{1,2}[:：]\d{1,2}|[点时])")
_UNIT = re.compile(r"[=\[,]\s*\d+\s*[^\W\d_]")
"""A number with its unit behind it."""
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


MOST = 20
"""Faults that are told at once: a folder may be wrong in one way in a hundred places."""


class Several:
    """Files that belong together, each by its model.  What is wrong in any of them is told at once."""

    def __init__(self, folder: Path, models: Mapping[str, type[BaseModel]]) -> None:
        """Raises Misconfigured."""
        self._found: dict[type[BaseModel], BaseModel] = {}

        def take(name: str, model: type[BaseModel]) -> None:
            self._found[model] = read(folder / name, model)

        refuse(faults(*(lambda name=name, model=model: take(name, model) for name, model in models.items())))

    def __getitem__(self, model: type[T]) -> T:
        return cast(T, self._found[model])


def faults(*looks: Callable[[], object]) -> list[str]:
    """What each of these refuses, one after the other."""
    found: list[str] = []
    for look in looks:
        try:
            look()
        except Misconfigured as fault:
            found += str(fault).splitlines()
    return found


def refuse(found: Iterable[str]) -> None:
    """Raises Misconfigured with all of these lines, or with the first of very many; not where there is none."""
    lines = list(found)
    if len(lines) > MOST:
        lines[MOST:] = [f"……还有 {len(lines) - MOST} 处，改好以上这些再检查一次"]
    if lines:
        raise Misconfigured("\n".join(lines))


def read(path: Path, model: type[T]) -> T:
    """The file's content as ``model``. Raises Misconfigured."""
    return parse(decoded(raw(path), name=str(path)), model, name=str(path))


def raw(path: Path) -> bytes:
    """Raises Misconfigured."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"{path}：读不了这个文件（{complaints.of_system(error)}）{_shipped(path)}"
        ) from error


def decoded(source: bytes, *, name: str) -> str:
    """As text, without the mark that some editors put in front. Raises Misconfigured."""
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        raise Misconfigured(f"{name} 第 {line} 行：不是 UTF-8 编码，请另存为 UTF-8") from error


def parse(text: str, model: type[T], *, name: str) -> T:
    """The same for text already at hand; ``name`` is what the message calls it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(_syntax_message(text, name, error)) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{name}{_where(text, problem['loc'])}：{remedy(problem['type'], problem['msg'], problem['input'])}"
            for problem in _plain(error.errors())
        ]
        raise Misconfigured("\n".join(lines)) from error


def _plain(problems: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without lists that are too short for no other reason than that what stands in them is wrong."""
    return [
        one
        for one in problems
        if one["type"] != "too_short"
        or not any(other is not one and other["loc"][: len(one["loc"])] == one["loc"] for other in problems)
    ]


def at(path: Path, word: str, message: str, *, everywhere: bool = False) -> str:
    """A fault that no model knows of: the message with the first line on which the word stands, or with every one."""
    return f"{path}{line_of(path, word, everywhere=everywhere)}：{message}"


def line_of(path: Path, word: str, *, everywhere: bool = False) -> str:
    """Where a word stands in a file, in Chinese; '' where it does not."""
    lines = path.read_text("utf-8-sig").splitlines()
    found = [str(i) for i, line in enumerate(lines, 1) if word in line.partition("#")[0]]
    where = "、".join(found if everywhere else found[:1])
    return f" 第 {where} 行" if where else ""


def fingerprint(*paths: Path) -> str:
    """A short hash of what these files say, to freeze into a case."""
    state = hashlib.sha256()
    for path in paths:
        state.update(path.read_bytes())
    return state.hexdigest()[:12]


def _syntax_message(text: str, name: str, error: tomllib.TOMLDecodeError) -> str:
    found = _POSITION.search(str(error))
    lines = text.splitlines() or [""]
    number = min(int(found.group(1)), len(lines)) if found else len(lines)
    line = lines[number - 1]
    wide = [char for char in line.split("#")[0] if char in _WIDE]
    if wide:
        return f"{name} 第 {number} 行：用了全角符号 {wide[0]}，请改成英文的 {_WIDE[wide[0]]}\n    {line.strip()}"
    why = _by_hand(line) or complaints.of_syntax(str(error))
    return f"{name} 第 {number} 行：格式不对（{why}）\n    {line.strip()}"


def _shipped(path: Path) -> str:
    """How to get a file back that travels with the package."""
    lost = not path.exists() and (DEFAULTS / path.name).is_file()
    return "。huiying init 会放入随软件附带的一份，已有的文件都不动" if lost else ""


def _by_hand(line: str) -> str:
    """What is wrong with a day, an hour or a number that is written as people write it; '' where none is."""
    if _DATE.search(line):
        return "日期要写成 2026-11-23 这样"
    bare = line.partition('"')[0]
    if _HOUR.search(bare):
        return "时刻要写成 08:30:00 这样，从 00:00:00 到 23:59:59"
    return "数字后面不带单位；要写文字的，加英文引号" if _UNIT.search(bare) else ""


def _where(text: str, location: tuple[int | str, ...]) -> str:
    """Line and key of a fault, found by counting tables: (source, 2, kind) is the third [[source]]."""
    location = tuple(part for part in location if part != "[key]")
    keys = ".".join(str(part) if isinstance(part, str) else f"第{part + 1}个" for part in location)
    line = _line_of(text, location)
    return (f" 第 {line} 行" if line else "") + (f" {keys}" if keys else "")


def _line_of(text: str, location: tuple[int | str, ...]) -> int | None:
    """Into each table of tables that the location goes through, then to the key."""
    lines = text.splitlines()
    start, end, path = 0, len(lines), ""
    for part, index in zip(location, (*location[1:], None), strict=False):
        if not isinstance(part, str):
            continue
        path = f"{path}.{part}" if path else part
        head = re.compile(rf"\s*\[\[?\s*{re.escape(path)}\s*\]")
        heads = [i for i in range(start, end) if head.match(lines[i])]
        place = index if isinstance(index, int) else 0
        if len(heads) > place:
            start = heads[place]
            end = heads[place + 1] if len(heads) > place + 1 else end
    wanted = next((part for part in reversed(location) if isinstance(part, str)), None)
    if wanted is None:
        return start + 1 if start else None
    for number in range(start, end):
        if number > start and re.match(r"\s*\[", lines[number]):
            break
        if re.match(rf"\s*\"?{re.escape(wanted)}\"?\s*=", lines[number]):
            return number + 1
    return start + 1 if start else None


def remedy(kind: str, message: str, value: object) -> str:
    """What to write instead, in Chinese, and what is there now."""
    told = advice(kind, message, value)
    if kind in {"missing", "extra_forbidden", "enum", "literal_error"} or isinstance(
        value, dict | list | tuple
    ):
        return told
    now = f"现在是 {_shown(value)}"
    return f"{told}（{now}）" if kind == "value_error" else f"{told}，{now}"


def advice(kind: str, message: str, value: object) -> str:
    """The same for where the value can be seen beside it."""
    if kind == "missing":
        return "缺少这一项，必须写明"
    if kind == "extra_forbidden":
        return "不认识这一项，请检查拼写或删掉"
    if kind in {"enum", "literal_error"}:
        choices = message.partition("Input should be ")[2].replace(" or ", "、").replace(", ", "、")
        return f"不认识 {_shown(value)}，可以写：{choices}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return complaints.of_value(kind, message) or "写法不对"


def _shown(value: object) -> str:
    """As it was written, but no more of it than fits on a line."""
    written = value.isoformat() if isinstance(value, date | time) else repr(value)
    return written if len(written) <= 60 else f"{written[:60]}……"
