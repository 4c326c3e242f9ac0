"""What the public will read: the bytes, what must be right about them first, and which duties they meet.  Pure.

A statement is one UTF-8 document of plain lines, the same on the reviewer's screen, under the signature and on the public
page.  ``compose`` makes it, ``parse`` reads it back: there is no second form of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from huiying import personal
from huiying.clock import SHANGHAI
from huiying.contracts import Category, ClockKind, Publicity, StatementKind
from triage.packs import Handling, TextRow


class Part(StrEnum):
    """The five content parts (domain rules 5.2)."""

    FACTS = "facts"
    STANCE = "stance"
    MEASURES = "measures"
    NEXT = "next"
    CONTACT = "contact"


PARTS = {
    Part.FACTS: "事实",
    Part.STANCE: "态度",
    Part.MEASURES: "措施",
    Part.NEXT: "下一步",
    Part.CONTACT: "联系方式",
}

KINDS = {
    StatementKind.FIRST: "权威信息",
    StatementKind.ANSWER: "回应",
    StatementKind.RESULT: "处理结果",
    StatementKind.PRESS: "新闻发布会",
}

PUBLICITIES = {
    Publicity.OPEN: "主动公开",
    Publicity.ON_REQUEST: "依申请公开",
    Publicity.CLOSED: "不予公开",
}

MEETS = {
    StatementKind.FIRST: (ClockKind.STATEMENT,),
    StatementKind.ANSWER: (ClockKind.STATEMENT, ClockKind.RESPONSE),
    StatementKind.RESULT: (ClockKind.STATEMENT, ClockKind.RESPONSE),
    StatementKind.PRESS: (ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE),
}
"""Clocks that a statement of a kind may stop, when there is substance in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A statement as people write it."""

    kind: StatementKind
    category: Category
    publicity: Publicity = Publicity.OPEN
    ground: str = ""
    """Key of a ground in ``policy/handling.toml``; '' where it is open."""
    next_release_at: datetime | None = None
    title: str = ""
    parts: Mapping[Part, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a draft that a person must see. What blocks keeps it from going to review."""

    where: str
    """A part, or ``title`` or ``whole``."""
    what: str
    """In Chinese: what is wrong and what to do."""
    blocks: bool = True


# ------------------------------------------------------------------------------------------ the document

_HEAD = ("标题", "类型", "处置分类", "公开属性", "不公开理由", "下次发布", "发布单位")
_STAMP = "%Y-%m-%d %H:%M"


def compose(draft: Draft, *, unit: str, handling: Handling) -> bytes:
    """The document, ready to be hashed: UTF-8, LF, one line feed at the end. ``unit`` is the publishing unit's name."""
    ground = next((row for row in handling.ground if row.key == draft.ground), None)
    head = {
        "标题": _one_line(draft.title),
        "类型": KINDS[draft.kind],
        "处置分类": handling.row(draft.category).name,
        "公开属性": PUBLICITIES[draft.publicity],
        "不公开理由": f"{ground.name}（{ground.citation}）" if ground else "",
        "下次发布": f"{draft.next_release_at.astimezone(SHANGHAI):{_STAMP}}" if draft.next_release_at else "",
        "发布单位": _one_line(unit),
    }
    lines = [f"{name}：{value}" for name, value in head.items() if value]
    for part, name in PARTS.items():
        if text := clean(draft.parts.get(part, "")):
            lines += ["", f"【{name}】", *(_shielded(line) for line in text.split("\n"))]
    return ("\n".join(lines) + "\n").encode("utf-8")


@dataclass(frozen=True, slots=True)
class Document:
    """A statement's bytes, read back."""

    head: Mapping[str, str]
    parts: Mapping[Part, str]

    @property
    def title(self) -> str:
        return self.head.get("标题", "")

    @property
    def unit(self) -> str:
        return self.head.get("发布单位", "")


def parse(body: bytes) -> Document:
    """Everything that ``compose`` put in, as text. For any bytes: what is not understood is left out."""
    lines = body.decode("utf-8", "replace").split("\n")
    names = {f"【{name}】": part for part, name in PARTS.items()}
    head: dict[str, str] = {}
    parts: dict[Part, list[str]] = {}
    current: Part | None = None
    for line in lines:
        if line in names and names[line] not in parts:
            current = names[line]
            parts[current] = []
        elif current is not None:
            parts[current].append(line.removeprefix(_SHIELD) if line.startswith(_SHIELD) else line)
        else:
            name, colon, value = line.partition("：")
            if colon and name in _HEAD:
                head.setdefault(name, value)
    return Document(head=head, parts={part: "\n".join(said).strip("\n") for part, said in parts.items()})


def draft_of(body: bytes, *, kind: StatementKind, category: Category, publicity: Publicity, ground: str,
             next_release_at: datetime | None) -> Draft:  # fmt: skip
    """The draft behind a document, to be edited on."""
    document = parse(body)
    return Draft(
        kind=kind,
        category=category,
        publicity=publicity,
        ground=ground,
        next_release_at=next_release_at,
        title=document.title,
        parts=document.parts,
    )


_SHIELD = "　"
"""An ideographic space before a line of a part that looks like the head of one: indented, as Chinese text is."""


def _shielded(line: str) -> str:
    return _SHIELD + line if line.startswith(("【", _SHIELD)) else line


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """One kind of line end, no control characters, no invisible ones, no spaces at the ends of lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [
        "".join(c for c in line if c == "\t" or unicodedata.category(c) not in _UNSEEN).rstrip()
        for line in lines
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

# ---------------------------------------------------------------------------------------------- the checks

_SECRET_MARK = re.compile(r"(?:绝密|机密|秘密)\s*[★☆＊*]|[★☆]\s*(?:绝密|机密|秘密)|密\s*级\s*[:：]|[【\[（(]\s*(?:绝密|机密|秘密|内部资料|内部文件)\s*[】\])）]|内部\s*(?:资料|文件)\s*[,，]?\s*(?:注意保存|不得外传|严禁外传)")  # fmt: skip
_PRIVATE_ALLOWED = frozenset({personal.LANDLINE, personal.MAIL})
"""How the office is reached, in the part that says so."""
_FORMULA = re.compile(r"^\s*[=+@]\S")


def findings(draft: Draft, handling: Handling) -> tuple[Finding, ...]:
    """Everything that speaks against sending this to review, and what a reviewer should look at."""
    return tuple(_findings(draft, handling))


def _findings(draft: Draft, handling: Handling) -> Iterator[Finding]:
    rules = handling.text
    title = _one_line(draft.title)
    if not title:
        yield Finding(where="title", what="还没有标题")
    elif len(title) > rules.title_most:
        yield Finding(where="title", what=f"标题 {len(title)} 字，最多 {rules.title_most} 字")
    for part, name in PARTS.items():
        text = clean(draft.parts.get(part, ""))
        if not text.strip():
            yield Finding(where=part, what=f"缺少“{name}”部分")
        elif len(text) > rules.part_most:
            yield Finding(where=part, what=f"“{name}”{len(text)} 字，最多 {rules.part_most} 字")
    whole = sum(len(text) for text in draft.parts.values())
    if whole > rules.whole_most:
        yield Finding(where="whole", what=f"全文 {whole} 字，最多 {rules.whole_most} 字")
    yield from _attributes(draft, handling)
    for where, text in (("title", title), *((part.value, clean(text)) for part, text in draft.parts.items())):
        yield from _private(where, text)
        yield from _marks(where, text)
    if not lacking(draft, rules):
        return
    kept = "、".join(lacking(draft, rules))
    yield Finding(
        where="whole", what=f"内容还不足以停下时限：{kept}。可以发布，但不算完成权威信息或回应", blocks=False
    )


def _attributes(draft: Draft, handling: Handling) -> Iterator[Finding]:
    fitting = {row.key for row in handling.ground if row.publicity is draft.publicity}
    if draft.publicity is not Publicity.OPEN and draft.ground not in fitting:
        yield Finding(where="ground", what=f"{PUBLICITIES[draft.publicity]}要写明理由")
    if draft.publicity is Publicity.OPEN and draft.ground:
        yield Finding(where="ground", what="主动公开的不写不公开理由")
    if draft.publicity is not Publicity.OPEN and draft.kind in (StatementKind.FIRST, StatementKind.PRESS):
        yield Finding(where="publicity", what=f"{KINDS[draft.kind]}只能主动公开")
    if draft.kind is StatementKind.FIRST and draft.next_release_at is None:
        yield Finding(where="next_release_at", what="权威信息要写明下次发布时间")


def _private(where: str, text: str) -> Iterator[Finding]:
    for hit in personal.find(text):
        if where == Part.CONTACT and hit.kind in _PRIVATE_ALLOWED:
            continue
        yield Finding(where=where, what=f"疑似{hit.kind}“{_masked(text[hit.start : hit.end])}”，请删去或遮盖")


def _marks(where: str, text: str) -> Iterator[Finding]:
    if found := _SECRET_MARK.search(text):
        yield Finding(
            where=where, what=f"有密级标志“{found.group()}”：涉密内容不得进入本系统，请按保密规定处理"
        )
    if any(_FORMULA.match(line) for line in text.split("\n")):
        yield Finding(where=where, what="有以 = + @ 开头的行，导出表格时会被当作公式，请改写", blocks=False)


def _masked(text: str) -> str:
    return text[:3] + "*" * max(0, len(text) - 5) + text[-2:] if len(text) > 5 else "*" * len(text)


# ---------------------------------------------------------------------------------------------- substance


def lacking(draft: Draft, rules: TextRow) -> tuple[str, ...]:
    """What is missing before a statement stops a clock, in Chinese; () where nothing is.

    已关注，正在调查 is no answer (domain rules 1.6): without stock phrases, facts and measures must say something, and
    authoritative information must say when more will follow.
    """
    found = []
    if _substance(draft.parts.get(Part.FACTS, ""), rules) < rules.facts_least:
        found.append("没有说出已知事实")
    if _substance(draft.parts.get(Part.MEASURES, ""), rules) < rules.measures_least:
        found.append("没有说出采取的措施")
    if draft.kind is StatementKind.FIRST and draft.next_release_at is None:
        found.append("没有写明下次发布时间")
    return tuple(found)


def meets(draft: Draft, rules: TextRow) -> tuple[ClockKind, ...]:
    """The clocks that this statement stops once it is published."""
    return () if lacking(draft, rules) else MEETS[draft.kind]


def _substance(text: str, rules: TextRow) -> int:
    """Characters that say something: letters and figures that are left when the stock phrases are out."""
    text = clean(text)
    for phrase in sorted(rules.stock, key=len, reverse=True):
        text = text.replace(phrase, " ")
    return sum(1 for char in text if unicodedata.category(char)[0] in "LN")


def edited(draft: Draft, **changes: str) -> Draft:
    """The draft with some of its parts replaced, by name."""
    return replace(draft, parts={**draft.parts, **{Part(name): text for name, text in changes.items()}})
