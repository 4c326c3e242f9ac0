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
from huiying.contracts import Category, ClockKind, Publicity, Statement, StatementKind
from huiying.secrecy import secret_in
from triage.packs import Handling, TextRow
from triage.words import PUBLICITIES, STATEMENTS


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

MEETS = {
    StatementKind.FIRST: (ClockKind.STATEMENT,),
    StatementKind.ANSWER: (ClockKind.STATEMENT, ClockKind.RESPONSE),
    StatementKind.RESULT: (ClockKind.STATEMENT, ClockKind.RESPONSE, ClockKind.PUBLISH_RESULT),
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
    corrects: str = ""
    """Id of the statement that it puts right, or ''."""
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

_HEAD = ("标题", "类型", "更正", "处置分类", "公开属性", "不公开理由", "下次发布", "发布单位")
_STAMP = "%Y-%m-%d %H:%M"


def compose(draft: Draft, *, unit: str, handling: Handling, corrected: Statement | None = None) -> bytes:
    """The document, ready to be hashed: UTF-8, LF, one line feed at the end. ``unit`` is the publishing unit's name; ``corrected``
    the statement that it puts right.
    """
    ground = next((row for row in handling.ground if row.key == draft.ground), None)
    head = {
        "标题": one_line(draft.title),
        "类型": STATEMENTS[draft.kind],
        "更正": reference(corrected) if corrected else "",
        "处置分类": handling.row(draft.category).name,
        "公开属性": PUBLICITIES[draft.publicity],
        "不公开理由": f"{ground.name}（{ground.citation}）" if ground else "",
        "下次发布": f"{draft.next_release_at.astimezone(SHANGHAI):{_STAMP}}" if draft.next_release_at else "",
        "发布单位": one_line(unit),
    }
    lines = [f"{name}：{value}" for name, value in head.items() if value]
    for part, name in PARTS.items():
        if text := clean(draft.parts.get(part, "")):
            lines += ["", f"【{name}】", *(_shielded(line) for line in text.split("\n"))]
    return ("\n".join(lines) + "\n").encode("utf-8")


def reference(statement: Statement) -> str:
    """How a correction names what it puts right: by when it was published and its id, never by words that may be the fault."""
    at = (statement.published_at or statement.edited_at).astimezone(SHANGHAI)
    return f"{at:{_STAMP}} 发布的{STATEMENTS[statement.kind]}（编号 {statement.id}）"


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
    head: dict[str, str] = {}
    parts: dict[Part, list[str]] = {}
    current: Part | None = None
    for line in lines:
        if line in _HEADINGS and _HEADINGS[line] not in parts:
            current = _HEADINGS[line]
            parts[current] = []
        elif current is not None:
            parts[current].append(line[1:] if line.startswith(_SHIELD) and _like_heading(line) else line)
        else:
            name, colon, value = line.partition("：")
            if colon and name in _HEAD:
                head.setdefault(name, value)
    return Document(head=head, parts={part: "\n".join(said).strip("\n") for part, said in parts.items()})


def draft_of(body: bytes, *, kind: StatementKind, category: Category, publicity: Publicity, ground: str,
             next_release_at: datetime | None, corrects: str = "") -> Draft:  # fmt: skip
    """The draft behind a document, to be edited on."""
    document = parse(body)
    return Draft(
        kind=kind,
        category=category,
        publicity=publicity,
        ground=ground,
        next_release_at=next_release_at,
        title=document.title,
        corrects=corrects,
        parts=document.parts,
    )


_HEADINGS = {f"【{name}】": part for part, name in PARTS.items()}
_SHIELD = "　"
"""An ideographic space before a line of a part that would read as the head of one: indented, as Chinese text is."""


def _like_heading(line: str) -> bool:
    return line.lstrip(_SHIELD) in _HEADINGS


def _shielded(line: str) -> str:
    return _SHIELD + line if _like_heading(line) else line


def one_line(text: str) -> str:
    """Cleaned, on a single line: a title, or a name."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """One kind of line end, nothing that cannot be seen or that turns the writing round, no spaces at the ends of lines.

    Whatever can be seen stays: rare characters of any plane, those that an office made for itself, emoji and what joins
    them, indented lines.
    """
    lines = _LINE_END.sub("\n", text).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_seen(line).rstrip() for line in lines)).strip("\n")


_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_VARIANTS = re.compile("([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
"""One chooses the form of the character before it; more than one hide something."""
_JOINER = "\u200d"
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
"""Letters, marks and signs by name, yet nothing to see."""


def _seen(line: str) -> str:
    kept = "".join(
        char
        for at, char in enumerate(line)
        if not _is_unseen(char) or (char == _JOINER and _joins(line[at - 1 : at], line[at + 1 : at + 2]))
    )
    return _VARIANTS.sub(r"\1", kept)


def _is_unseen(char: str) -> bool:
    if char == "\t":
        return False
    category = unicodedata.category(char)
    if category != "Cn":
        return char in _BLANKS or category in ("Cc", "Cf", "Cs")
    # Not yet in this Python's tables: a new character as a rule, and a person's name may need it.
    code = ord(char)
    never = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return never or code == 0x2065 or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF


def _joins(before: str, after: str) -> bool:
    """Whether a joiner stands between two pictures, and makes them one."""
    drawn = bool(before) and (before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk"))
    return drawn and bool(after) and after not in _BLANKS and unicodedata.category(after) in ("So", "Cn")


# ---------------------------------------------------------------------------------------------- the checks

_PRIVATE_ALLOWED = frozenset({personal.LANDLINE, personal.MAIL})
"""How the office is reached, in the part that says so."""
MOST_PRIVATE = 10
_FORMULA = re.compile(r"^\s*(?:[=+@＝＋＠]\S|[-－][A-Za-z(=+@])")


def findings(draft: Draft, handling: Handling, now: datetime) -> tuple[Finding, ...]:
    """Everything that speaks against sending this to review, and what a reviewer should look at. ``now``: of what is published
    already, when it was.
    """
    return tuple(_findings(draft, handling, now))


def _findings(draft: Draft, handling: Handling, now: datetime) -> Iterator[Finding]:
    rules = handling.text
    title = one_line(draft.title)
    texts = {part: clean(draft.parts.get(part, "")) for part in Part}
    if not title:
        yield Finding(where="title", what="还没有标题")
    elif len(title) > rules.title_most:
        yield Finding(where="title", what=f"标题 {len(title)} 字，最多 {rules.title_most} 字")
    for part, name in PARTS.items():
        if not texts[part].strip():
            yield Finding(where=part, what=f"缺少“{name}”部分")
        elif len(texts[part]) > rules.part_most:
            yield Finding(where=part, what=f"“{name}”{len(texts[part])} 字，最多 {rules.part_most} 字")
    whole = sum(map(len, texts.values()))
    if whole > rules.whole_most:
        yield Finding(where="whole", what=f"全文 {whole} 字，最多 {rules.whole_most} 字")
    yield from _attributes(draft, handling)
    if late := outdated(draft, now):
        yield Finding(where="next_release_at", what=late)
    if promised := _promised(draft, texts[Part.NEXT]):
        what = f"“下一步”里写了“{promised}”，没有填下次发布时间。填了，到期前会提醒，公众也看得到；没填，按回访的时限提醒"
        yield Finding(where="next_release_at", what=what, blocks=False)
    for where, text in (("title", title), *((part.value, text) for part, text in texts.items())):
        yield from _private(where, text)
        yield from _marks(where, text)
    if draft.publicity is Publicity.OPEN and not draft.corrects and (missing := lacking(draft, rules)):
        what = f"内容还不足以停下时限：{'、'.join(missing)}。可以发布，但不算完成权威信息或回应"
        yield Finding(where="whole", what=what, blocks=False)


_PROMISE = re.compile(
    r"[^。；;！!？?\n，,、]{0,24}?(?:[将会拟]|另行|适时|届时|及时|随时|陆续|[日天月内][前内后])[^。；;！!？?\n，,]{0,16}?(?:公布|公开|公示|发布|通报)"
)
"""That more is going to be told to the public."""


def _promised(draft: Draft, text: str) -> str:
    """What is promised of a next release, where none is set down for the office to keep; '' where nothing is."""
    watched = draft.next_release_at is not None or draft.corrects or draft.kind is StatementKind.FIRST
    if watched or draft.publicity is not Publicity.OPEN:
        return ""
    found = _PROMISE.search(text)
    return found[0].strip() if found else ""


def unkeepable(title: str, parts: Mapping[Part, str], rules: TextRow) -> dict[str, str]:
    """What speaks against keeping a draft at all, by field. A draft may lack much; one that lacks everything is none."""
    faults: dict[str, str] = {}
    if not title and not any(text.strip() for text in parts.values()):
        faults["whole"] = "标题和五个部分都还空着，没有存下。写一点再保存，不用一次写全"
    if len(title) > 10 * rules.title_most:
        faults["title"] = f"标题 {len(title)} 字，最多 {rules.title_most} 字，没有存下。请先改短"
    whole = sum(map(len, parts.values()))
    if whole > 2 * rules.whole_most:
        faults["whole"] = (
            f"全文 {whole} 字，最多 {rules.whole_most} 字，没有存下。请先删减，写的内容还在这一页"
        )
    marks = {where: secret_in(text) for where, text in (("title", title), *parts.items())}
    return faults | {where: f"{told}，没有存下" for where, told in marks.items() if told}


def outdated(draft: Draft, now: datetime) -> str:
    """Why the draft promises nothing any more; '' where its next release is still to come, or none is promised."""
    if draft.next_release_at is None or draft.next_release_at > now:
        return ""
    at = draft.next_release_at.astimezone(SHANGHAI)
    return f"下次发布时间（{at:{_STAMP}}）已经过去，请改为以后的时间；不再发布的，不写"


def _attributes(draft: Draft, handling: Handling) -> Iterator[Finding]:
    fitting = {row.key for row in handling.ground if row.publicity is draft.publicity}
    name = PUBLICITIES[draft.publicity]
    if draft.publicity is not Publicity.OPEN and draft.ground not in fitting:
        what = f"选的理由不是{name}的理由，请换一条" if draft.ground else f"{name}要写明理由"
        yield Finding(where="ground", what=what)
    if draft.publicity is Publicity.OPEN and draft.ground:
        yield Finding(where="ground", what="主动公开的不写不公开理由")
    if draft.publicity is not Publicity.OPEN and draft.kind is not StatementKind.RESULT:
        yield Finding(where="publicity", what=f"{STATEMENTS[draft.kind]}只能主动公开；不公开的只能是处理结果")
    if draft.publicity is not Publicity.OPEN:
        what = "不主动公开的处理结果不算公开回应，不停下任何时限"
        yield Finding(where="publicity", what=what, blocks=False)
    if draft.corrects and draft.publicity is not Publicity.OPEN:
        yield Finding(where="publicity", what="更正只能主动公开：公众看到过原来的，也要看到更正")
    if draft.kind is StatementKind.FIRST and draft.next_release_at is None and not draft.corrects:
        yield Finding(where="next_release_at", what="权威信息要写明下次发布时间")


def _private(where: str, text: str) -> Iterator[Finding]:
    allowed = _PRIVATE_ALLOWED if where == Part.CONTACT else frozenset[str]()
    for told in private_in(text, allowed=allowed):
        yield Finding(where=where, what=f"{told}，请删去或遮盖")


def private_in(text: str, *, allowed: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What in a text points to a person, each with its kind and masked, at most :data:`MOST_PRIVATE` of them."""
    hits = [hit for hit in personal.find(text) if hit.kind not in allowed]
    told = [f"疑似{hit.kind}“{_masked(text[hit.start : hit.end])}”" for hit in hits[:MOST_PRIVATE]]
    if len(hits) > MOST_PRIVATE:
        told.append(f"另有 {len(hits) - MOST_PRIVATE} 处类似的信息")
    return tuple(told)


def _marks(where: str, text: str) -> Iterator[Finding]:
    if secret := secret_in(text):
        yield Finding(where=where, what=secret)
    lines = text.split("\n")
    if heading := next((line.strip() for line in lines if _like_heading(line)), ""):
        yield Finding(where=where, what=f"有单独一行的“{heading}”，会被看成另一部分的标题，请改写")
    if any(unicodedata.category(char) == "Co" for char in text):
        yield Finding(where=where, what="有自造字，别人的电脑显示不出来，请换成通用的字或加注说明")
    if any(_FORMULA.match(line) for line in lines):
        yield Finding(where=where, what="有以 = + - @ 开头的行，导出表格时会被当作公式，请改写", blocks=False)


def _masked(text: str) -> str:
    return text[:3] + "*" * max(0, len(text) - 5) + text[-2:] if len(text) > 5 else "*" * len(text)


# ---------------------------------------------------------------------------------------------- substance


def lacking(draft: Draft, rules: TextRow) -> tuple[str, ...]:
    """What is missing before a statement stops a clock, in Chinese; () where nothing is.

    已关注，正在调查 is no answer (domain rules 1.6): without stock phrases, facts and measures must say something, and
    authoritative information must say when more will follow. What the public cannot read answers nobody.
    """
    found = []
    if draft.publicity is not Publicity.OPEN:
        found.append(f"{PUBLICITIES[draft.publicity]}，公众看不到")
    for part, least in ((Part.FACTS, rules.facts_least), (Part.MEASURES, rules.measures_least)):
        if (length := _substance(draft.parts.get(part, ""), rules)) < least:
            found.append(f"“{PARTS[part]}”说得太少，去掉套话 {length} 字，至少 {least} 字")
    if draft.kind is StatementKind.FIRST and draft.next_release_at is None:
        found.append("没有写明下次发布时间")
    return tuple(found)


def meets(draft: Draft, rules: TextRow) -> tuple[ClockKind, ...]:
    """The clocks that this statement stops once it is published."""
    return () if lacking(draft, rules) else MEETS[draft.kind]


def _substance(text: str, rules: TextRow) -> int:
    """Characters that say something: letters and figures that are left when the stock phrases are out.

    Neither spaces and signs inside a phrase nor one character over and over make it longer.
    """
    said = "".join(char for char in unicodedata.normalize("NFKC", clean(text)) if _is_word(char))
    for phrase in sorted(rules.stock, key=len, reverse=True):
        said = said.replace(phrase, " ")
    said = said.replace(" ", "")
    return min(len(said), _EACH * len(set(said)))


_EACH = 4
"""How often one character counts at most, on the average."""


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"


def edited(draft: Draft, **changes: str) -> Draft:
    """The draft with some of its parts replaced, by name."""
    return replace(draft, parts={**draft.parts, **{Part(name): text for name, text in changes.items()}})
