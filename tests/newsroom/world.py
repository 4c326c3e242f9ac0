"""The world at one moment: which items can be seen, in which wording, with which numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .content import Article, Content, Edit, Floor, Order, Post, Thread, When, load
from .siteclock import SiteClock
from .wording import Wording

PAGE_BREAK = "<<<page>>>"
FIRST_POST_ID = 5_100_000_000_000_000
HALF_GROWN = 120.0
"""Seconds of content time after which a post has half of its final likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    article: Article
    path: str
    title: str
    pages: tuple[tuple[str, ...], ...]
    published: datetime
    modified: datetime

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(p for page in self.pages for p in page)

    @property
    def summary(self) -> str:
        text = self.paragraphs[0]
        return text if len(text) <= 60 else text[:60] + "……"

    def page_path(self, number: int) -> str:
        stem, _, ending = self.path.rpartition(".")
        return self.path if number == 1 else f"{stem}_{number}.{ending}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFloor:
    id: str
    floor: Floor
    text: str
    posted: datetime
    quoted: "ShownFloor | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownThread:
    thread: Thread
    floors: tuple[ShownFloor, ...]

    @property
    def path(self) -> str:
        return f"/bbs/thread/{self.thread.id}"

    @property
    def last(self) -> datetime:
        return max(floor.posted for floor in self.floors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost:
    id: str
    post: Post
    text: str
    created: datetime
    edited: datetime | None
    repost_of: str | None
    likes: int
    reposts: int
    comments: int
    views: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One look at the world; a request is answered from one scene."""

    base: str
    elapsed: float
    names: Mapping[str, str]
    start: datetime
    articles: Mapping[str, tuple[ShownArticle, ...]]
    threads: tuple[ShownThread, ...]
    posts: tuple[ShownPost, ...]
    orders: tuple[tuple[Order, datetime], ...]

    def every_article(self) -> Iterable[ShownArticle]:
        return (shown for site in self.articles.values() for shown in site)

    def early(self, site: str) -> tuple[ShownArticle, ...]:
        """Those that are there from the start and stay as they are: what sidebars link to, so that a page changes only by its own edit."""
        lasting = (
            a for a in self.articles[site] if a.article.when.appears_after == 0 and not a.article.edits
        )
        return tuple(lasting)


def article_path(article: Article, published: datetime) -> str:
    match article.site:
        case "news":
            return f"/news/{published:%Y/%m%d}/{article.id}.html"
        case "daily":
            return f"/daily/{published:%Y-%m/%d}/content_{article.id}.htm"
        case _:
            return f"/gov/zwdt/{published:%Y%m}/t{published:%Y%m%d}_{article.id}.html"


def grown(final: int, age_seconds: float) -> int:
    return int(final * age_seconds / (age_seconds + HALF_GROWN))


class World:
    def __init__(self, clock: SiteClock, content: Content | None = None) -> None:
        self.clock = clock
        self.content = content or load()
        events = {name: clock.before(minutes) for name, minutes in self.content.events.items()}
        self._wording = Wording(clock.start, events)
        in_order = sorted(self.content.posts, key=lambda p: (self._published(p.when), p.key))
        self._post_ids = {post.key: str(FIRST_POST_ID + 37 * n) for n, post in enumerate(in_order)}

    def scene(self, base: str) -> Scene:
        elapsed = self.clock.elapsed()
        articles: dict[str, tuple[ShownArticle, ...]] = {}
        for site in ("news", "daily", "gov"):
            shown = [
                self._article(a, elapsed)
                for a in self.content.articles
                if a.site == site and seen(a.when, elapsed)
            ]
            articles[site] = tuple(sorted(shown, key=lambda a: (a.published, a.article.id), reverse=True))
        threads = [self._thread(t, elapsed) for t in self.content.threads if seen(t.floors[0].when, elapsed)]
        posts = [self._post(p, elapsed) for p in self.content.posts if seen(p.when, elapsed)]
        return Scene(
            base=base,
            elapsed=elapsed,
            names=self.content.names,
            start=self.clock.start,
            articles=articles,
            threads=tuple(sorted(threads, key=lambda t: (t.last, t.thread.id), reverse=True)),
            posts=tuple(sorted(posts, key=lambda p: p.id, reverse=True)),
            orders=tuple((order, self.clock.before(order.age_minutes)) for order in self.content.orders),
        )

    def path_of(self, article: Article) -> str:
        return article_path(article, self._published(article.when))

    def _published(self, when: When) -> datetime:
        return self.clock.moment(age_minutes=when.age_minutes, appears_after=when.appears_after)

    def _edit(self, edits: tuple[Edit, ...], elapsed: float) -> tuple[Edit | None, datetime | None]:
        made = [edit for edit in edits if edit.after <= elapsed]
        if not made:
            return None, None
        return made[-1], self.clock.moment(age_minutes=0, appears_after=made[-1].after)

    def _article(self, article: Article, elapsed: float) -> ShownArticle:
        published = self._published(article.when)
        edit, edited = self._edit(article.edits, elapsed)
        body = self._wording.fill(edit.text if edit else article.body, published)
        return ShownArticle(
            article=article,
            path=article_path(article, published),
            title=self._wording.fill(edit.title if edit else article.title, published),
            pages=tuple(
                tuple(line.strip() for line in page.splitlines() if line.strip())
                for page in body.split(PAGE_BREAK)
            ),
            published=published,
            modified=edited or published,
        )

    def _thread(self, thread: Thread, elapsed: float) -> ShownThread:
        floors: dict[int, ShownFloor] = {}
        for floor in thread.floors:
            if seen(floor.when, elapsed):
                posted = self._published(floor.when)
                floors[floor.number] = ShownFloor(
                    id=f"{thread.id}{floor.number:03d}",
                    floor=floor,
                    text=self._wording.fill(floor.text, posted),
                    posted=posted,
                    quoted=floors.get(floor.quote),
                )
        return ShownThread(thread=thread, floors=tuple(floors.values()))

    def _post(self, post: Post, elapsed: float) -> ShownPost:
        created = self._published(post.when)
        edit, edited = self._edit(post.edits, elapsed)
        age = elapsed - post.when.appears_after + post.when.age_minutes * 60
        return ShownPost(
            id=self._post_ids[post.key],
            post=post,
            text=self._wording.fill(edit.text if edit else post.text, created),
            created=created,
            edited=edited,
            repost_of=self._post_ids[post.repost_of] if post.repost_of else None,
            likes=grown(post.likes, age),
            reposts=grown(post.reposts, age),
            comments=grown(post.comments, age),
            views=grown(post.views, age),
        )


def seen(when: When, elapsed: float) -> bool:
    return when.appears_after <= elapsed
