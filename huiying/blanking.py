"""What stays of a post when what it said is erased: what is counted and accounted for, and nothing that anybody wrote.  Pure.

Gone are title, text, author, link, what it answers, the place that a form named, files, the words that judgements rest on, the
fingerprint (4-grams give a text away) and the terms.  What stays: keys, source, channel, times, counts of views, and each
judgement with its score.  The key itself is a digest of address and content, without a salt: the ledger counts by it.
"""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import ArchiveLine, Erased, Fingerprint, Occurrence, Post, Reading, Why

ANSWERS = "answers"
"""The rule of a ground that lies in what a post answers."""
FOLLOWED = "自己没有说到人防，回复的帖子说到了"
NO_PRINT = Fingerprint(exact="", minhash=(), length=0)


def blanked(line: ArchiveLine, erased: Erased) -> ArchiveLine:
    """The same object where it is blank already."""
    if line.erased is not None:
        return line
    body = line.body and without_words(line.body)
    reading = line.reading and _without_grounds(line.reading, body or without_words(line.reading.post))
    return replace(line, reason="", brings=(), body=body, reading=reading, erased=erased)


def without_words(post: Post) -> Post:
    return replace(
        post,
        url=None,
        floor=None,
        title="",
        text="",
        author=None,
        answers=None,
        stated_place=None,
        reference="",
        attachments=(),
    )


def _without_grounds(reading: Reading, post: Post) -> Reading:
    return replace(
        reading,
        post=post,
        relevance=replace(reading.relevance, why=()),
        topics=tuple(replace(one, why=()) for one in reading.topics),
        categories=tuple(replace(one, why=()) for one in reading.categories),
        attitude_why=(),
        places=tuple(replace(one, why=()) for one in reading.places),
        units=(),
        signals=tuple(replace(one, detail="", why=()) for one in reading.signals),
        occurred=without_why(reading.occurred),
        fingerprint=NO_PRINT,
        terms=(),
    )


def without_why(occurred: Occurrence) -> Occurrence:
    return replace(occurred, why=())


def unquoted(line: ArchiveLine) -> ArchiveLine:
    """The line without what it shows of the post that it answers; the same object where it shows nothing."""
    body = line.body
    if body is None or body.answers is None:
        return line
    post = replace(body, answers=None)
    return replace(line, body=post, reading=line.reading and without_quote(line.reading, post))


def without_quote(reading: Reading, post: Post) -> Reading:
    """The reading of a post that shows nothing of what it answers any more."""
    relevance = reading.relevance
    return replace(reading, post=post, relevance=replace(relevance, why=by_itself(relevance.why)))


def by_itself(why: tuple[Why, ...]) -> tuple[Why, ...]:
    """What it was judged by was the other's words: that stays, the words go."""
    return tuple(replace(one, note=FOLLOWED, spans=()) if one.rule == ANSWERS else one for one in why)
