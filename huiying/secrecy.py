"""Finds marks of secrecy in a text, however they are written.  Pure."""

from __future__ import annotations

import re

from huiying import personal

_STAR = "★☆⭐✩✪✫✭✮✯＊*"
_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)"
_SECRET_MARK = re.compile(
    rf"{_LEVEL}\s*[{_STAR}]|[{_STAR}]\s*{_LEVEL}|密\s*级\s*[:：]"
    rf"|[【\[（(〔〖「《<]\s*(?:{_LEVEL}|内\s*部\s*(?:资\s*料|文\s*件|事\s*项))\s*[】\])）〕〗」》>]"
    r"|内\s*部\s*(?:资\s*料|文\s*件)\s*(?:[,，]\s*)?(?:注\s*意\s*保\s*存|不\s*得\s*外\s*传|严\s*禁\s*外\s*传|请\s*勿\s*外\s*传)"
    r"|仅\s*供\s*内\s*部\s*(?:使\s*用|参\s*考|参\s*阅|掌\s*握)"
)


def secret_in(text: str) -> str:
    """The mark of secrecy that a text bears, and what to do with it; '' where it bears none."""
    found = _SECRET_MARK.search("".join(personal.flattened(text)[0]))
    if found is None:
        return ""
    return f"有密级标志“{''.join(found.group().split())}”：涉密内容不得进入本系统，请按保密规定处理"
