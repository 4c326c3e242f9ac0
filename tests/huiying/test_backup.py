"""Everything can be copied out and brought in again, from either engine and into either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import backup, check, datafolder
from huiying.clock import SystemClock
from huiying.contracts import ArchiveLine, CaseEvent, CaseState, DeadLetter, Disposition, EventKind
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.ports import Engine
from huiying.settings import Settings, load
from huiying.topics import CASE_EVENTS, NLP, POSTS
from tests.factories import NOW, a_case, a_line, a_post


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[Engine, Path]]:
    """A second engine, empty, and its data folder."""
    folder = tmp_path / "other"
    opened = open_engine(load(data=folder, engine="embedded"))
    yield opened, folder
    opened.close()


def fill(engine: Engine, data: Path) -> None:
    """A little of everything: one post is read, two wait."""
    case = a_case()
    engine.cases.save(
        [case, a_case(state=CaseState.LAPSED, title="警报\ud83d响了"), a_case(state=CaseState.MERGED)]
    )
    engine.cases.save([replace(case, revision=4)])
    engine.archive.put([a_line(), a_line(disposition=Disposition.IRRELEVANT, at=NOW - timedelta(days=40))])
    engine.register.put("account", "李", b"\x00\xff", expect=0)
    engine.register.put("account", "李", b"\x01\xff", expect=1)
    engine.stream.publish(POSTS.name, [POSTS.encode(a_post())])
    reader = engine.stream.subscribe(POSTS.name, group=NLP)
    reader.commit(reader.poll(limit=10, wait=timedelta(seconds=20)))
    reader.close()
    engine.stream.publish(POSTS.name, [POSTS.encode(a_post(native_id=f"waits-{n}")) for n in range(2)])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(an_event(case.id, n)) for n in (1, 2)])
    letter = DeadLetter(
        topic="posts", group=NLP, key="k", partition=0, position=9, reason="读不了", at=NOW, value=b"\xff"
    )
    engine.stream.publish(POSTS.dead(NLP).name, [POSTS.dead(NLP).encode(letter)])
    for name in (
        "secret.key",
        "policy/units.toml",
        "attachments/ab12",
        "models/model.npz",
        "run.lock",
        ".sources.toml.lock",
    ):
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def an_event(case_id: str, sequence: int) -> CaseEvent:
    case = a_case()
    return CaseEvent(
        case_id=case_id, sequence=sequence, kind=EventKind.GREW, at=NOW, who="system:triage", what="增加",
        level=case.severity.level, title=case.title,
    )  # fmt: skip


def content(engine: Engine) -> dict[str, object]:
    """All that must come back; what is done with is not on the stream of the copy."""
    stream = engine.stream
    return {
        "cases": sorted(engine.cases.all(), key=lambda case: case.id),
        "lines": list(engine.archive.all()),
        "register": [(entry.kind, entry.id, entry.value) for entry in engine.register.all()],
        "waiting": sorted((r.key, r.value) for r in stream.backlog(POSTS.name, group=NLP)),
        "lag": stream.lag(POSTS.name, group=NLP),
        "events": [(r.key, r.value) for r in stream.scan(CASE_EVENTS.name)],
        "dead": [(r.key, r.value) for r in stream.scan(POSTS.dead(NLP).name)],
    }


def files(data: Path) -> set[str]:
    inside = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    return {
        name
        for name in inside
        if name.startswith(("secret", "policy", "attachments", "models", "run", ".sources"))
    }


def test_everything_goes_out_of_an_engine_and_into_another(
    engine: Engine, settings: Settings, other: tuple[Engine, Path], tmp_path: Path
) -> None:
    fill(engine, settings.data)
    kept = content(engine)
    report = backup.backup(engine, settings.data, tmp_path / "copy", kind="any", at=NOW)
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0, "the office's key is in it"
    assert report.counts == {"stream": 5, "register": 1, "cases": 3, "lines": 2}
    target, folder = other
    backup.restore(target, folder, tmp_path / "copy")
    assert content(target) == kept
    assert files(folder) == {"secret.key", "policy/units.toml", "attachments/ab12"}
    reader = target.stream.subscribe(POSTS.name, group=NLP)
    assert len(reader.poll(limit=10, wait=timedelta(seconds=20)).records) == 2, (
        "what was done is not done again"
    )
    reader.close()


def test_everything_comes_into_an_engine_from_another(
    engine: Engine, settings: Settings, other: tuple[Engine, Path], tmp_path: Path
) -> None:
    source, folder = other
    fill(source, folder)
    backup.backup(source, folder, tmp_path / "copy", kind="any", at=NOW)
    backup.restore(engine, settings.data, tmp_path / "copy")
    assert content(engine) == content(source)
    with pytest.raises(Misconfigured, match="已经有数据"):
        backup.restore(engine, settings.data, tmp_path / "copy")


@pytest.mark.parametrize("part", ["cases", "lines", "register", "stream"])
def test_an_engine_that_holds_anything_at_all_takes_no_backup(
    other: tuple[Engine, Path], tmp_path: Path, part: str
) -> None:
    target, folder = other
    backup.backup(target, folder, tmp_path / "copy", kind="any", at=NOW)
    if part == "cases":
        target.cases.save([a_case()])
    elif part == "lines":
        target.archive.put([a_line()])
    elif part == "register":
        target.register.put("account", "li", b"", expect=0)
    else:
        target.stream.publish(POSTS.name, [POSTS.encode(a_post())])
    with pytest.raises(Misconfigured, match="已经有数据"):
        backup.restore(target, folder, tmp_path / "copy")


def test_a_backup_that_is_damaged_or_unfinished_is_refused_before_anything_is_done(
    other: tuple[Engine, Path], tmp_path: Path
) -> None:
    source, folder = other
    fill(source, folder)
    copy = tmp_path / "copy"
    backup.backup(source, folder, copy, kind="any", at=NOW)
    whole = (copy / "lines.jsonl.gz").read_bytes()
    (copy / "lines.jsonl.gz").write_bytes(whole[:-9] + b"x" + whole[-8:])
    with pytest.raises(Misconfigured, match=r"lines\.jsonl\.gz"):
        backup.must_fit(copy)
    (copy / "lines.jsonl.gz").write_bytes(whole)
    assert backup.must_fit(copy).counts["lines"] == 2
    (copy / "files" / "secret.key").unlink()
    with pytest.raises(Misconfigured, match=r"secret\.key"):
        backup.must_fit(copy)
    (copy / backup.MANIFEST).unlink()
    with pytest.raises(Misconfigured, match="不是完整的备份"):
        backup.must_fit(copy)


def test_what_was_brought_in_by_half_is_no_office(
    engine: Engine, other: tuple[Engine, Path], tmp_path: Path
) -> None:
    """A machine that stops in the middle leaves a folder that looks whole."""
    fill(engine, tmp_path / "data")
    backup.backup(engine, tmp_path / "data", tmp_path / "copy", kind="any", at=NOW)
    manifest = tmp_path / "copy" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"register": 1', '"register": 2'), "utf-8")
    target, folder = other
    with pytest.raises(Misconfigured, match="对不上"):
        backup.restore(target, folder, tmp_path / "copy")
    half = load(data=folder, engine="embedded")
    for use in (datafolder.lay_out, datafolder.existing):
        with pytest.raises(Misconfigured, match="恢复没有做完"):
            use(half)
    assert check.check(half, SystemClock(), thorough=False).code == 2


def test_a_copy_within_what_it_copies_is_refused(engine: Engine, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with pytest.raises(Misconfigured, match="不能放在数据文件夹"):
        backup.backup(engine, data, data / "copies" / "one", kind="any", at=NOW)
    assert not (data / "copies").exists()


def test_a_folder_that_is_taken_is_refused(other: tuple[Engine, Path], tmp_path: Path) -> None:
    engine, folder = other
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "letter.txt").touch()
    with pytest.raises(Misconfigured, match="不是空的"):
        backup.backup(engine, folder, tmp_path / "copy", kind="any", at=NOW)
    with pytest.raises(Misconfigured, match="不是空的"):
        backup.must_be_new(tmp_path / "copy")
    backup.must_be_new(tmp_path / "absent")
    (tmp_path / "refused" / "seats").mkdir(parents=True)
    backup.must_be_new(tmp_path / "refused")


def test_a_copy_that_somebody_wrote_into_meanwhile_is_not_called_one(
    other: tuple[Engine, Path], tmp_path: Path
) -> None:
    engine, folder = other

    class Busy:
        """A register beside which somebody goes on working."""

        def __getattr__(self, name: str) -> object:
            return getattr(engine.register, name)

        def all(self) -> Iterator[ArchiveLine]:
            engine.cases.save([a_case()])
            return iter(())

    busy = replace(engine, register=Busy())  # type: ignore[arg-type]
    with pytest.raises(Misconfigured, match="还有程序在写入"):
        backup.backup(busy, folder, tmp_path / "copy", kind="any", at=NOW)
    with pytest.raises(Misconfigured):
        backup.must_fit(tmp_path / "copy")
