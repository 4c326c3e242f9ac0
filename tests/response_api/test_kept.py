"""What was typed when a session ended: kept within bounds, for one login."""

from datetime import timedelta

import pytest

from huiying.ports import Engine
from response_api import kept
from response_api.kept import FOR, KEPT, MOST_BYTES, TEXT, KeptForms, TooLong, called, looked_at, may_be_kept
from tests.factories import NOW

FIELDS = (("reason", "长" * 3000), ("seen", "7"))


@pytest.fixture
def forms(engine: Engine) -> KeptForms:
    return KeptForms(engine.register)


def test_a_form_comes_back_as_it_was_for_its_author_alone(forms: KeptForms) -> None:
    made = forms.keep("duty", "/cases/c1/dismiss", FIELDS, NOW)
    assert forms.get(made.id, "duty", NOW) == (made, FIELDS)
    assert forms.get(made.id, "monitor", NOW) is None
    forms.drop(made.id, "monitor", NOW)
    assert forms.of("duty", NOW) == (made,)
    forms.drop(made.id, "duty", NOW)
    assert forms.get(made.id, "duty", NOW) is None


def test_a_form_is_kept_for_a_day(forms: KeptForms, engine: Engine) -> None:
    made = forms.keep("duty", "/posts/new", FIELDS, NOW)
    assert forms.get(made.id, "duty", NOW + FOR - timedelta(seconds=1))
    assert forms.get(made.id, "duty", NOW + FOR) is None
    assert forms.of("duty", NOW + FOR) == ()
    assert forms.forget_old(NOW + FOR) == 1
    assert engine.register.list(KEPT) == engine.register.list(TEXT) == []


def test_too_much_is_not_kept(forms: KeptForms) -> None:
    room = MOST_BYTES - len("text")
    assert forms.keep("duty", "/posts/new", (("text", "a" * room),), NOW)
    with pytest.raises(TooLong):
        forms.keep("duty", "/posts/new", (("text", "a" * (room + 1)),), NOW)
    with pytest.raises(TooLong):
        forms.keep("duty", "/posts/new", (("text", "长" * (room // 3 + 1)),), NOW)


def test_the_oldest_gives_way_where_too_many_are_kept(
    forms: KeptForms, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_FORMS", 5)
    made = [forms.keep("duty", "/posts/new", FIELDS, NOW + timedelta(seconds=n)) for n in range(9)]
    assert forms.of("duty", NOW) == tuple(reversed(made[4:]))
    assert len(engine.register.list(TEXT)) == 5


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/posts/new", "人工登记"),
        ("/sources/new", "增加来源"),
        ("/sources/city-forum", "来源 city-forum"),
        ("/handover", "交班"),
        ("/cases/abc/acts/acknowledge", "签收"),
        ("/cases/abc/acts/nothing", "事件页上的表单"),
        ("/cases/abc/statements/new", "拟稿"),
        ("/cases/abc/statements/3/edit", "改稿"),
        (f"/objections/{'a' * 32}/stop", "个人信息异议"),
        ("/cases/bulk", "成批办理"),
    ],
)
def test_a_form_is_called_by_what_it_was_for(path: str, name: str) -> None:
    assert called(path) == name


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/cases/abc/acts/acknowledge", "/cases/abc"),
        ("/cases/abc/statements/3/edit", "/cases/abc"),
        ("/cases/bulk", "/cases"),
        ("/posts/new", ""),
        ("/sources/new", "/sources"),
    ],
)
def test_the_page_that_a_form_was_on_is_looked_at_first(path: str, page: str) -> None:
    assert looked_at(path)[0] == page


@pytest.mark.parametrize(
    ("path", "yes"),
    [
        ("/posts/new", True),
        ("/handover", True),
        ("/handover/abc", False),
        ("/cases/abc123/dismiss", True),
        ("/cases/abc-1_2/statements/3/edit", True),
        ("/login", False),
        ("/people", False),
        ("/me/password", False),
        ("/cases/../people", False),
        ("/cases/", False),
        ("/cases//evil", False),
        ("//evil/cases/x", False),
        ("/posts/new/x", False),
        ("/sources/city-forum", True),
        ("/sources/city-forum/off", False),
        ("/sources/../people", False),
    ],
)
def test_only_forms_on_which_people_write_are_kept(path: str, yes: bool) -> None:
    assert may_be_kept(path) is yes
