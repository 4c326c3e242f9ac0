"""The text of an article among everything else on its page.

Where the usual publishing systems put it, else readability, and trafilatura where that finds little.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import trafilatura
from parsel import Selector
from readability import Document

from crawlers import clean

LITTLE = 400
"""Characters below which a second opinion is asked for."""
ENOUGH = 60
"""Characters below which a text is hardly one."""
USUAL = (
    "#zoom", "#Zoom", "#ozoom", "founder-content", "#UCAP-CONTENT", ".TRS_Editor", ".TRS_UEDITOR", "#js_content",
    ".pages_content", "#articleContent", "#artibody", "#rm_txt_con", "#p-detail", "[itemprop=articleBody]",
)  # fmt: skip
"""Elements in which government portals, newspapers and the big news sites keep the text of an article."""
_SMALL_PRINT = re.compile(
    r"^(?:.{0,6}(?:来源|作者|记者|编辑|发布时间|发布日期|时间|浏览|字号|字体|责编)[：:\s].{0,60}|[\d\s年月日时分:：/.-]{6,40})$"
)
_FOOT = re.compile(
    r"^(?:(?:[【\[（(]?(?:我要纠错|纠错|打印(?:本页|此页|页面)?|关闭(?:窗口|本页|页面)?|收藏(?:本页)?|返回(?:顶部|首页|列表)?|分享到?|微信|微博|空间"
    r"|大|中|小|图集|\+1|相关(?:链接|阅读|新闻|文章)|延伸阅读)[】\]）)：:]*[\s|｜/]*)+"
    r"|(?=.*页)(?:[上下前后]一?页|[首尾末]页|[第共]?\s*\d{1,3}\s*页?|[\s.…|｜/<>›‹»«\[\]【】()（）])+"
    r"|[（(【]?(?:责任?编辑?|编辑|校对|审核|编审)[：:].{0,40}|[上下]一[篇条页](?:[：:].{0,80})?"
    r"|扫一扫.{0,12}(?:关注|打开|分享).{0,20}|主办(?:单位)?[：:].{0,80}"
    r"|.*(?:ICP备|公网安备|版权所有|all rights reserved|(?:经营|服务|传播|视听节目)许可证|不良信息举报|网站标识码).*)$",
    re.IGNORECASE,
)
"""What stands below an article for itself: who edited it, buttons, neighbours, the site's imprint."""
_EDITOR = re.compile(r"^[（(【]?(?:责任编辑|责编|编辑)[：:]$")

# Both libraries report each page they cannot make sense of; what matters reaches the source's line.
for _name in ("readability.readability", "trafilatura"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def best(page: Selector, html: str) -> tuple[str, str, float]:
    """(method, text, trust); ("none", "", 0) where there is no text."""
    if usual := _usual(page):
        return "usual", usual, 0.95
    first = _readability(html)
    if len(_ink(first)) >= LITTLE:
        return "readability", first, 0.9
    second = _trafilatura(html)
    if len(_ink(second)) > 3 * len(_ink(first)):
        return "trafilatura", second, 0.7 if len(_ink(second)) >= ENOUGH else 0.4
    if not _ink(first):
        return "none", "", 0.0
    return "readability", first, 0.8 if len(_ink(first)) >= ENOUGH else 0.5


def without_head(text: str, title: str) -> str:
    """The text without what a page repeats above it: crumbs, the title, the line of source and time."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:8]):
        if title and _ink(line) == _ink(title) and len(lines) > number + 1:
            lines = lines[number + 1 :]
            break
    first = 0
    while first < len(lines) - 1 and (not lines[first].strip() or _SMALL_PRINT.match(lines[first].strip())):
        first += 1
    return "\n".join(lines[first:]).strip()


def without_foot(text: str) -> str:
    """The text without what a page says below it of itself. The text as it is where nothing else is left."""
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or _FOOT.match(lines[-1].strip()) or _names_an_editor(lines)):
        lines.pop()
    return "\n".join(lines).rstrip() if any(line.strip() for line in lines) else text


def _names_an_editor(lines: Sequence[str]) -> bool:
    """A name alone, below the line that announces it."""
    return len(lines) > 1 and len(lines[-1].strip()) <= 4 and bool(_EDITOR.match(lines[-2].strip()))


def _usual(page: Selector) -> str:
    for css in USUAL:
        for element in page.css(css)[:1]:
            text = clean.plain(clean.from_html(element.get())).text
            if len(_ink(text)) >= ENOUGH // 3:
                return text
    return ""


def _ink(text: str) -> str:
    """Letters and digits: what is not blank or punctuation."""
    return re.sub(r"\W+", "", text)


def _readability(html: str) -> str:
    try:
        return clean.plain(clean.from_html(Document(html).summary(html_partial=True))).text
    except Exception:
        # It raises whatever lxml, a regular expression or a missing node raises; all mean "no text found".
        return ""


def _trafilatura(html: str) -> str:
    try:
        return trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False) or ""
    except Exception:
        # The same: a page that breaks the parser has no text for us.
        return ""
