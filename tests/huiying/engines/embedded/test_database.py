from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from huiying import codec
from huiying.contracts import ArchiveLine, Disposition, PostKey
from huiying.engines.embedded.archive import EmbeddedArchive
from huiying.engines.embedded.case_store import EmbeddedCaseStore
from huiying.engines.embedded.database import VERSION, Database
from huiying.errors import DiskTrouble, Misconfigured, RevisionConflict, TryAgain
from huiying.identity import address
from huiying.ports import CaseQuery
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_clock, a_line, a_post, a_route, a_rule


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "office.db", schema="office")
    yield opened
    opened.close()


def put(id: str, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO register VALUES ('test', ?, 1, zeroblob(10000))", (id,))


def stored(database: Database) -> set[str]:
    with database.read() as connection:
        return {id for (id,) in connection.execute("SELECT id FROM register")}


def together(database: Database, *jobs: object) -> list[BaseException | None]:
    """Run jobs so that they share one transaction: they queue up while a first one holds the writing thread."""
    outcomes: list[BaseException | None] = [None] * len(jobs)
    gate, held = threading.Event(), threading.Event()

    def hold(connection: sqlite3.Connection) -> None:
        held.set()
        gate.wait(10)

    def run(number: int, job: object) -> None:
        try:
            database.write(job)  # type: ignore[arg-type]
        except BaseException as error:
            outcomes[number] = error

    holder = threading.Thread(target=database.write, args=(hold,))
    holder.start()
    held.wait(10)
    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        eventually(lambda count=waiting: database._jobs.qsize() == count)  # type: ignore[misc]
    gate.set()
    for thread in [*threads, holder]:
        thread.join(10)
    return outcomes


def test_a_write_is_seen_by_the_next_read(database: Database) -> None:
    assert database.write(lambda connection: put("a", connection)) is None
    assert stored(database) == {"a"}


def test_a_job_that_fails_takes_no_other_with_it(database: Database) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        put("half", connection)
        raise RevisionConflict(["half"])

    outcomes = together(database, lambda c: put("a", c), fail, lambda c: put("b", c))
    assert outcomes[0] is outcomes[2] is None
    assert isinstance(outcomes[1], RevisionConflict)
    assert stored(database) == {"a", "b"}


def test_a_full_disk_is_told_to_everyone_in_the_transaction_and_passes(database: Database) -> None:
    def limit(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    def too_much(connection: sqlite3.Connection) -> None:
        for number in range(100):
            put(f"much-{number}", connection)

    database.write(limit)
    outcomes = together(database, lambda c: put("a", c), too_much)
    assert isinstance(outcomes[1], DiskTrouble)
    assert "磁盘已满" in str(outcomes[1])
    told = isinstance(outcomes[0], TryAgain)
    assert stored(database) == (set() if told else {"a"}), "what returned is stored, what raised is not"
    database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))
    database.write(too_much)
    assert len(stored(database)) >= 100


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute("SELECT count(*) FROM register").fetchone()
        database.write(lambda writing: put("a", writing))
        assert connection.execute("SELECT count(*) FROM register").fetchone() == before
    assert stored(database) == {"a"}


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(TryAgain), database.read() as connection:
        put("a", connection)


def test_another_process_that_holds_the_file_is_waited_for(database: Database) -> None:
    other = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, other.execute, ("COMMIT",))
    release.start()
    database.write(lambda connection: put("a", connection))
    release.join()
    other.close()
    assert stored(database) == {"a"}


def test_another_process_that_never_lets_go_means_try_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiying.engines.embedded.database.PATIENCE_SECONDS", 0.1)
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TryAgain, match="占用"):
        database.write(lambda connection: put("a", connection))
    other.close()
    database.write(lambda connection: put("b", connection))
    assert stored(database) == {"b"}


def test_after_the_last_holder_closed_everything_says_try_again(tmp_path: Path) -> None:
    database = Database(tmp_path / "office.db", schema="office", holders=2)
    database.close()
    database.write(lambda connection: put("a", connection))
    database.close()
    with pytest.raises(TryAgain, match="已经关闭"):
        database.write(lambda connection: put("b", connection))
    with pytest.raises(TryAgain, match="已经关闭"):
        stored(database)


def test_every_commit_is_synced(database: Database) -> None:
    def ask(connection: sqlite3.Connection) -> tuple[object, object]:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (sync,) = connection.execute("PRAGMA synchronous").fetchone()
        return mode, sync

    assert database.write(ask) == ("wal", 2)


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    Database(path, schema="office").close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(Misconfigured, match="请升级程序"):
        Database(path, schema="office")


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    database = Database(path, schema="office")
    for number in range(50):
        database.write(lambda connection, number=number: put(str(number), connection))  # type: ignore[misc]
    with database.read() as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'register'").fetchone()
    database.close()
    with path.open("r+b") as file:
        file.seek(4096 * (root - 1))
        file.write(b"\xff" * 4096 * 200)
    damaged = Database(path, schema="office")
    with pytest.raises(Misconfigured, match="从备份恢复"):
        stored(damaged)
    damaged.close()


def test_a_folder_in_the_place_of_the_file_is_the_persons_to_mend(tmp_path: Path) -> None:
    (tmp_path / "office.db").mkdir()
    with pytest.raises(Misconfigured, match="HUIYING_DATA"):
        Database(tmp_path / "office.db", schema="office")


def test_opening_twice_at_once_makes_one_schema(tmp_path: Path) -> None:
    opened: list[Database] = []
    threads = [
        threading.Thread(
            target=lambda: opened.append(Database(tmp_path / "office.db", schema="office"))
        )
        for _ in range(6)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    for number, database in enumerate(opened):
        database.write(lambda connection, number=number: put(str(number), connection))  # type: ignore[misc]
    assert len(stored(opened[0])) == 6
    for database in opened:
        database.close()


def test_a_file_of_the_first_format_learns_which_events_its_cases_owe(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    Database(path, schema="office").close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX cases_event")
        connection.execute("ALTER TABLE cases DROP COLUMN next_event_at")
        connection.execute(
            "INSERT INTO cases (id, revision, jurisdiction, state, level, topic, city, unit, detected_at, last_post_at,"
            " next_due, next_send_at) VALUES ('old', 1, 'henan', 'flagged', '一般', '', '', '', 0, 0, 0, 7)"
        )
        connection.execute("PRAGMA user_version = 1")
    for _ in range(2):
        database = Database(path, schema="office")
        with database.read() as reading:
            assert reading.execute("SELECT id FROM cases WHERE next_event_at <= 7").fetchall() == [("old",)]
        database.close()


def test_cases_of_an_earlier_format_are_read_and_saved_anew(tmp_path: Path) -> None:
    """Up to the third, every rule stood in full in each case and once more in each of its clocks."""
    rule = a_rule()
    case = a_case(clock_rules=(rule,), clocks=(a_clock(rule=rule),))
    path = tmp_path / "office.db"
    store = EmbeddedCaseStore(Database(path, schema="office"))
    store.save([case])
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE case_documents SET doc = ?", (codec.encode(case),))
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    store = EmbeddedCaseStore(Database(path, schema="office"))
    assert store.get(case.id) == case
    later = replace(case, revision=2, title="另一个标题")
    store.save([later])
    assert store.get(case.id) == later
    store.close()


def test_lines_of_the_fourth_format_are_found_by_where_their_post_stands(tmp_path: Path) -> None:
    kept, dropped = a_line(), a_line(disposition=Disposition.IRRELEVANT)
    unreadable = ArchiveLine(post=PostKey("x", "y"), disposition=Disposition.BURIED, at=NOW)
    path = tmp_path / "office.db"
    archive = EmbeddedArchive(Database(path, schema="office"))
    archive.put([kept, dropped, unreadable])
    archive.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX lines_at_address")
        connection.execute("ALTER TABLE lines DROP COLUMN address")
        connection.execute("PRAGMA user_version = 4")
    connection.close()
    archive = EmbeddedArchive(Database(path, schema="office"))
    for line in (kept, dropped):
        assert line.body
        assert archive.at({address(line.body.url)}) == [line]
    assert len(list(archive.all())) == 3
    archive.close()


def test_a_file_of_the_fourth_format_learns_what_its_dropped_lines_answer(tmp_path: Path) -> None:
    answer = a_line(body=a_post(reply_to="opening"), disposition=Disposition.IRRELEVANT)
    kept = a_line(body=a_post(reply_to="opening"))
    path = tmp_path / "office.db"
    archive = EmbeddedArchive(Database(path, schema="office"))
    archive.put([answer, kept, a_line(disposition=Disposition.IRRELEVANT)])
    archive.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX lines_answering")
        connection.execute("ALTER TABLE lines DROP COLUMN reply_to")
        connection.execute("PRAGMA user_version = 4")
    connection.close()
    archive = EmbeddedArchive(Database(path, schema="office"))
    assert list(archive.answering(["opening"], limit=9, complete=True)) == [answer]
    archive.close()


def test_a_file_of_the_fifth_format_learns_which_of_its_cases_are_restricted(tmp_path: Path) -> None:
    known, sealed = a_case(), a_case(route=a_route(restricted=True))
    path = tmp_path / "office.db"
    store = EmbeddedCaseStore(Database(path, schema="office"))
    store.save([known, sealed])
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM case_tags WHERE tag = 'restricted'")
        connection.execute("PRAGMA user_version = 5")
    connection.close()
    store = EmbeddedCaseStore(Database(path, schema="office"))
    assert store.search(CaseQuery(open_to=frozenset())).cases == (known,)
    store.close()
