"""What is taken from a saved page against what its publisher or a reader says: title, day, minute and text.

Beside it trafilatura alone, on the same pages.  Titles and texts are compared by their letters and digits; a text by the
F1 of its character pairs, over all pages that have one.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trafilatura

from crawlers import decode, extract, times
from huiying import complaints
from huiying.clock import SHANGHAI
from huiying.errors import Misconfigured
from huiying.evaluation.figure import Choice, Figure, Measured, resampled, share
from huiying.evaluation.folder import Folder, Row
from huiying.evaluation.said import SOME_DAY
from nlp.pipeline import Reader

FILE = "pages/expected.jsonl"
PLAINLY = "trafilatura"
_TO_THE_MINUTE = re.compile(r"\d[:：]\d{2}")
_DAY = re.compile(r"\d{4}\D+\d{1,2}\D+\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Of one page; empty where nothing was found."""

    title: str
    when: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    id: str
    title: str
    when: str
    """'' where nobody says when, or not to the day."""
    undated: bool
    """Whoever labelled it says that the page tells no time."""
    text: str
    ours: Taken
    plain: Taken


def measure(folder: Folder, _reader: Reader) -> Measured:
    rows = folder.texts(FILE, "id")
    if rows is None:
        return Measured(skipped=(FILE,))
    pages = [page for row in rows if (page := _page(folder, row)) is not None]
    titled = [page for page in pages if page.title]
    dated = [page for page in pages if page.when]
    timed = [page for page in dated if _TO_THE_MINUTE.search(page.when)]
    texts = [page for page in pages if page.text]
    undated = [page for page in pages if page.undated]
    return Measured(
        figures=(
            _share("pages.title", titled, _same_title),
            _share("pages.day", dated, _same_day),
            _share("pages.day_wrong", [*dated, *undated], _wrong_day),
            _share("pages.minute", timed, _same_minute),
            _text(texts),
        ),
        lists={
            "页面：题目不同": tuple(
                f"{page.id}：{page.ours.title}≠{page.title}"
                for page in titled
                if not _same_title(page, page.ours)
            ),
            "页面：发布时间不同": tuple(
                f"{page.id}：{_shown(page.ours.when)}≠{page.when or '没有写'}"
                for page in [*dated, *undated]
                if not (_same_minute if page in timed else _same_day)(page, page.ours)
            ),
            "页面：正文相差最多的": tuple(
                f"{page.id}：{likeness(page.ours.text, page.text):.3f}"
                for page in sorted(texts, key=lambda page: likeness(page.ours.text, page.text))[:5]
                if likeness(page.ours.text, page.text) < 1
            ),
        },
    )


def _page(folder: Folder, row: Row) -> Page | None:
    """None where the page itself was not saved. Raises Misconfigured where it cannot be read."""
    if Path(row["id"]).name != row["id"]:
        raise Misconfigured(f"{folder.path / FILE} 里的编号 {row['id']} 不能当文件名。")
    file = folder.path / "pages" / f"{row['id']}.html"
    if not file.is_file():
        return None
    try:
        _, html = decode.text(file.read_bytes())
    except OSError as error:
        raise Misconfigured(f"{file} 读不了：{complaints.of_system(error)}") from error
    publisher = row.get("publisher") or {}
    when = str(row.get("publish_time") or publisher.get("publish_time") or "")
    return Page(
        id=row["id"],
        title=row.get("title") or publisher.get("title") or "",
        when=when if _DAY.search(when) else "",
        undated=not when and row.get("undated") is True,
        text=row.get("body") or "",
        ours=_ours(html),
        plain=_plainly(html),
    )


def _ours(html: str) -> Taken:
    article = extract.read_page(html, css=extract.Css(), now=SOME_DAY)
    return Taken(title=article.title, when=article.published, text=article.text)


def _plainly(html: str) -> Taken:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False)
    told = found.as_dict() if isinstance(found, trafilatura.settings.Document) else found or {}
    return Taken(
        title=told.get("title") or "",
        when=times.read(told.get("date"), SOME_DAY),
        text=told.get("text") or "",
    )


# ---------------------------------------------------------------------------------------------- right or wrong


Right = Callable[[Page, Taken], bool]


def _share(name: str, pages: Sequence[Page], right: Right) -> Figure:
    plainly = [right(page, page.plain) for page in pages]
    return share(
        name,
        sum(right(page, page.ours) for page in pages),
        len(pages),
        baseline=sum(plainly) / len(plainly) if plainly else None,
        baseline_name=PLAINLY,
    )


def _same_title(page: Page, taken: Taken) -> bool:
    return ink(page.title) == ink(taken.title)


def _same_day(page: Page, taken: Taken) -> bool:
    said = times.read(page.when, SOME_DAY)
    if said is None or taken.when is None:
        return said is taken.when
    return said.astimezone(SHANGHAI).date() == taken.when.astimezone(SHANGHAI).date()


def _wrong_day(page: Page, taken: Taken) -> bool:
    """A day is named, and it is another one: worse than none."""
    return taken.when is not None and not _same_day(page, taken)


def _same_minute(page: Page, taken: Taken) -> bool:
    said = times.read(page.when, SOME_DAY)
    return said is not None and taken.when is not None and abs((said - taken.when).total_seconds()) < 60


def _text(pages: Sequence[Page]) -> Figure:
    ours = [likeness(page.ours.text, page.text) for page in pages]
    plainly = [likeness(page.plain.text, page.text) for page in pages]

    def mean(chosen: Choice) -> float:
        return float(sum(ours[i] for i in chosen) / len(chosen))

    return resampled(
        "pages.body_f1",
        mean,
        len(pages),
        baseline=sum(plainly) / len(plainly) if plainly else None,
        baseline_name=PLAINLY,
    )


def likeness(one: str, other: str) -> float:
    """F1 of the pairs of letters that follow one another, each as often as it stands there: 0 to 1."""
    a, b = _pairs(ink(one)), _pairs(ink(other))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def ink(text: str) -> str:
    """Letters and digits."""
    return re.sub(r"\W+", "", text)


def _shown(when: datetime | None) -> str:
    return when.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if when else "没有读到"
