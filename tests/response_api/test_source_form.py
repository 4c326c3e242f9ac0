"""A source as it is typed: whatever that is, it is told or it holds."""

from __future__ import annotations

import tomllib

from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from crawlers import sources
from crawlers.cataloguing import Edition, added, changed
from crawlers.sources import Kind
from huiying.tomlfile import DEFAULTS
from response_api.source_fields import FITS, every_field
from response_api.source_form import checked, filled_in, form_of, new_table, read_form
from response_api.source_list import KINDS

TEXT = (DEFAULTS / "sources.example.toml").read_text("utf-8")
AWKWARD = (
    "", " ", "0", "1", "-1", "9" * 400, "51", "5m", "0m", "99999999999d", "普通", "五星", "新闻", "yes", "no", "http://", "https://[", "https://a.cn:0/",
    "https://a.cn/列表?x=1#y", "http://0x7f.1/", "http://user@a.cn", "//", "inbox/a.csv", "inbox/../a", "..", "a::b", "ul li a", "div{", "é" * 300,
    "gb18030", "utf-8\x00", "\ufeff", "甲\n乙", "'''\"\"\"", "\\", "12345", "city-daily", "nowhere",
)  # fmt: skip
TYPED = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


def edition_of(text: str) -> Edition:
    tables = {one["id"]: one for one in tomllib.loads(text)["source"]}
    return Edition(text=text, catalogue=sources.parse(text, name="sources.toml"), tables=tables)


EDITION = edition_of(TEXT)
NAMES = sorted({name for kind in Kind for name in every_field(kind)} | {"id"})
CHOICES = {"reply_source": [("", ""), ("city-daily", "")], "mapping": [("", ""), ("12345", "")]}
GIVEN = st.dictionaries(st.sampled_from(NAMES), TYPED, max_size=12)


def choices_of(kind: Kind) -> dict[str, list[tuple[str, str]]]:
    return {
        name: CHOICES.get(name, list(one.choices)) for name, one in every_field(kind).items() if one.choices
    }


def sent(kind: Kind, given: dict[str, str], *, new: bool) -> FormData:
    names = {*every_field(kind), *(["id"] if new else [])}
    return FormData([("kind", kind.value), *((name, text) for name, text in given.items() if name in names)])


LEAST = {"id": "new-one", "name": "名", "basis": "据", "url": "https://a.cn", "path": "inbox/a.csv", "item": "a",
         "floor": "p", "content": "p"}  # fmt: skip


@given(kind=st.sampled_from(Kind), given=GIVEN)
@example(kind=Kind.FEED, given={})
@example(kind=Kind.FEED, given={"every": "99999999999d"})
@example(kind=Kind.FEED, given={"url": "https://["})
def test_a_new_source_is_told_what_is_wrong_or_can_stand(kind: Kind, given: dict[str, str]) -> None:
    form = filled_in(read_form(sent(kind, LEAST | given, new=True)), EDITION)
    form, written = checked(form, EDITION, choices_of(kind))
    assert set(form.faults) <= {*every_field(kind), "id"}
    assert all(any("一" <= char <= "鿿" for char in fault) for fault in form.faults.values()), form.faults
    if not form.faults:
        made = sources.parse(added(TEXT, new_table(form, written, EDITION)), name="x").source[-1]
        assert (made.kind, made.enabled, made.respect_robots) == (kind, False, True)


@given(which=st.sampled_from(sorted(EDITION.tables)), given=GIVEN)
def test_a_change_is_told_what_is_wrong_or_can_stand_and_is_what_the_form_shows_next(
    which: str, given: dict[str, str]
) -> None:
    kind = form_of(EDITION, which).kind
    form = filled_in(read_form(sent(kind, given, new=False), id=which), EDITION)
    form, written = checked(form, EDITION, choices_of(kind))
    if not form.faults:
        after = edition_of(changed(TEXT, which, written.changes))
        shown = form_of(after, which).typed
        for name, text in form.typed.items():
            default = every_field(kind)[name].default
            assert shown[name] == text or (not text and shown[name] == str(default)), name
        again, nothing = checked(form_of(after, which), after, choices_of(kind))
        assert (dict(nothing.changes), dict(again.faults)) == ({}, {})


def test_every_kind_has_words() -> None:
    assert set(FITS) == set(KINDS) == set(Kind)
