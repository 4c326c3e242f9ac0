"""What the content files say, read once and typed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
SITES = {"news": "news.toml", "daily": "daily.toml", "gov": "government.toml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    age_minutes: float = 0
    appears_after: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    after: float
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    site: str
    id: int
    title: str
    body: str
    when: When
    source: str = ""
    author: str = ""
    column: str = ""
    layout: str = ""
    encoding: str = ""
    story: str = ""
    comments: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    number: int
    author: str
    text: str
    when: When
    quote: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    id: int
    title: str
    story: str
    floors: tuple[Floor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    key: str
    user_id: str
    user_name: str
    text: str
    when: When
    repost_of: str
    likes: int
    reposts: int
    comments: int
    views: int
    region: str
    story: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    id: str
    title: str
    body: str
    place: str
    age_minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    names: Mapping[str, str]
    events: Mapping[str, float]
    articles: tuple[Article, ...]
    threads: tuple[Thread, ...]
    posts: tuple[Post, ...]
    orders: tuple[Order, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _when(row: dict[str, Any]) -> When:
    if ("age_minutes" in row) == ("appears_after" in row):
        raise ValueError(f"an item needs age_minutes or appears_after, not both: {row}")
    return When(age_minutes=row.get("age_minutes", 0), appears_after=row.get("appears_after", 0))


def _article(site: str, row: dict[str, Any]) -> Article:
    edits = tuple(Edit(after=e["after"], text=e["body"], title=e["title"]) for e in row.get("edit", ()))
    names = ("source", "author", "column", "layout", "encoding", "story")
    return Article(
        site=site,
        id=row["id"],
        title=row["title"],
        body=row["body"],
        when=_when(row),
        comments=tuple(row.get("comments", ())),
        edits=edits,
        **{name: row[name] for name in names if name in row},
    )


def _thread(row: dict[str, Any]) -> Thread:
    floors = tuple(
        Floor(number=n, author=f["author"], text=f["text"], when=_when(f), quote=f.get("quote", 0))
        for n, f in enumerate(row["floor"], start=1)
    )
    return Thread(id=row["id"], title=row["title"], story=row.get("story", ""), floors=floors)


def _post(row: dict[str, Any]) -> Post:
    return Post(
        key=row["key"],
        user_id=row["user"]["id"],
        user_name=row["user"]["name"],
        text=row["text"],
        when=_when(row),
        repost_of=row.get("repost_of", ""),
        likes=row["likes"],
        reposts=row["reposts"],
        comments=row["comments"],
        views=row["views"],
        region=row["region"],
        story=row.get("story", ""),
        edits=tuple(Edit(after=e["after"], text=e["text"]) for e in row.get("edit", ())),
    )


def load() -> Content:
    world = _read("world.toml")
    return Content(
        names=world["names"],
        events=world["events"],
        articles=tuple(_article(site, row) for site, name in SITES.items() for row in _read(name)["article"]),
        threads=tuple(_thread(row) for row in _read("threads.toml")["thread"]),
        posts=tuple(_post(row) for row in _read("timeline.toml")["post"]),
        orders=tuple(Order(**row) for row in _read("hotline.toml")["order"]),
    )
