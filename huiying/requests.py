"""What hotlines and mailboxes call the kinds of request (诉求类型), and how that is read from an export.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from huiying.contracts import Category, Channel, Origin, Post, Request

NAMES: Mapping[Request, str] = {
    Request.INQUIRY: "咨询",
    Request.HELP: "求助",
    Request.SUGGESTION: "建议",
    Request.OPINION: "意见",
    Request.COMPLAINT: "投诉",
    Request.REPORT: "举报",
    Request.PRAISE: "表扬",
}
OWING = tuple(request for request in Request if request is not Request.PRAISE)
"""Those that ask for an answer."""
CHANNELS: Mapping[Channel, str] = {Channel.HOTLINE: "热线", Channel.MAILBOX: "信箱"}
"""Where tickets come from."""

_WORDS: Mapping[str, Request] = {
    **{name: request for request, name in NAMES.items()},
    "查询": Request.INQUIRY,
    "询问": Request.INQUIRY,
    "求决": Request.HELP,
    "申请": Request.HELP,
    "建言": Request.SUGGESTION,
    "献策": Request.SUGGESTION,
    "申诉": Request.COMPLAINT,
    "检举": Request.REPORT,
    "控告": Request.REPORT,
    "感谢": Request.PRAISE,
}
_KNOWN = re.compile("|".join(_WORDS))


def read(text: str) -> Request | None:
    """投诉, 咨询类, 意见建议, 求助（紧急）: the first kind that is named; None where none is."""
    found = _KNOWN.search(text)
    return _WORDS[found.group()] if found else None


def owes_an_answer(post: Post) -> bool:
    """Whether somebody waits for one at the hotline or mailbox that it came from, or for it to come back: live, handed to this
    office, with a number there, and no praise.
    """
    waits = post.ours and post.origin is Origin.LIVE and bool(post.reference) and post.channel in CHANNELS
    return waits and post.request is not Request.PRAISE


def guessed(category: Category | None) -> Request:
    """What a message is taken for where nobody sorted it, by what was read in it: in doubt a complaint, to which most is owed."""
    return _BY_CATEGORY.get(category, Request.COMPLAINT) if category else Request.COMPLAINT


_BY_CATEGORY: Mapping[Category, Request] = {
    Category.INQUIRY: Request.INQUIRY,
    Category.SUGGESTION: Request.SUGGESTION,
    Category.DIFFICULTY: Request.HELP,
}
