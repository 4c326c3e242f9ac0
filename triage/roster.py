"""值班表: who is on duty in which unit and role, from when until when, as the office's own table says.  Pure.

The table is a workbook (.xlsx) or a CSV.  What is wrong with it is told by line, with how to write it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

from huiying.clock import SHANGHAI
from huiying.contracts import Instant
from huiying.errors import Misconfigured
from huiying.tables import Row, Table, open_table
from triage.policy import Policy
from triage.record import shown
from triage.words import ROLES

COLUMNS = "单位、日期（或起止时间）、班次、岗位、账号（或姓名）、电话、邮箱"
READ = ("单位", "日期", "起止时间", "班次", "岗位", "账号", "姓名", "电话", "邮箱")
POSTS = {
    **{name: role for role, name in ROLES.items()},
    **{role: role for role in ROLES},
    "值班": "duty",
    "值班员": "duty",
    "承办": "unit",
    "承办人": "unit",
}
"""What a table may call a role of ``Notice.to``."""
WHOLE_DAY = ("", "全天")
MOST_LINES = 20_000
MOST_BYTES = 4 * 1024 * 1024
MOST_UNZIPPED = 32 * 1024 * 1024
STAYS = "值班表没有换，原来的继续有效。"
KEPT = timedelta(days=92)
"""How long a shift that is over stays known."""

_MOMENT = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2}):(\d{2})"
_TO = r"\s*(?:[~至到—–−-])+\s*"
_SPAN = re.compile(rf"\s*{_MOMENT}{_TO}{_MOMENT}\s*")
_DAY = re.compile(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*")
_HOURS = re.compile(rf"(\d{{1,2}}):(\d{{2}}){_TO}(次日)?(\d{{1,2}}):(\d{{2}})")
_OCLOCK = re.compile(r"(\d{1,2})[点时](?:(\d{1,2})分?)?整?")
_SEVERAL = re.compile(r"[、，,；;/]")
_ROUNDED = re.compile(r"[\d.]+E\+?\d+", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
_MAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>][^\s@,;<>.]*\.[^\s@,;<>]+")
"""Of the dots behind the @ the first that is not at its foot is the one that counts: there is nothing to try twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One person at one post, from ``start`` until just before ``end``."""

    unit: str
    role: str
    start: Instant
    end: Instant
    name: str
    login: str = ""
    """'' for somebody without an account."""
    phone: str = ""
    mail: str = ""
    shift: str = ""
    """What the table calls it."""
    line: int = 0

    @property
    def person(self) -> str:
        """What tells one person from another."""
        return self.login or f"{self.name} {self.phone or self.mail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    shifts: tuple[Shift, ...] = ()
    imported_at: Instant | None = None
    imported_by: str = ""
    file: str = ""

    @property
    def since(self) -> datetime | None:
        return min((shift.start for shift in self.shifts), default=None)

    @property
    def until(self) -> datetime | None:
        return max((shift.end for shift in self.shifts), default=None)

    def on(self, unit: str, role: str, at: datetime) -> tuple[Shift, ...]:
        """Who is at this post at this moment, in the order of the table."""
        return tuple(
            one for one in self.shifts if (one.unit, one.role) == (unit, role) and one.start <= at < one.end
        )


def read(
    body: bytes, policy: Policy, logins: Mapping[str, str], *, file: str, by: str, now: datetime
) -> Roster:
    """The table of a file. ``logins``: every account that can be used, with its name.

    Raises Misconfigured with every fault, a line each, at most twenty.
    """
    faults: list[str] = []
    shifts: list[Shift] = []
    for number, row, fault in _rows(body, file):
        try:
            if fault:
                raise ValueError(fault)
            shifts.append(_shift(row, number, policy, logins))
        except ValueError as wrong:
            faults.append(f"{file} 第 {number} 行：{wrong}")
    if not faults and not shifts:
        faults = [f"{file}：一行也没有。第一行写列名：{COLUMNS}，以下一人一班一行"]
    if not faults:
        faults = [f"{file} {fault}" for fault in (*_twice(shifts, policy), *_gaps(shifts, policy))]
    if faults:
        more = [f"……还有 {len(faults) - 20} 处"] if len(faults) > 20 else []
        raise Misconfigured("\n".join([*faults[:20], *more, STAYS]))
    ordered = tuple(sorted(shifts, key=lambda one: (one.start, one.unit, one.role, one.line)))
    return Roster(shifts=ordered, imported_at=now, imported_by=by, file=file)


def joined(old: Roster, new: Roster, now: datetime) -> Roster:
    """What is in force once ``new`` is in: from the first to the last shift that it has of a unit's post it takes the place of
    the old one; what it does not speak of stays, and nothing from long ago.
    """
    posts = _posts(new.shifts)
    spans = {post: (mine[0].start, max(one.end for one in mine)) for post, mine in posts.items()}
    kept = [
        part
        for one in old.shifts
        if one.end > now - KEPT
        for part in _outside(one, *spans.get((one.unit, one.role), (one.end, one.end)))
    ]
    ordered = tuple(sorted((*kept, *new.shifts), key=lambda one: (one.start, one.unit, one.role, one.line)))
    return replace(new, shifts=ordered)


def _outside(one: Shift, since: datetime, until: datetime) -> Iterable[Shift]:
    """What of a shift lies before and after."""
    if one.start < since:
        yield replace(one, end=min(one.end, since))
    if one.end > until:
        yield replace(one, start=max(one.start, until))


def holes(roster: Roster, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Where, from now on, a post of 值班长 that the table fills has nobody, in Chinese: between two tables, or soon."""
    found = []
    for (unit, role), mine in _posts(one for one in roster.shifts if one.end > now).items():
        if role != "duty":
            continue
        for before, after in _uncovered(mine):
            found.append(
                f"{policy.unit_name(unit)}{ROLES[role]} {shown(before)} 至 {shown(after)} 没有人值班"
            )
    return tuple(found)


def without_account(shifts: Iterable[Shift]) -> tuple[str, ...]:
    """Lines on shifts whose people can no longer come in, in Chinese."""
    return tuple(
        f"{one.name}（{one.login}）的账号已停用，{shown(one.start)} 起的班不算有人" for one in shifts
    )


def hears(phone: str, mail: str, channels: Collection[str]) -> bool:
    """Whether one of these channels leads to somebody with this telephone and this mail."""
    return bool((phone and "sms" in channels) or (mail and "smtp" in channels))


def deaf(shifts: Iterable[Shift], channels: Collection[str]) -> tuple[str, ...]:
    """A line on people without an account to whom no channel leads that is set up here, in Chinese; none where all hear."""
    names = dict.fromkeys(
        one.name for one in shifts if not one.login and not hears(one.phone, one.mail, channels)
    )
    if not names:
        return ()
    told = "、".join(list(names)[:8]) + ("等" if len(names) > 8 else "")
    return (
        f"{told} {len(names)} 人没有账号，写的电话、邮箱又没有设置对应的渠道（短信 HUIYING_SMS_URL、邮件 HUIYING_SMTP_URL），"
        "通知不到他们",
    )


def _rows(body: bytes, file: str) -> list[tuple[int, dict[str, str], str]]:
    """Line, what stands in it, and why it cannot be read. Raises Misconfigured."""
    if len(body) > MOST_BYTES:
        raise Misconfigured(f"{file} 太大（超过 {MOST_BYTES // 1024 // 1024} MB），这不像值班表")
    try:
        with open_table(body, name=file, fits=_complete, ragged=True, most=MOST_UNZIPPED) as table:
            _refuse_unfit(table, file)
            rows = list(islice(table.rows(time="日期"), MOST_LINES + 1))
            written_once = not table.sheet
    except Misconfigured as wrong:
        raise Misconfigured(f"{wrong}。{STAYS}") from wrong
    if len(rows) > MOST_LINES:
        raise Misconfigured(f"{file} 超过 {MOST_LINES} 行，请分几次导入")
    found, above = list[tuple[int, dict[str, str], str]](), dict[str, str]()
    for row in rows:
        cells = {name: value.strip() for name, value in row.values.items()}
        above = _merged(cells, above) if written_once else cells
        found.append((row.line, above, row.fault or _unread(row)))
    return found


def _unread(row: Row) -> str:
    return "；".join(f"“{name}”这一格{why}" for name, why in row.unread.items() if name in READ)


def _missing(columns: Sequence[str]) -> list[str]:
    missing = [name for name in ("单位", "岗位") if name not in columns]
    if "日期" not in columns and "起止时间" not in columns:
        missing.append("日期（或起止时间）")
    if "账号" not in columns and "姓名" not in columns:
        missing.append("账号（或姓名）")
    return missing


def _complete(columns: Sequence[str]) -> bool:
    return not _missing(columns)


def _refuse_unfit(table: Table, file: str) -> None:
    if missing := _missing(table.columns):
        raise Misconfigured(
            f"{table.name} 第 {table.line} 行：缺少列 {'、'.join(missing)}。第一行写列名：{COLUMNS}"
        )
    if table.also:
        several = "、".join((table.sheet, *table.also))
        raise Misconfigured(f"{file} 有几个工作表都是值班表：{several}。请只留要用的一个，其余的隐藏或删去")


def _merged(row: dict[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """A CSV says of merged cells no more than their first line: what is empty below them is what stands above. A post goes no
    further than its unit.
    """
    names = ["单位"]
    if not row.get("起止时间"):
        names.append("日期")
    if row.get("单位") in ("", above.get("单位")):
        names.append("岗位")
    return row | {name: above.get(name, "") for name in names if name in row and not row[name]}


def _shift(row: Mapping[str, str], line: int, policy: Policy, logins: Mapping[str, str]) -> Shift:
    """Raises ValueError, in Chinese."""
    unit = unit_of(row.get("单位", ""), policy)
    role = POSTS.get(row.get("岗位", ""))
    if role is None:
        known = "、".join(ROLES.values())
        raise ValueError(f"岗位“{row.get('岗位', '')}”不认识，请写：{known}")
    start, end = _times(row)
    login, name = _who(row, logins)
    phone, mail = _narrow(row.get("电话", "")), _narrow(row.get("邮箱", ""))
    if _ROUNDED.fullmatch(phone):
        raise ValueError(f"电话“{phone}”被表格软件改成了科学计数，请把这一列设成文本，重新填写号码")
    if phone and not _PHONE.fullmatch(phone):
        raise ValueError(f"电话“{phone}”不对，请只写一个号码，如 13800000000")
    if mail and not _MAIL.fullmatch(mail):
        raise ValueError(f"邮箱“{mail}”不对，请只写一个地址")
    if not login and not phone and not mail:
        raise ValueError(f"“{name}”没有账号，也没有电话和邮箱，通知不到。请写账号，或者写电话、邮箱")
    return Shift(
        unit=unit, role=role, start=start, end=end, name=name, login=login,
        phone=re.sub(r"[ -]", "", phone), mail=mail, shift=row.get("班次", "")[:20], line=line,
    )  # fmt: skip


def unit_of(text: str, policy: Policy) -> str:
    """Id of a unit by id, name or alias. Raises ValueError, in Chinese."""
    if policy.knows(text):
        return text
    found = sorted(policy.units_named([text]))
    if len(found) != 1:
        raise ValueError(f"单位“{text}”不在 units.toml 里，请写单位的全称或编号")
    return found[0]


def _who(row: Mapping[str, str], logins: Mapping[str, str]) -> tuple[str, str]:
    login, name = row.get("账号", ""), row.get("姓名", "")
    if login:
        if login not in logins:
            raise ValueError(f"没有能用的账号“{login}”。请先在“用户”页建立，或者只写姓名和电话")
        return login, name or logins[login]
    if not name:
        raise ValueError("没有写账号或姓名")
    if _SEVERAL.search(name):
        raise ValueError(f"姓名“{name}”像是几个人，请一人写一行，各写自己的账号或电话")
    same = [login for login, known in logins.items() if known == name]
    return (same[0] if len(same) == 1 else ""), name


def _times(row: Mapping[str, str]) -> tuple[datetime, datetime]:
    span, day, shift = (_narrow(row.get(name, "")) for name in ("起止时间", "日期", "班次"))
    if span:
        found = _SPAN.fullmatch(span)
        if not found:
            raise ValueError(f"起止时间“{span}”看不懂，请写成 2026-11-26 08:00~2026-11-26 20:00（北京时间）")
        parts = [int(part) for part in found.groups()]
        start, end = _moment(*parts[:5]), _moment(*parts[5:])
    else:
        found = _DAY.fullmatch(day)
        if not found:
            raise ValueError(f"日期“{day}”看不懂，请写成 2026-11-26")
        year, month, number = (int(part) for part in found.groups())
        start, end = _hours(_moment(year, month, number, 0, 0), shift)
    if end <= start:
        raise ValueError(f"{shown(end)} 不在 {shown(start)} 之后，请把起止时间改正")
    if end - start > timedelta(days=31):
        raise ValueError("一班超过 31 天，请检查起止时间")
    return start, end


def _hours(midnight: datetime, shift: str) -> tuple[datetime, datetime]:
    """Of a day's shift: the times written in it, through the night where they end no later than they begin; else the whole day."""
    if shift in WHOLE_DAY:
        return midnight, midnight + timedelta(days=1)
    found = _HOURS.search(_OCLOCK.sub(lambda told: f"{told[1]}:{told[2] or 0:0>2}", shift))
    if not found:
        raise ValueError(f"班次“{shift}”没有写时间，请写成 早班08:00-20:00、夜班20:00-08:00，或者 全天")
    first, second = (int(found[1]), int(found[2])), (int(found[4]), int(found[5]))
    if max(first[0], second[0]) > 24 or max(first[1], second[1]) > 59:
        raise ValueError(f"班次“{shift}”的时间不对")
    start = midnight + timedelta(hours=first[0], minutes=first[1])
    end = midnight + timedelta(hours=second[0], minutes=second[1])
    return start, end if end > start and not found[3] else end + timedelta(days=1)


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    try:
        at = datetime.combine(date(year, month, day), time(0, 0), SHANGHAI)
    except ValueError:
        raise ValueError(f"没有 {year}-{month}-{day} 这一天") from None
    if not 2004 <= year <= 2200 or hour > 24 or minute > 59:
        raise ValueError(f"时间 {year}-{month}-{day} {hour}:{minute:02} 不对")
    return (at + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def _narrow(text: str) -> str:
    """Digits and signs as a Chinese keyboard writes them are those of any other."""
    return unicodedata.normalize("NFKC", text).strip()


def _posts(shifts: Iterable[Shift]) -> dict[tuple[str, str], list[Shift]]:
    found: dict[tuple[str, str], list[Shift]] = {}
    for one in sorted(shifts, key=lambda one: (one.start, one.line)):
        found.setdefault((one.unit, one.role), []).append(one)
    return found


def _twice(shifts: Iterable[Shift], policy: Policy) -> list[str]:
    """Somebody at two places at once, or written down twice."""
    faults = []
    persons: dict[str, list[Shift]] = {}
    for one in sorted(shifts, key=lambda one: (one.start, one.line)):
        going_on = [other for other in persons.get(one.person, []) if other.end > one.start]
        for other in going_on:
            if one.unit != other.unit or one.role == other.role:
                where = policy.unit_name(other.unit) + ROLES[other.role]
                faults.append(
                    f"第 {one.line} 行：{one.name} {shown(one.start)} 起和第 {other.line} 行（{where}，到"
                    f" {shown(other.end)}）重叠，一个人不能同时在两处值班。请删掉或改正其中一行"
                )
                break
        persons[one.person] = [*going_on, one]
    return faults


def _gaps(shifts: Iterable[Shift], policy: Policy) -> list[str]:
    """Hours between the first and the last shift in which a 值班长 is missing."""
    return [
        f"第 {_after(mine, after).line} 行之前：{policy.unit_name(unit)}{ROLES[role]} {shown(before)} 至 {shown(after)}"
        f" 没有人值班。请补一行，起止时间写 {shown(before)}~{shown(after)}，或者用日期和班次写明"
        for (unit, role), mine in _posts(shifts).items()
        if role == "duty"
        for before, after in _uncovered(mine)
    ]


def _after(mine: Iterable[Shift], at: datetime) -> Shift:
    return next(one for one in mine if one.start == at)


def _uncovered(mine: list[Shift]) -> list[tuple[datetime, datetime]]:
    """Between shifts that are ordered by their start."""
    found = []
    reached = mine[0].end if mine else None
    for _, one in pairwise(mine):
        if reached is not None and one.start > reached:
            found.append((reached, one.start))
        reached = max(reached or one.end, one.end)
    return found
