"""全部信息: why something was not seen."""

import re

import pytest

from huiying.contracts import ArchiveLine, Disposition, Role
from huiying.ports import Engine
from tests.conftest import settings  # noqa: F401  every engine
from tests.factories import a_case, a_line, a_post, a_route
from tests.response_api.conftest import Visitor


@pytest.fixture
def kept(engine: Engine) -> dict[str, ArchiveLine]:
    lines = {
        "dropped": a_line(
            body=a_post(title="", text="今日路况播报", source="roads", source_name="路况台"),
            disposition=Disposition.IRRELEVANT,
            reason="没有提到人防事项",
        ),
        "joined": a_line(reason="用词相近", case_id="case-9"),
        "buried": a_line(disposition=Disposition.BURIED, reason="读不懂", body=None),
    }
    engine.archive.put(list(lines.values()))
    return lines


def titles(page: str) -> list[str]:
    return re.findall(r'class="title"><a href="/posts/([^"]+)"', page)


def test_every_post_is_listed_with_where_its_way_ended_and_why(
    visitor: Visitor, kept: dict[str, ArchiveLine]
) -> None:
    page = visitor(Role.DUTY).get("/posts").text
    assert sorted(titles(page)) == sorted(line.post.id for line in kept.values())
    for told in ("3 条", "与本办无关", "没有提到人防事项", "用词相近", "读不懂", 'href="/cases/case-9"'):
        assert told in page, told


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "路况"}, ["dropped"]),
        ({"source": "roads"}, ["dropped"]),
        ({"disposition": "attached"}, ["joined"]),
        ({"disposition": "irrelevant", "source": "mailbox"}, []),
        ({"disposition": "nonsense", "words": " "}, ["dropped", "joined", "buried"]),
    ],
)
def test_posts_are_found_by_words_source_and_where_they_ended(
    visitor: Visitor, kept: dict[str, ArchiveLine], asked: dict[str, str], found: list[str]
) -> None:
    page = visitor(Role.DUTY).get("/posts", params=asked).text
    assert sorted(titles(page)) == sorted(kept[name].post.id for name in found)
    assert ("没有符合条件的信息" in page) is (not found)


def test_the_page_of_a_dropped_post_says_why_with_its_text(
    visitor: Visitor, kept: dict[str, ArchiveLine]
) -> None:
    person = visitor(Role.LEADER)
    page = person.get(f"/posts/{kept['dropped'].post.id}").text
    for told in ("与本办无关", "没有提到人防事项", "今日路况播报", "路况台"):
        assert told in page, told
    assert "读不出来" in person.get(f"/posts/{kept['buried'].post.id}").text


def test_the_list_pages_through_every_post_once(visitor: Visitor, engine: Engine) -> None:
    lines = [a_line(disposition=Disposition.IRRELEVANT) for _ in range(90)]
    engine.archive.put(lines)
    person, path, seen = visitor(Role.MONITOR), "/posts?disposition=irrelevant", list[str]()
    while path:
        page = person.get(path).text
        seen += titles(page)
        following = re.search(r'href="(/posts\?[^"]*)">下一页', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(line.post.id for line in lines)
    assert "回到第一页" in page


def test_a_city_is_listed_the_posts_of_its_own_matters_and_nothing_that_was_dropped(
    visitor: Visitor, engine: Engine, kept: dict[str, ArchiveLine]
) -> None:
    ours, theirs = a_case(), a_case(route=a_route(lead="luoyang"))
    engine.cases.save([ours, theirs])
    seen = a_line(case_id=ours.id)
    engine.archive.put([seen, a_line(case_id=theirs.id)])
    person = visitor(Role.HANDLER, "zhengzhou")
    page = person.get("/posts").text
    assert titles(page) == [seen.post.id]
    assert "1 条" in page
    assert "含没有立项的" not in page
    assert titles(person.get("/posts", params={"words": "路况"}).text) == []
    assert "含没有立项的" in visitor(Role.HANDLER).get("/posts").text
