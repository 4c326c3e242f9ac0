"""One look at one source: what it is given, what it finds, and what is said about it afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawlers.gate import Gate
from crawlers.publishing import Publisher
from crawlers.seen import Page, Seen, next_look
from crawlers.sources import Source
from huiying import logs
from huiying.contracts import SourceCheck
from huiying.identity import canonical_url

_log = logs.get("crawlers")

MOST_PAGES = 300
"""Pages of one look; the rest comes with the next."""
MOST_REASONS = 20


@dataclass(kw_only=True)
class Look:
    source: Source
    started: datetime
    gate: Gate
    seen: Seen
    publisher: Publisher
    key: bytes
    """Of the authors' pseudonyms."""

    items: int = 0
    """Things that were there, known ones among them."""
    posts: int = 0
    """New post versions that this look published."""
    asked: set[str] = field(default_factory=set)
    aged: int = 0
    """Things that were left out for their age."""
    read: int = 0
    missed: int = 0
    failed: bool = False
    """The source itself could not be read, not just a page of it."""
    cut_short: bool = False
    """It began to be read, and a further part of it could not be."""
    _reasons: Counter[str] = field(default_factory=Counter)
    _example: dict[str, str] = field(default_factory=dict)
    _pages: dict[str, Page] = field(default_factory=dict)
    _entrance: dict[str, Page] = field(default_factory=dict)

    def may_ask(self, url: str) -> bool:
        """Not asked for yet in this look, which has room for one more."""
        name = canonical_url(url)
        if not name.startswith("http") or name in self.asked:
            return False
        if len(self.asked) < MOST_PAGES:
            return True
        # Noted, so that the entrance is not booked: "unchanged" would hide the rest for good.
        self.note(f"一次最多看 {MOST_PAGES} 页，其余下次再看")
        return False

    def wants(self, url: str, *, changed: datetime | None = None) -> bool:
        """A page is asked for when it is new, failed some time ago, or is said to have changed since."""
        # Room is asked about last: pages that nobody wants are not said to be left for next time.
        return self._is_due(self.seen.page(self.source.id, canonical_url(url)), changed) and self.may_ask(url)

    def _is_due(self, page: Page | None, changed: datetime | None) -> bool:
        if page is None or page.shape != self.source.shape:
            return True
        if page.tries:
            return next_look(page, self.source.every) <= self.started
        return changed is not None and changed > page.checked_at

    def again(self) -> list[str]:
        """Pages that may have been edited since, and are due."""
        pages = self.seen.pages_again(self.source.id, since=self.started - self.source.max_age)
        return [page.link for page in pages if next_look(page, self.source.every) <= self.started]

    def too_old(self, moment: datetime | None) -> bool:
        return moment is not None and moment < self.started - self.source.max_age

    def leaves_out(self, moment: datetime | None) -> bool:
        """The same of a thing that was there: it is counted, so that a source of nothing but old news says so."""
        old = self.too_old(moment)
        self.aged += old
        return old

    def validators(self, url: str) -> dict[str, str]:
        """Headers that let the site answer "unchanged"."""
        page = self.seen.page(self.source.id, canonical_url(url))
        if page is None or page.shape != self.source.shape:
            return {}
        headers = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
        return {name: value for name, value in headers.items() if value}

    def note(self, reason: str, url: str = "") -> None:
        self._reasons[reason] += 1
        self._example.setdefault(reason, url)

    def was_missed(self, url: str, reason: str, *, entrance: bool) -> None:
        """A page could not be read; it is tried again later, less and less often."""
        _log.info("page_missed", source=self.source.id, url=url, reason=reason)
        self.note(reason, url)
        if entrance:
            # A further page of a list, or one map of several, takes nothing from what the first one said.
            self.cut_short = bool(self._entrance)
            self.failed = self.failed or not self._entrance
            return
        self.missed += 1
        self._try_later(url)

    def was_lost(self, url: str, reason: str) -> None:
        """Something that a page said did not get through: the page is not done with. Entrances never count as pages."""
        self.note(reason, url)
        if canonical_url(url) in self._pages:
            self._try_later(url)

    def was_read(self, url: str, *, etag: str = "", modified: str = "", entrance: bool, again: bool) -> None:
        self.read += not entrance
        page = self._page(url, etag=etag, modified=modified, again=again)
        (self._entrance if entrance else self._pages)[page.url] = page

    def was_unchanged(self, url: str, *, entrance: bool) -> None:
        old = self.seen.page(self.source.id, canonical_url(url))
        etag, modified, again = (old.etag, old.modified, old.again) if old else ("", "", False)
        self.was_read(url, etag=etag, modified=modified, entrance=entrance, again=again)

    def remember(self) -> None:
        """Book what was read. Entrances only where nothing went wrong: "unchanged" may hide nothing that we missed."""
        pages = list(self._pages.values())
        if not self._reasons:
            pages += self._entrance.values()
        self.seen.mark_pages(self.source.id, pages)

    def check(self, now: datetime) -> SourceCheck:
        nothing_read = (self.missed > 0 and self.read == 0) or (self.cut_short and self.items == 0)
        problems = [self._problem(reason, count) for reason, count in self._reasons.most_common(MOST_REASONS)]
        if self.items and self.aged >= self.items:
            days = self.source.max_age.total_seconds() / 86400
            problems.append(f"看到的 {self.items} 条都早于 {days:.3g} 天（max_age），未收")
        return SourceCheck(
            source=self.source.id,
            source_name=self.source.name,
            at=now,
            ok=not self.failed and not nothing_read,
            posts=self.posts,
            seen=self.items,
            problem="；".join(problems),
            every_seconds=self.source.every.total_seconds(),
        )

    def _problem(self, reason: str, count: int) -> str:
        url = self._example[reason]
        where = f"{count} 处，例如 {url}" if count > 1 else url
        return f"{reason}（{where}）" if where else reason

    def _try_later(self, url: str) -> None:
        page = self._page(url, again=True)
        old = self.seen.page(self.source.id, page.url)
        self._pages[page.url] = replace(page, tries=1 + (old.tries if old else 0))

    def _page(self, url: str, *, etag: str = "", modified: str = "", again: bool) -> Page:
        name = canonical_url(url)
        old = self.seen.page(self.source.id, name)
        return Page(
            url=name,
            link=url,
            first_at=old.first_at if old else self.started,
            checked_at=self.started,
            etag=etag,
            modified=modified,
            shape=self.source.shape,
            again=again,
        )
