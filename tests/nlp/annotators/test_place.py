from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from huiying.contracts import Certainty, Place
from huiying.tomlfile import DEFAULTS
from nlp import gazetteer
from nlp.annotators import place
from nlp.gazetteer import Gazetteer
from tests.nlp.reading import a_sheet


@cache
def henan() -> Gazetteer:
    return gazetteer.load(DEFAULTS)


def places(text: str, title: str = "", **changes: Any) -> list[tuple[str, str, str]]:
    return [(p.province, p.city, p.county) for p in read(text, title, **changes)]


def read(text: str, title: str = "", **changes: Any) -> tuple[Place, ...]:
    return place.places(a_sheet(text, title, **changes), henan())


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("郑州市金水区某小区", ("河南省", "郑州市", "金水区")),
        ("洛阳人防办回应", ("河南省", "洛阳市", "")),
        ("兰考这边的人防车位", ("河南省", "开封市", "兰考县")),
        ("孟津县的警报", ("河南省", "洛阳市", "孟津区")),
        ("开封鼓楼区的防空洞", ("河南省", "开封市", "鼓楼区")),
        ("南京鼓楼区的防空洞", ("江苏省", "南京市", "鼓楼区")),
        ("航空港区国动办", ("河南省", "郑州市", "郑州航空港经济综合实验区")),
        ("济源示范区", ("河南省", "济源市", "")),
        ("陕西商洛的人防工程", ("陕西省", "商洛市", "")),
    ],
)
def test_a_place_is_read_by_any_of_its_names(text: str, where: tuple[str, str, str]) -> None:
    assert places(text)[0] == where


@pytest.mark.parametrize(
    "text", ["桐柏路口的人防车位", "南阳路的警报", "民权意识", "解放区的天", "逛商城", "鼓楼区的防空洞"]
)
def test_roads_words_and_shared_names_are_no_places(text: str) -> None:
    assert places(text) == []


def test_the_title_outvotes_a_mention_in_the_text() -> None:
    assert places("跟开封那次不一样", title="洛阳警报误鸣")[0][1] == "洛阳市"


def test_the_unit_outvotes_a_mention() -> None:
    assert places("许昌来的朋友说，安阳市人防办不答复")[0][1] == "安阳市"


def test_the_place_that_a_form_states_comes_first() -> None:
    assert places("离新乡不远", stated_place="河南省焦作市解放区")[0] == ("河南省", "焦作市", "解放区")


def test_the_source_s_region_is_a_guess_where_the_text_says_nothing() -> None:
    (guess,) = read("楼下警报响了", region="周口市")
    assert (guess.city, guess.certainty) == ("周口市", Certainty.INFERRED)


def test_the_text_wins_over_the_source_s_region() -> None:
    assert places("杭州的防空洞真凉快", region="郑州市") == [("浙江省", "杭州市", "")]


def test_a_foreign_war_is_not_where_the_source_is() -> None:
    assert read("乌克兰多地拉响防空警报", region="郑州市") == ()


def test_several_places_are_kept_best_first() -> None:
    assert {city for _, city, _ in places("郑州、洛阳、开封同时响起警报")} == {"郑州市", "洛阳市", "开封市"}


def test_the_ground_is_the_name_as_written() -> None:
    (found,) = read("鄭州的警報")
    assert found.why[0].spans[0].text == "鄭州"
