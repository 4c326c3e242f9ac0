"""Which papers there are of a case, which of them make sense as it stands, and what their files are called.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from huiying.contracts import LIVE_STATES, OPEN_STATES, Case, CaseState, Origin
from response_api import times
from response_api.papers.addressees import Addressee, addressees
from response_api.papers.brief import brief
from response_api.papers.bulletin import bulletin
from response_api.papers.evaluation import evaluation
from response_api.papers.layout import OfficePaper
from response_api.papers.material import Material
from response_api.papers.order import order
from response_api.papers.reply import reply
from response_api.papers.transfer import transfer
from triage.rebound import ANSWERED


class Kind(StrEnum):
    BULLETIN = "bulletin"
    BRIEF = "brief"
    ORDER = "order"
    TRANSFER = "transfer"
    REPLY = "reply"
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    name: str
    use: str
    """What it is for, in a few words."""


OFFERS = MappingProxyType(
    {
        Kind.BULLETIN: Offer(name="舆情快报", use="一页，急报"),
        Kind.BRIEF: Offer(name="舆情专报", use="传播、内容、研判、建议"),
        Kind.ORDER: Offer(name="舆情交办单", use="交承办单位，带时限和签收"),
        Kind.TRANSFER: Offer(name="转办函", use="转外单位"),
        Kind.REPLY: Offer(name="处置情况报告", use="回复交办，附公开答复"),
        Kind.EVALUATION: Offer(name="评估表", use="四项得分，每一分的依据"),
    }
)


_MAKERS: Mapping[Kind, Callable[[Material], OfficePaper]] = MappingProxyType(
    {
        Kind.BULLETIN: bulletin,
        Kind.BRIEF: brief,
        Kind.ORDER: order,
        Kind.REPLY: reply,
        Kind.EVALUATION: evaluation,
    }
)


def maker(kind: Kind, to: Addressee | None) -> Callable[[Material], OfficePaper] | None:
    """What makes the paper; None for a letter without an addressee."""
    if kind is not Kind.TRANSFER:
        return _MAKERS[kind]
    return partial(transfer, to=to) if to else None


def hindrance(case: Case, kind: Kind) -> str:
    """Why this paper cannot be made now, in Chinese; '' where it can."""
    if case.state is CaseState.MERGED:
        return "这件事已经并入另一件事，请在那一件的页面上生成。"
    match kind:
        case Kind.BULLETIN:
            return "" if case.state in OPEN_STATES else "这件事已经办完，不再编快报；需要时编专报。"
        case Kind.BRIEF:
            ended = case.state in (CaseState.DISMISSED, CaseState.LAPSED)
            return "这件事没有受理或已经消退，没有专报可编。" if ended else ""
        case Kind.ORDER:
            return "" if case.state in LIVE_STATES - ANSWERED else "只有正在办理、还没有答复的事件才交办。"
        case Kind.TRANSFER:
            return _no_transfer(case)
        case Kind.REPLY:
            told = any(one.published_at for one in case.statements)
            return "" if told else "还没有发布过答复，发布以后才有处置情况报告。"
        case Kind.EVALUATION:
            scored = case.state in ANSWERED and case.origin is Origin.LIVE
            return "" if scored else "公开回应以后才评估；补录的信息没有时限，不评估。"


def _no_transfer(case: Case) -> str:
    if case.route.restricted:
        return "限制知悉的事项不转外单位。"
    if not addressees(case):
        return "按分办规则，这件事没有要转的外单位。要转的，先用“转办”登记。"
    return "" if case.state in LIVE_STATES else "只有正在办理的事件才转办。"


def offered(case: Case) -> tuple[tuple[Kind, Offer], ...]:
    return tuple((kind, offer) for kind, offer in OFFERS.items() if not hindrance(case, kind))


def file_name(case_id: str, kind: Kind, now: datetime, number: int = 0) -> str:
    """舆情快报_a1b2c3d4_20261123.docx: no word of anybody's stands in a name that goes round. ``number``: of letters."""
    of = f"_{number}" if number else ""
    return f"{OFFERS[kind].name}_{case_id[:8]}{of}_{times.local(now):%Y%m%d}.docx"
