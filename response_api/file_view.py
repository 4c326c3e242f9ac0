"""What the case page says of a matter's file: until when it is kept, by which rule, who keeps it longer, when it went.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import Case
from huiying.retention import Files
from response_api import times
from response_api.case_page import Read
from response_api.handling_view import ERASED
from response_api.words import Named
from triage.filing import FILED, due_at, is_blank, is_held, term_of
from triage.policy import Policy
from triage.titles import GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    gone: str
    """That what it held is gone, when and why; or ''."""
    term: str
    """How long what is left is kept; '' while it is in hand, and where nothing is left."""
    hold: str
    reason: str
    """Of the hold."""


def file_view(case: Case, files: Files, policy: Policy, read: Read, now: datetime, named: Named) -> FileView:
    hold = case.hold if is_held(case, now) else None
    if hold is None:
        kept, reason = "", ""
    else:
        until = f"到 {times.full(hold.until)[:16]}" if hold.until else "直到解除"
        kept = f"继续保存，{until}（{named(hold.by)} {times.full(hold.at)[:16]}）"
        text = read(hold.reason)
        reason = ERASED if text is None else text
    return FileView(
        gone=gone(case), term="" if is_blank(case) else _term(case, files, policy), hold=kept, reason=reason
    )


def gone(case: Case) -> str:
    """One sentence for the office and the public; '' where nothing was erased."""
    if case.erased is None:
        return ""
    return f"{GONE}（{times.full(case.erased.at)[:16]}，依据：{case.erased.rule}）"


def _term(case: Case, files: Files, policy: Policy) -> str:
    if case.state not in FILED:
        return ""
    term, end = term_of(case, files, policy), due_at(case, files, policy)
    if end is None:
        return str(term)
    return f"{term}，保存到 {times.full(end - timedelta(seconds=1))[:10]}，到期清除信息原文和办理文字"
