"""安全日志: every line stays until its time is over, and is found."""

from datetime import timedelta

from huiying.ports import Engine
from response_api import security_log
from response_api.security_log import LogLine, Mark, SecurityLog
from tests.factories import NOW


def everything(log: SecurityLog, **wanted: object) -> list[LogLine]:
    lines, after = list[LogLine](), ""
    while True:
        page = log.page(after=after, limit=3, **wanted)  # type: ignore[arg-type]
        lines += page.lines
        if not page.next:
            return lines
        after = page.next


def test_lines_come_newest_first_page_by_page_each_once(engine: Engine) -> None:
    log = SecurityLog(engine.register)
    for hour in range(0, 70, 7):
        log.note(Mark.SIGNED_IN, f"p{hour}", NOW + timedelta(hours=hour))
    assert [line.login for line in everything(log)] == [f"p{hour}" for hour in range(63, -1, -7)]


def test_lines_of_one_moment_are_all_kept(engine: Engine) -> None:
    log = SecurityLog(engine.register)
    for _ in range(7):
        log.note(Mark.SIGNED_IN, "duty", NOW)
    assert len(everything(log)) == 7


def test_lines_are_found_by_what_happened_and_by_whoever_had_part_in_it(engine: Engine) -> None:
    log = SecurityLog(engine.register)
    log.note(Mark.SIGNED_IN, "duty", NOW)
    log.note(Mark.DISABLED, "duty", NOW, by="admin")
    log.note(Mark.PASSWORD_CHANGED, "admin", NOW, by="admin")
    assert [line.login for line in everything(log, mark=Mark.SIGNED_IN)] == ["duty"]
    assert {line.mark for line in everything(log, login="admin")} == {Mark.DISABLED, Mark.PASSWORD_CHANGED}
    (own,) = everything(log, mark=Mark.PASSWORD_CHANGED)
    assert own.by == "", "what people do to themselves is nobody else's doing"


def test_what_is_long_ago_is_found_beyond_the_days_of_one_look(engine: Engine) -> None:
    log = SecurityLog(engine.register)
    for day in range(security_log.MOST_DAYS * 2 + 5):
        log.note(Mark.SIGNED_IN, "daily", NOW + timedelta(days=day))
    log.note(Mark.LOCKED, "rare", NOW)
    first = log.page(login="rare", limit=10)
    assert first.lines == () and first.next
    assert [line.login for line in everything(log, login="rare")] == ["rare"]
    assert len(everything(log)) == security_log.MOST_DAYS * 2 + 6


def test_logins_that_are_none_are_counted_by_the_hour_and_not_written_down(engine: Engine) -> None:
    log = SecurityLog(engine.register)
    for minute in (0, 10, 59, 61):
        log.note_unknown(Mark.WRONG_PASSWORD, NOW + timedelta(minutes=minute))
    assert [(line.login, line.count) for line in everything(log)] == [("", 1), ("", 3)]


def test_whole_days_go_when_their_time_is_over_and_no_others(engine: Engine) -> None:
    log = SecurityLog(engine.register)
    for day in range(5):
        log.note(Mark.SIGNED_IN, f"d{day}", NOW + timedelta(days=day))
    assert log.erase(NOW + timedelta(days=2)) == 2
    assert [line.login for line in everything(log)] == ["d4", "d3", "d2"]
    assert log.erase(NOW + timedelta(days=2)) == 0
