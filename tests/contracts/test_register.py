"""What every engine owes as a Register."""

from __future__ import annotations

import threading

import pytest

from huiying.engines import open_engine
from huiying.errors import RevisionConflict
from huiying.ports import Engine, Entry, Register
from huiying.settings import Settings


@pytest.fixture
def register(engine: Engine) -> Register:
    return engine.register


def test_what_nobody_put_is_not_there(register: Register) -> None:
    assert register.get("account", "li") is None
    assert list(register.list("account")) == []


def test_an_entry_counts_its_revisions(register: Register) -> None:
    assert register.put("account", "li", b"1", expect=0) == Entry(
        kind="account", id="li", revision=1, value=b"1"
    )
    second = register.put("account", "li", b"2", expect=1)
    assert second.revision == 2
    assert register.put("account", "li", b"3", expect=None).revision == 3
    assert register.get("account", "li") == Entry(kind="account", id="li", revision=3, value=b"3")


@pytest.mark.parametrize("expect", [0, 2])
def test_a_put_that_expected_another_revision_changes_nothing(register: Register, expect: int) -> None:
    register.put("account", "li", b"1", expect=0)
    with pytest.raises(RevisionConflict) as conflict:
        register.put("account", "li", b"2", expect=expect)
    assert conflict.value.ids == ("li",)
    kept = register.get("account", "li")
    assert kept is not None
    assert kept.value == b"1"


def test_a_new_entry_cannot_expect_an_old_revision(register: Register) -> None:
    with pytest.raises(RevisionConflict):
        register.put("account", "li", b"1", expect=1)


def test_many_who_count_together_lose_nothing(register: Register) -> None:
    register.put("counter", "visits", b"0", expect=0)

    def count() -> None:
        for _ in range(10):
            while True:
                entry = register.get("counter", "visits")
                assert entry is not None
                try:
                    register.put("counter", "visits", b"%d" % (int(entry.value) + 1), expect=entry.revision)
                    break
                except RevisionConflict:
                    continue

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry = register.get("counter", "visits")
    assert entry is not None
    assert entry.value == b"40"


def test_a_list_is_of_one_kind_ordered_by_id_and_complete_at_once(register: Register) -> None:
    for id in ("b", "a", "c"):
        register.put("source", id, id.encode(), expect=0)
    register.put("account", "d", b"d", expect=0)
    assert [entry.id for entry in register.list("source")] == ["a", "b", "c"]
    assert [entry.value for entry in register.list("source")] == [b"a", b"b", b"c"]


def test_all_is_of_every_kind_and_complete_at_once(register: Register) -> None:
    register.put("source", "b", b"1", expect=0)
    register.put("account", "li", b"2", expect=0)
    register.put("account", "li", b"3", expect=1)
    assert [(entry.kind, entry.id, entry.value) for entry in register.all()] == [
        ("account", "li", b"3"),
        ("source", "b", b"1"),
    ]


def test_kinds_do_not_share_ids(register: Register) -> None:
    register.put("account", "li", b"account", expect=0)
    assert register.put("session", "li", b"session", expect=0).revision == 1
    register.delete("account", "li")
    assert register.get("account", "li") is None
    assert register.get("session", "li") is not None


def test_deleting_what_is_not_there_is_fine_and_what_was_can_be_new(register: Register) -> None:
    register.delete("account", "li")
    register.put("account", "li", b"1", expect=0)
    register.delete("account", "li")
    assert register.put("account", "li", b"2", expect=0).value == b"2"


def test_entries_outlive_a_restart(settings: Settings) -> None:
    before = open_engine(settings)
    before.register.put("account", "李", b"\x00\xff", expect=0)
    before.close()
    after = open_engine(settings)
    entry = after.register.get("account", "李")
    after.close()
    assert entry is not None
    assert entry.value == b"\x00\xff"
