"""A source as an administrator types it: checked whole, every fault beside its field, and only what changed goes on.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.datastructures import FormData

from crawlers.cataloguing import Edition, Value
from crawlers.gate import Gate
from crawlers.sources import CHANNELS, HANDED_DOWN, LEVELS, Kind, Source
from crawlers.sources import ID as ID_SHAPE
from huiying import tomlfile
from response_api.source_fields import ID, NO, YES, Field, every_field

OWN = frozenset({"csrf", "kind", "seen", "nonce"})
"""What the page itself puts into the form."""
RESERVED = frozenset({"new"})
"""Would be the address of another page."""
INBOX = "inbox"
"""Where files may lie that a source of the web takes in: elsewhere in the data folder lie keys and databases."""
OFTEN = timedelta(minutes=1)
"""No source is looked at more often, unless the file says so."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class Forged(Exception):
    """No page of ours has such a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForm:
    """As typed: every field a text."""

    kind: Kind
    id: str = ""
    """Of the source that is changed; '' where it is a new one."""
    typed: Mapping[str, str]
    seen: str
    """The mark of what the page showed."""
    nonce: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    stands: Mapping[str, str] = field(default_factory=dict)
    """What somebody else has written meanwhile, where that is not what is typed here."""
    trouble: str = ""
    """What is the matter with the file, not with what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a form comes to."""

    changes: Mapping[str, Value | None]
    """Keys with their new values; None is taken out."""
    labels: tuple[str, ...]
    """What those keys are called."""


def read_form(sent: FormData, *, id: str = "") -> SourceForm:
    """Raises Forged where it has other fields than the form of its kind."""
    if (kind_named := sent.get("kind")) not in set(Kind):
        raise Forged
    kind = Kind(str(kind_named))
    names = {*every_field(kind), *(() if id else ("id",))}
    items = sent.multi_items()
    given = {name: value for name, value in items if isinstance(value, str)}
    if len(given) != len(items) or not set(given) <= names | OWN:
        raise Forged
    typed = {name: _typed(value) for name, value in given.items() if name in names}
    return SourceForm(kind=kind, id=id, typed=typed, seen=given.get("seen", ""), nonce=given.get("nonce", ""))


def form_of(edition: Edition, id: str) -> SourceForm:
    """As the file has it."""
    kind = source_in(edition, id).kind
    return SourceForm(kind=kind, id=id, typed=_shown_of(edition, id, kind), seen=edition.mark_of(id))


def empty_form(edition: Edition, kind: Kind) -> SourceForm:
    typed = {"id": "", **{name: _unset(one) for name, one in every_field(kind).items()}}
    return SourceForm(kind=kind, typed=typed, seen=edition.mark)


def source_in(edition: Edition, id: str) -> Source:
    return next(source for source in edition.catalogue.source if source.id == id)


def filled_in(form: SourceForm, edition: Edition) -> SourceForm:
    """What was not sent is as the file has it."""
    known = form_of(edition, form.id) if form.id else empty_form(edition, form.kind)
    return replace(form, typed={**known.typed, **form.typed})


def overtaken(form: SourceForm, edition: Edition) -> SourceForm:
    """What was typed, beside what somebody else wrote meanwhile; sent once more, it holds."""
    now = form_of(edition, form.id) if form.id else None
    stands = {
        name: value or "（没有写）"
        for name, value in (now.typed.items() if now else ())
        if value != form.typed[name]
    }
    told = CHANGED_SINCE if now else ADDED_SINCE
    return replace(form, seen=now.seen if now else edition.mark, stands=stands, trouble=told)


CHANGED_SINCE = "刚才别人改了这个来源，您填的还没有保存，都在下面。与现在不一样的，旁边写着现在的值；再按一次保存，就以您填的为准。"
ADDED_SINCE = (
    "刚才别人增加或删去了来源，您填的还没有保存，都在下面。请看看是不是同一个；不是的，再按一次保存。"
)


def checked(
    form: SourceForm, edition: Edition, choices: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[SourceForm, Written]:
    """The form with every fault, and what it comes to where there is none."""
    before = dict(edition.tables.get(form.id, {}))
    shown = _shown_of(edition, form.id, form.kind) if form.id else empty_form(edition, form.kind).typed
    fields = every_field(form.kind)
    touched = [one for name, one in fields.items() if form.typed[name] != shown[name]]
    faults, changes = {}, dict[str, Value | None]()
    for one in touched:
        if fault := _fault(one, form.typed[one.name], [value for value, _ in choices.get(one.name, ())]):
            faults[one.name] = fault
        else:
            changes |= _change(one, form.typed[one.name], before)
    faults |= {
        name: "必须填写" for name, one in fields.items() if one.needed and not form.typed[name].strip()
    }
    if not form.id:
        form, fault = _with_id(form, edition)
        faults |= {"id": fault} if fault else {}
    faults = {**_own_rules(form, edition, touched), **faults}
    faults = {**_of_the_model(form, edition, before, changes), **faults}
    labels = tuple(one.label for one in fields.values() if one.name in changes)
    return replace(form, faults=faults), Written(changes=changes, labels=labels)


def new_table(form: SourceForm, written: Written, edition: Edition) -> dict[str, Value]:
    """What a new source is written as: off, and within robots.txt even where the rest of the catalogue has leave not to be."""
    values = {name: value for name, value in written.changes.items() if value is not None}
    table: dict[str, Value] = {"id": form.typed["id"], "name": values.pop("name"), "kind": form.kind.value}
    obeys = {} if edition.catalogue.defaults.respect_robots else {"respect_robots": True}
    return {**table, **values, **obeys, "enabled": False}


def unshown(edition: Edition, id: str) -> tuple[str, ...]:
    """Keys that the file has of a source and the form does not show."""
    apart = {
        "id",
        "kind",
        "enabled",
        "respect_robots",
        "permission",
        *every_field(source_in(edition, id).kind),
    }
    return tuple(name for name in edition.tables[id] if name not in apart)


# ------------------------------------------------------------------------------------ between file and form


def _shown_of(edition: Edition, id: str, kind: Kind) -> dict[str, str]:
    table, source = edition.tables[id], source_in(edition, id)
    return {
        name: _shown(one, table[name], source) if name in table else _unset(one)
        for name, one in every_field(kind).items()
    }


def _shown(one: Field, value: Any, source: Source) -> str:
    match one.name:
        case "level":
            return next(word for word, tier in LEVELS.items() if tier is source.level)
        case "channel":
            return next((word for word, channel in CHANNELS.items() if channel is source.channel), "")
        case "follow":
            return YES if source.follow else NO
        case "ours":
            return {True: YES, False: NO, None: ""}[source.ours]
        case "drop":
            return _typed("\n".join(source.drop))
        case _:
            return _typed(re.sub(r"[\r\n]", "", str(value)))  # as a browser shows it on one line


def _unset(one: Field) -> str:
    return (
        next((word for word, tier in LEVELS.items() if tier is one.default), "")
        if one.name == "level"
        else (YES if one.name == "follow" else "")
    )


def _change(one: Field, text: str, before: Mapping[str, Any]) -> dict[str, Value | None]:
    """A default is not written where nothing stands; where something stands it takes its place."""
    value = _value(one, text) if text else one.default
    means = LEVELS[text] if one.name == "level" else value
    if one.name not in before and means == one.default:
        return {}
    return {one.name: value if isinstance(value, str | int | tuple) else None}


def _value(one: Field, text: str) -> Value:
    if one.lines:
        return tuple(line for line in text.split("\n") if line)
    if one.name in {"follow", "ours"}:
        return text == YES
    return int(text) if one.number else text


def _typed(text: str) -> str:
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()


# ------------------------------------------------------------------------------------ what is wrong


def _fault(one: Field, text: str, choices: Iterable[str]) -> str:
    if one.choices:
        return "" if text in choices else "请选择一项"
    if not one.lines and "\n" in text:
        return "只能写一行"
    if any(unicodedata.category(char) in _UNSEEN for char in text.replace("\n", "")):
        return "这里有看不见的字符，多半是复制时带来的：请删去，重新键入"
    if len(text) > one.most:
        return f"太长（{len(text):,} 字），最多 {one.most:,} 字"
    if one.number and text and not (text.isascii() and text.isdecimal()):
        return "应写数字"
    return ""


def _with_id(form: SourceForm, edition: Edition) -> tuple[SourceForm, str]:
    """With the id that its address suggests, where none was typed."""
    typed = form.typed["id"]
    if not typed:
        proposed = _proposed(form.typed.get("url", ""), form.typed.get("path", ""), set(edition.tables))
        said = "替您填了一个，看一看，要改就改，再保存" if proposed else "必须填写"
        return replace(form, typed={**form.typed, "id": proposed}), said
    if typed in RESERVED:
        return form, f"{typed} 不能用作编号，请换一个"
    if typed in edition.tables:
        return form, f"已经有编号是 {typed} 的来源，请换一个"
    if not re.fullmatch(ID_SHAPE, typed):
        return form, f"只用小写字母、数字和短横线，以字母或数字开头，最多 {ID.most} 个字符"
    return form, ""


def _proposed(url: str, path: str, taken: set[str]) -> str:
    parts = path.split("/")
    try:
        stem = (urlsplit(url).hostname or "").removeprefix("www.") or (parts[-2] if len(parts) > 2 else "")
    except ValueError:
        stem = ""
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:50].strip("-")
    tries = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in tries if one not in taken | RESERVED) if name else ""


def _own_rules(form: SourceForm, edition: Edition, touched: Iterable[Field]) -> dict[str, str]:
    """What the web is stricter in than the file."""
    names = {one.name for one in touched}
    url = _url_fault(form, edition) if "url" in names else ""
    path = _path_fault(form.typed["path"]) if "path" in names else ""
    return {name: fault for name, fault in (("url", url), ("path", path)) if fault}


def _url_fault(form: SourceForm, edition: Edition) -> str:
    text = form.typed["url"]
    try:
        split = urlsplit(text)
        port = split.port or {"http": 80}.get(split.scheme, 443)
    except ValueError:
        return ""  # the model says it
    if re.search(r"\s", text):
        return "网址里不能有空格"
    if text and split.scheme in {"http", "https"} and not split.hostname:
        return "网址里没有网站的名字，例如 https://www.example.gov.cn/zwdt/"
    if split.username is not None or split.password is not None:
        return "网址里不能带用户名和密码"
    if split.hostname and not Gate(edition.catalogue.defaults.allow_hosts).admits(split.hostname, port):
        return (
            f"{split.hostname} 是内部地址，不采集；确需采集，请在服务器上把它写进 sources.toml 的 allow_hosts"
        )
    source = source_in(edition, form.id) if form.id else None
    if source and not source.respect_robots and split.netloc != urlsplit(source.url).netloc:
        return "不受 robots.txt 限制的批准只对原来的网站：要换网站，请在服务器上改 sources.toml"
    return ""


def _path_fault(path: str) -> str:
    parts = path.split("/")
    if path and (parts[0] != INBOX or len(parts) < 2 or not parts[-1] or "\\" in path):
        return f"写 {INBOX}/ 里的文件，例如 inbox/12345/*.csv；别处的文件请在服务器上改 sources.toml"
    return "不用 **，一层一层写明，例如 inbox/12345/*.csv" if "**" in path else ""


def _of_the_model(
    form: SourceForm, edition: Edition, before: Mapping[str, Any], changes: Mapping[str, Value | None]
) -> dict[str, str]:
    """What the catalogue itself would refuse."""
    handed_down = edition.catalogue.defaults.model_dump(include=set(HANDED_DOWN))
    given = {name: value for name, value in {**before, **changes}.items() if value is not None}
    whole = {"id": form.typed.get("id", form.id), "kind": form.kind, **handed_down, **given}
    try:
        source = Source.model_validate(whole)
    except ValidationError as error:
        return {
            str(one["loc"][0]): tomlfile.advice(one["type"], one["msg"], one["input"])
            for one in error.errors()
            if one["loc"]
        }
    return {"every": "至少隔 1m（一分钟）"} if changes.get("every") and source.every < OFTEN else {}
