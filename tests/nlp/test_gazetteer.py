from __future__ import annotations

import tomllib

import pytest

from huiying import tomlfile
from huiying.errors import Misconfigured
from huiying.tomlfile import DEFAULTS
from nlp.gazetteer import FILE, Localities, build


@pytest.fixture(scope="module")
def shipped() -> Localities:
    return tomlfile.read(DEFAULTS / FILE, Localities)


def test_henan_is_complete(shipped: Localities) -> None:
    kinds = [place.kind for place in shipped.locality]
    assert kinds.count("city") == 18
    assert kinds.count("county") == 156
    assert len({place.id for place in shipped.locality}) == len(shipped.locality)


def test_every_parent_exists_and_no_name_is_given_twice(shipped: Localities) -> None:
    ids = {place.id for place in shipped.locality}
    assert all(place.parent in ids for place in shipped.locality if place.kind != "province")
    names = [name for place in shipped.locality for name in (place.name, *place.aliases)]
    assert len(names) == len(set(names))


def test_the_rest_of_the_country_is_known_by_name(shipped: Localities) -> None:
    assert len({block.province for block in shipped.outside}) == 33


def test_a_shared_name_comes_with_all_its_places() -> None:
    text = (DEFAULTS / FILE).read_text("utf-8")
    (mention,) = build(Localities.model_validate(tomllib.loads(text))).find("鼓楼区")
    assert {spot.city for spot in mention.spots} >= {"开封市", "南京市", "徐州市", "福州市"}


def test_every_county_elsewhere_has_a_code_of_its_own_province_once(shipped: Localities) -> None:
    codes = [county.split()[0] for block in shipped.outside for county in block.counties]
    assert len(codes) > 2800
    assert len(codes) == len(set(codes))
    assert all(county[:2] == block.id[:2] for block in shipped.outside for county in block.counties)


def test_the_middle_districts_of_chongqing_are_known(shipped: Localities) -> None:
    counties = [c.split()[:2] for block in shipped.outside if block.id[:2] == "50" for c in block.counties]
    middle = "渝中 大渡口 江北 沙坪坝 九龙坡 南岸 北碚 渝北 巴南"
    assert {f"{name}区" for name in middle.split()} <= {name for _, name in counties}


@pytest.mark.parametrize(
    ("name", "vague"), [("白银", True), ("白银市", False), ("阿里", True), ("兰州", False)]
)
def test_a_city_that_is_a_word_says_little_alone(shipped: Localities, name: str, vague: bool) -> None:
    (mention,) = build(shipped).find(name)
    assert [spot.vague for spot in mention.spots] == [vague]


def test_every_landmark_belongs_to_a_known_place_and_is_none_itself(shipped: Localities) -> None:
    found = build(shipped)
    for landmark in shipped.landmark:
        for name in landmark.names:
            (mention,) = [m for m in found.find(name) if m.name == name]
            assert mention.mark
            assert mention.spots[0].code == landmark.id


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("南京鼓楼的防空洞", "南京鼓楼", "320106"),
        ("南京鼓楼区的防空洞", "南京鼓楼区", "320106"),
        ("郑州中原路", "郑州", "410100"),
        ("信阳新县", "信阳新县", "411523"),
    ],
)
def test_a_county_right_behind_its_city_is_that_county_unless_the_name_goes_on(
    shipped: Localities, text: str, name: str, code: str
) -> None:
    mention = build(shipped).find(text)[0]
    assert text[mention.start : mention.end] == name
    assert [spot.code for spot in mention.spots] == [code]
    assert not mention.spots[0].vague


def test_what_is_sold_everywhere_is_a_brand(shipped: Localities) -> None:
    found = build(shipped)
    assert [(m.mark, m.brand) for text in ("比亚迪", "少林寺") for m in found.find(text)] == [
        (True, True),
        (True, False),
    ]


def test_a_county_without_a_code_has_that_of_its_city() -> None:
    text = (DEFAULTS / FILE).read_text("utf-8").replace('"330782 义乌市 义乌"', '"义乌市"')
    (mention,) = build(Localities.model_validate(tomllib.loads(text))).find("义乌市")
    assert [spot.code for spot in mention.spots] == ["330700"]


def test_an_idiom_swallows_the_place_in_it(shipped: Localities) -> None:
    (mention,) = build(shipped).find("上海合作组织")
    assert mention.spots == ()


def test_a_misspelt_key_is_named_with_its_line() -> None:
    with pytest.raises(Misconfigured, match=r"第 6 行.*alias"):
        tomlfile.parse(
            'version = 1\n[[locality]]\nid = "1"\nname = "某市"\nkind = "city"\nalias = ["某"]\n',
            Localities,
            name="x",
        )


@pytest.mark.parametrize(
    ("ours", "inside"),
    [
        ((), "410204"),
        (("4101", "4102"), "410204"),
        (("3501",), "350102"),
        (("350102",), "350102"),
        (("3702",), ""),
    ],
)
def test_a_place_is_ours_where_a_unit_answers_for_it(
    shipped: Localities, ours: tuple[str, ...], inside: str
) -> None:
    (drum_tower,) = build(shipped, ours).find("鼓楼区")
    assert [spot.code for spot in drum_tower.spots if spot.inside] == ([inside] if inside else [])


def test_a_province_is_ours_where_a_unit_answers_for_one_of_its_cities(shipped: Localities) -> None:
    ((spot,),) = [one.spots for one in build(shipped, ["3702"]).find("山东省")]
    assert spot.inside
    ((spot,),) = [one.spots for one in build(shipped, ["3702"]).find("河南省")]
    assert not spot.inside


def test_a_place_that_stands_in_both_lists_is_one_place(shipped: Localities) -> None:
    rows = shipped.model_dump()
    rows["locality"] = [
        *rows["locality"],
        {"id": "370000", "name": "山东省", "kind": "province", "aliases": ("山东",)},
        {"id": "370200", "name": "青岛市", "kind": "city", "parent": "370000", "aliases": ("青岛",)},
    ]
    (mention,) = build(Localities.model_validate(rows), ["3702"]).find("青岛市")
    assert [(spot.code, spot.inside) for spot in mention.spots] == [("370200", True)]
