"""Whether a statement may go out: live approvals by three different people over exactly these bytes.  Pure."""

from __future__ import annotations

from huiying.contracts import Statement, StatementState


def approved(statement: Statement) -> str:
    """'' where it may be published; else why not, in Chinese."""
    review, signature = statement.review, statement.signature
    if review is None:
        return "还没有通过保密审查"
    if signature is None:
        return "还没有签发"
    if not review.sha256 == signature.sha256 == statement.sha256:
        return "内容与审查、签发时不同，须重新送审"
    authors = {statement.author, *statement.authors}
    if review.by in authors:
        return "保密审查人是作者之一"
    if signature.by in authors:
        return "签发人是作者之一"
    if signature.by == review.by:
        return "签发人就是保密审查人"
    if statement.state not in (StatementState.SIGNED, StatementState.PUBLISHED):
        return "还没有走完审签"
    return ""
