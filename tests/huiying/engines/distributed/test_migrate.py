"""Indices move to a new format while everything runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from huiying.cli import cli
from huiying.contracts import Disposition
from huiying.engines.distributed import bulk, documents, migrate
from huiying.engines.distributed.alone import STALE
from huiying.engines.distributed.archive import DistributedArchive
from huiying.engines.distributed.case_store import DistributedCaseStore
from huiying.engines.distributed.layout import FORMS, Form, Layout
from huiying.engines.distributed.link import Link
from huiying.engines.distributed.migrate import Migration
from huiying.engines.distributed.register import DistributedRegister
from huiying.errors import Misconfigured, TryAgain
from huiying.ports import CaseQuery
from huiying.settings import Settings
from tests.factories import NOW, a_case, a_line, a_post

T = TypeVar("T")

NEXT: Mapping[str, Form] = {
    kind: replace(
        form,
        format=form.format + 1,
        mappings={**form.mappings, "_meta": {"huiying": kind, "format": form.format + 1}},
    )
    for kind, form in FORMS.items()
}
"""A format after the current one, whatever that is."""


def after(layout: Layout, link: Link) -> Layout:
    """What a program of the next format sees."""
    return Layout(link, layout.namespace, forms=NEXT)


def patiently(act: Callable[[], T]) -> T:
    """What a worker does."""
    while True:
        try:
            return act()
        except TryAgain:
            time.sleep(0.05)


def test_everything_moves_and_its_facts_are_derived_anew(link: Link, layout: Layout) -> None:
    cases, archive = DistributedCaseStore(link, layout), DistributedArchive(link, layout)
    register = DistributedRegister(link, layout)
    saved = [a_case() for _ in range(30)]
    dropped = a_line(disposition=Disposition.IRRELEVANT)
    kept = a_line()
    cases.save(saved)
    cases.save([replace(saved[0], revision=7)])
    archive.put([dropped, kept])
    register.put("account", "li", b"\x00", expect=0)
    link.client.index(  # as an older program wrote it, that knew less
        index=layout.alias("cases"),
        id="strange",
        document={"id": "strange", "city": "", "doc": documents.of_case(a_case())["doc"]},
    )
    moves = Migration(link=link, layout=after(layout, link)).run()
    assert {move.old.place for move in moves} == {
        "cases", "posts", "register", "lines-kept", "lines-irrelevant-2026-11",
    }  # fmt: skip
    new = after(layout, link)
    new.make_ready()
    found = DistributedCaseStore(link, new).search(CaseQuery(cities=frozenset({"郑州市"}), limit=100))
    assert found.total == 31
    assert DistributedCaseStore(link, new).get(saved[0].id).revision == 7
    moved = DistributedArchive(link, new)
    assert moved.get([dropped.post, kept.post]) == {dropped.post: dropped, kept.post: kept}
    assert dict(moved.keys()) == {dropped.post: dropped.disposition, kept.post: kept.disposition}
    entry = DistributedRegister(link, new).get("account", "li")
    assert entry is not None
    assert (entry.revision, entry.value) == (1, b"\x00")


def test_what_is_written_and_deleted_during_the_copy_is_not_lost(link: Link, layout: Layout) -> None:
    cases, archive = DistributedCaseStore(link, layout), DistributedArchive(link, layout)
    register = DistributedRegister(link, layout)
    case = a_case()
    cases.save([case])
    for name in ("goes", "stays"):
        register.put("session", name, b"", expect=0)
    old = a_line(disposition=Disposition.BURIED, at=NOW - timedelta(hours=1))
    archive.put([old])
    done = threading.Event()
    written = [a_line(disposition=Disposition.IRRELEVANT)]

    def write() -> None:
        revision = 1
        while not done.is_set():
            revision += 1
            patiently(lambda: cases.save([replace(case, revision=revision, title=f"第{revision}版")]))  # noqa: B023
            line = a_line(disposition=Disposition.IRRELEVANT)
            patiently(lambda: archive.put([line]))  # noqa: B023
            written.append(line)
            patiently(lambda: register.put("counter", "n", b"%d" % revision, expect=None))  # noqa: B023
        written.append(a_line(body=a_post(title=f"最后{revision}")))
        patiently(lambda: archive.put([written[-1]]))

    archive.put([written[0]])
    writer = threading.Thread(target=write)

    def meanwhile() -> None:
        register.delete("session", "goes")
        archive.purge(before=NOW, dispositions=frozenset({Disposition.BURIED}))
        written.append(a_line(disposition=Disposition.BURIED, at=NOW + timedelta(days=60)))
        archive.put([written[-1]])  # a month that nobody knew of when it began

    writer.start()
    try:
        Migration(link=link, layout=layout, rebuild=True, before_closing=meanwhile).run()
        time.sleep(0.5)
    finally:
        done.set()
        writer.join()
    assert len(written) > 3
    assert set(dict(archive.keys())) == {line.post for line in written}
    assert set(archive.get([line.post for line in written])) == {line.post for line in written}
    entry = register.get("counter", "n")
    assert entry is not None
    assert cases.get(case.id).title == f"第{int(entry.value)}版"
    assert [one.id for one in register.list("session")] == ["stays"]
    assert len(migrate.old_ones(layout)) == 7
    assert len(migrate.drop_old(link, layout)) == 7
    assert cases.get(case.id)


def test_a_program_of_the_old_format_reads_on_and_is_told_to_wait_with_writing(
    link: Link, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PAUSES", (0.01,))
    cases = DistributedCaseStore(link, layout)
    case = a_case()
    cases.save([case])
    Migration(link=link, layout=after(layout, link)).run()
    assert cases.get(case.id) == case
    with pytest.raises(TryAgain, match="新版本"):
        cases.save([replace(case, revision=2)])
    with pytest.raises(Misconfigured, match="升级程序"):
        Layout(link, layout.namespace).make_ready()


def test_a_program_of_the_new_format_asks_for_the_migration(link: Link, layout: Layout) -> None:
    with pytest.raises(Misconfigured, match="huiying index migrate"):
        after(layout, link).make_ready()


def test_a_run_that_breaks_off_changes_nothing_and_the_next_one_succeeds(link: Link, layout: Layout) -> None:
    cases = DistributedCaseStore(link, layout)
    case = a_case()
    cases.save([case])

    def breaks() -> None:
        raise TryAgain("weg")

    with pytest.raises(TryAgain):
        Migration(link=link, layout=layout, rebuild=True, before_closing=breaks).run()
    cases.save([replace(case, revision=2)])
    # As after kill -9: a target without a name, and an old index that nobody opened again.
    layout.create(f"{layout.alias('cases')}-2", "cases", aliases=())
    link.client.indices.add_block(index=f"{layout.alias('cases')}-1", block="write")
    Migration(link=link, layout=layout, rebuild=True).run()
    cases.save([replace(case, revision=3)])
    assert cases.get(case.id).revision == 3


def test_a_second_run_at_the_same_time_is_sent_away_and_changes_nothing(link: Link, layout: Layout) -> None:
    cases = DistributedCaseStore(link, layout)
    saved = [a_case() for _ in range(3)]
    cases.save(saved)
    refused: list[str] = []

    def another() -> None:
        with pytest.raises(TryAgain) as told:
            Migration(link=link, layout=layout, rebuild=True).run()
        refused.append(str(told.value))

    moved = Migration(link=link, layout=layout, rebuild=True, before_closing=another).run()
    assert "另一处正在做" in refused[0]
    assert [move.documents for move in moved if move.old.place == "cases"] == [3]
    assert {case.id for case in cases.search(CaseQuery(limit=9)).cases} == {case.id for case in saved}
    assert Migration(link=link, layout=layout, rebuild=True).run(), "it is free again"


def test_the_mark_of_a_run_that_died_long_ago_holds_nobody_up(link: Link, layout: Layout) -> None:
    mark = f"{layout.namespace}-migrating"
    for at, free in ((datetime.now(UTC), False), (datetime.now(UTC) - STALE - timedelta(seconds=1), True)):
        link.client.indices.create(index=mark, mappings={"_meta": {"at": at.isoformat()}})
        if free:
            assert Migration(link=link, layout=layout, rebuild=True).run()
        else:
            with pytest.raises(TryAgain):
                Migration(link=link, layout=layout, rebuild=True).run()
            link.client.indices.delete(index=mark)


def test_the_commands_say_what_they_did_and_what_is_left(
    link: Link, layout: Layout, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYING_NAMESPACE", chosen.namespace)
    monkeypatch.setenv("HUIYING_ENGINE", "distributed")

    def say(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["index", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "都是当前格式" in say("migrate")
    assert f"{layout.alias('cases')}-1 → {layout.alias('cases')}-2：0 条" in say("migrate", "--rebuild")
    assert f"已删除 {layout.alias('cases')}-1" in say("drop-old")
    assert "没有旧索引" in say("drop-old")
    monkeypatch.setenv("HUIYING_ENGINE", "embedded")
    assert isinstance(CliRunner().invoke(cli, ["index", "migrate"]).exception, Misconfigured)
