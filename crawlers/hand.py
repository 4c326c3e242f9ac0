"""What somebody heard on the telephone or saw in an app, entered by hand: a post like any other, with its pictures."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from crawlers.compose import Found, Voice, compose
from huiying.contracts import Attachment, Channel, Extraction, Origin, Post, Request, Tier
from huiying.errors import HuiyingError
from huiying.identity import digest

SOURCE = "hand"
BIGGEST = 10 * 1024 * 1024
"""Bytes of one attachment."""


TRAILING = 1024
"""Bytes that cameras and apps may leave behind the end of a picture."""


class NotAccepted(HuiyingError):
    """What was entered cannot be taken in. The message says in Chinese what to change."""


def hand_post(
    *,
    heard_by: str,
    sheet: str,
    channel: Channel,
    title: str,
    text: str,
    place: str = "",
    reference: str = "",
    request: Request | None = None,
    published_at: datetime | None = None,
    attachments: tuple[Attachment, ...] = (),
    key: bytes,
    now: datetime,
    origin: Origin = Origin.LIVE,
) -> Post:
    """The post. ``heard_by`` is the account that entered it: it stands behind the pseudonym, nobody else does.

    ``sheet`` names the sheet it was written on: handed in twice, it is still one post.  ``published_at`` is when it was
    said, as far as known; ``reference`` the number under which a hotline or mailbox
    waits for an answer, ``request`` how it sorts that.  Raises NotAccepted.
    """
    found = Found(
        native_id=digest("sheet", heard_by, sheet),
        title=title,
        text=text,
        author=heard_by,
        published=published_at,
        stated_place=place or None,
        reference=reference,
        request=request,
        ours=bool(reference),
        attachments=attachments,
        extraction=Extraction(method="hand", confidence=1.0),
    )
    voice = Voice(id=SOURCE, name="人工录入", channel=channel, tier=Tier.ORDINARY, basis="值班人员人工录入")
    post = compose(found, voice, key=key, origin=origin, now=now)
    if post is None:
        raise NotAccepted("请填写标题或内容")
    if published_at is not None and post.published_at is None:
        raise NotAccepted("时间不对：不能晚于现在一天以上，也不能早于 1990 年")
    return post


def store_attachment(data: bytes, name: str, folder: Path) -> Attachment:
    """Keep a picture under its SHA-256. Raises NotAccepted for anything but a PNG, JPEG, WebP or GIF of bounded size."""
    if not data:
        raise NotAccepted("文件是空的")
    if len(data) > BIGGEST:
        raise NotAccepted(f"文件太大，一张最多 {BIGGEST // 1024 // 1024} MB")
    kind = media_type(data)
    if kind is None:
        raise NotAccepted("只收 PNG、JPEG、WebP、GIF 图片")
    if not is_whole(data, kind):
        raise NotAccepted("图片不完整，可能没有传完，请重新选一次")
    sha256 = hashlib.sha256(data).hexdigest()
    _keep(data, folder / sha256)
    plain = Path(name.replace("\\", "/")).name
    safe = "".join(char for char in plain if char.isprintable())[:120] or "附件"
    return Attachment(sha256=sha256, media_type=kind, name=safe, size=len(data))


def media_type(data: bytes) -> str | None:
    """By what the first bytes say; the name and the browser's word count for nothing. None for all but pictures."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def is_whole(data: bytes, kind: str) -> bool:
    """Whether the picture has the end that its format asks for: one that was cut off shows half of what was seen."""
    if kind == "image/png":
        return _png_ends(data)
    if kind == "image/jpeg":
        return b"\xff\xd9" in data[-TRAILING:]
    if kind == "image/gif":
        return data.rstrip(b"\0").endswith(b";")
    return int.from_bytes(data[4:8], "little") + 8 <= len(data)


def _png_ends(data: bytes) -> bool:
    at = 8
    while at + 12 <= len(data):
        kind, at = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return at <= len(data)
    return False


def _keep(data: bytes, path: Path) -> None:
    """Whole or not at all, and durable before anything refers to it."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
