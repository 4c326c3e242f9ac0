"""What somebody is told who typed a command wrongly: one line, with what is wrong and where the right way stands."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

_SAID = (
    (r"No such command '(.*?)'", "没有命令 {0}"),
    (
        r"No such option: (\S+).*?(?:Did you mean|Possible options?:?) (.+?)[)?]",
        "没有选项 {0}（相近的：{1}）",
    ),
    (r"No such option: (\S+)", "没有选项 {0}"),
    (r"Missing argument '(.*?)'", "缺少 {0}"),
    (r"Missing option '(.*?)'", "缺少选项 {0}"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "多写了 {0}"),
    (r"Option '(.*?)' requires", "选项 {0} 后面要写内容"),
    (r"Option '(.*?)' does not take a value", "选项 {0} 后面不写内容"),
    (r"Invalid value for '(.*?)': .*valid integer", "{0} 要写整数"),
    (r"Invalid value for '(.*?)': .*valid number", "{0} 要写数字"),
    (r"Invalid value for '(.*?)': .*greater than or equal to (\S+)", "{0} 不能小于 {1}"),
    (r"Invalid value for '(.*?)': .*less than or equal to (\S+)", "{0} 不能大于 {1}"),
    (r"Invalid value for '(.*?)': .*does not match the format", "{0} 要写成 2026-11-23 这样的日期"),
    (r"Invalid value for '.*?': .*? '(.*)' is not readable", "读不了 {0}，没有权限"),
)
_PATTERNS = tuple((re.compile(pattern), words) for pattern, words in _SAID)


def in_words(error: TyperException) -> str:
    """One line in Chinese; nothing where the help itself was the answer."""
    message = " ".join(error.format_message().split())
    if not message:
        return ""
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    wants = (getattr(param, "help", None) or "").split(" [", 1)[0].rstrip("。")
    told = f"{_translated(message)}{f'（{wants}）' if wants else ''}"
    return f"{told}。写法见 {ctx.command_path if ctx is not None else 'huiying'} --help"


def _translated(message: str) -> str:
    for pattern, words in _PATTERNS:
        if found := pattern.match(message):
            return words.format(*found.groups())
    return f"写得不对：{message}"
