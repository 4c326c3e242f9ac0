"""What the channels over HTTP share: one request, what its answer means, how long a text may be, and how fast to go."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from huiying.contracts import Notice
from huiying.errors import GiveUp, Misconfigured, Throttled, TryAgain

TIMEOUT = 10.0
"""Seconds."""
PASSING = frozenset({408, 425, 429})
"""Statuses below 500 that a repeat may mend."""
CUT = "……（全文请在系统里看）"


@dataclass(slots=True)
class Pace:
    """At most so many in so many seconds; the platforms refuse, and some shut out for ten minutes, whoever goes faster."""

    most: int
    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _sent: deque[float] = field(default_factory=deque)

    def take(self) -> None:
        """Count one more. Raises Throttled with the seconds to wait."""
        now = self.clock()
        while self._sent and now - self._sent[0] >= self.seconds:
            self._sent.popleft()
        if len(self._sent) >= self.most:
            raise Throttled(
                f"每 {self.seconds:g} 秒最多 {self.most} 条", self.seconds - (now - self._sent[0])
            )
        self._sent.append(now)


def client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)


def checked(url: str, variable: str) -> str:
    """Raises Misconfigured where it is no address of a receiver."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL()
    if parts.scheme not in ("http", "https") or not parts.host:
        raise Misconfigured(f"环境变量 {variable} 不对：应以 http:// 或 https:// 开头，写全主机名")
    return url


def post(
    using: httpx.Client,
    url: str,
    *,
    who: str,
    content: bytes,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
) -> httpx.Response:
    """The answer, a 2xx. Raises TryAgain and GiveUp; neither names the address, which may be a secret."""
    try:
        answer = using.post(url, content=content, headers=dict(headers), params=dict(params or {}) or None)
    except httpx.HTTPError as trouble:
        raise TryAgain(f"{who}连不上：{unreached(trouble)}") from None
    status = answer.status_code
    if status >= 500 or status in PASSING:
        raise TryAgain(f"{who}回复 {status}")
    if not answer.is_success:
        raise GiveUp(f"{who}拒收：{status}")
    return answer


def unreached(trouble: httpx.HTTPError) -> str:
    """Why nobody could be asked, in the words of an office; the address is not in it."""
    if isinstance(trouble, httpx.TimeoutException):
        return "超时没有应答"
    if isinstance(trouble, httpx.ConnectError):
        told = str(trouble)
        return next((words for sign, words in _NO_CONNECTION if sign in told), "网络不通")
    if isinstance(trouble, httpx.RemoteProtocolError):
        return "对方中途断开，或者那里不是网页服务"
    return "连接中断"


_NO_CONNECTION = (
    ("refused", "那个端口没有程序在接收"),
    ("CERTIFICATE", "对方的证书不对"),
    ("SSL", "对方的加密方式不对，请核对是 http 还是 https"),
    ("Name or service not known", "不认识那个主机名"),
    ("name resolution", "主机名查不到"),
)


def said(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; {} where it is none."""
    try:
        found = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def judged(who: str, code: object, passing: Collection[object], means: Mapping[object, str]) -> None:
    """Platforms refuse inside a 200: anything but 0 is a refusal. Raises TryAgain for ``passing``, else GiveUp.

    ``means``: what is to be mended where the platform answers with this code.
    """
    if code in (0, "0"):
        return
    if not isinstance(code, int | str):
        raise TryAgain(f"{who}的回复看不懂，请核对地址")
    told = f"{who}拒收：{code}" + (f"（{means[code]}）" if code in means else "")
    raise (TryAgain if code in passing else GiveUp)(told)


def text_of(notice: Notice, most: int, *, of_bytes: bool = True) -> str:
    """Subject and body in at most ``most`` bytes of UTF-8 (or characters); what is cut is said, and the link stays whole."""
    text = f"{' '.join(notice.subject.split())}\n{notice.body}".encode("utf-8", "replace").decode()
    if _size(text, of_bytes) <= most:
        return text
    link = _last_line_with(notice.link, text)
    room = most - _size(f"{CUT}\n{link}" if link else CUT, of_bytes)
    head = text[: -len(link) - 1] if link else text
    return _fitting(head, room, of_bytes).rstrip() + CUT + (f"\n{link}" if link else "")


def _last_line_with(link: str, text: str) -> str:
    line = text.rsplit("\n", 1)[-1]
    return line if link and link in line else ""


def _size(text: str, of_bytes: bool) -> int:
    return len(text.encode()) if of_bytes else len(text)


def _fitting(text: str, room: int, of_bytes: bool) -> str:
    """As many whole characters from the front as there is room for."""
    if not of_bytes:
        return text[: max(room, 0)]
    return text.encode()[: max(room, 0)].decode("utf-8", "ignore")
