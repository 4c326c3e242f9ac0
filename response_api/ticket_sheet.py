"""The tickets that were found, a line each: for the page, for the workbook of whoever reports back to the hotline, for a case's file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying import requests
from response_api import sheets, times
from response_api.house import Names
from response_api.sight import UNTITLED
from response_api.ticket_list import Found
from response_api.ticket_view import TicketCard, ticket_card
from response_api.words import Named
from triage.deeds.ticketing import WAYS

ReadText = Callable[[str], str | None]
"""``Texts.read``: what somebody wrote, by its digest."""

COLUMNS = (
    "编号", "来源", "类型", "受理", "最迟答复", "期限", "结果", "答复或退回", "方式", "说了什么", "经办", "事件", "承办单位", "事件编号",
)  # fmt: skip
WIDTHS = (20, 8, 8, 18, 18, 26, 18, 18, 10, 60, 14, 40, 24, 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    card: TicketCard
    case_id: str
    title: str
    unit: str
    received: str


def row(one: Found, names: Names, now: datetime, read: ReadText, named: Named) -> Row:
    return Row(
        card=ticket_card(one.ticket, now, read, named, here=False),
        case_id=one.case.id,
        title=one.case.title or UNTITLED,
        unit=names.unit_name(one.case.route.lead),
        received=times.full(one.ticket.received_at)[:16],
    )


def workbook(
    found: Sequence[Found], names: Names, now: datetime, read: ReadText, named: Named, *, address: str
) -> bytes:
    """``address``: of the office's pages, where a statement stands that a caller was told of."""
    book = sheets.blank()
    rows = (cells(one, names, now, read, named, address) for one in found)
    sheets.add(book, "工单台账", [COLUMNS, *rows], WIDTHS)
    return sheets.saved(book)


def cells(
    one: Found, names: Names, now: datetime, read: ReadText, named: Named, address: str
) -> tuple[str, ...]:
    """As the columns name them."""
    ticket, shown = one.ticket, row(one, names, now, read, named)
    said = [shown.card.said] if shown.card.said else []
    told = next(
        (each for each in one.case.statements if ticket.statement and each.number == ticket.statement), None
    )
    if told is not None:
        said.append(f"第 {told.number} 号文稿：{address}/public/statements/{told.id}")
    return (
        shown.card.reference,
        requests.CHANNELS[ticket.channel],
        requests.NAMES[ticket.request],
        shown.received,
        shown.card.due_text,
        f"{ticket.name}（{ticket.authority}）",
        shown.card.state,
        times.full(ticket.answered_at) if ticket.answered_at else "",
        "退回" if ticket.returned else WAYS[ticket.way] if ticket.way else "",
        "\n".join(said),
        named(ticket.answered_by) if ticket.answered_by else "",
        shown.title,
        shown.unit,
        one.case.id[:12],
    )
