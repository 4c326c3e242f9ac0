"""What the operating system and the TOML reader complain of, in the words of an office."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path
from socket import gaierror

_SYSTEM = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EBUSY: "正被占用，或是单独挂载的",
    errno.EIO: "磁盘读写出错",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENAMETOOLONG: "名字太长",
    errno.EMFILE: "打开的文件太多",
    errno.EADDRINUSE: "已被别的程序占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}
_SYNTAX = (
    ("Invalid value", "等号右边的写法不对，文字要加英文引号"),
    ("Expected '='", "缺少等号"),
    ("Unterminated string", "引号没有配对"),
    ("Illegal character", "文字里有不能直接写的字符，或引号没有配对"),
    ("Cannot overwrite", "同一项写了两次"),
    ("Cannot declare", "同一个表写了两次"),
    ("Cannot mutate", "同一个表写了两次"),
    ("Cannot redefine", "同一个表写了两次"),
    ("Duplicate inline table key", "同一项写了两次"),
    ("Unclosed", "括号没有配对"),
    ("Expected ']", "方括号没有配对"),
    ("Expected newline or end of document", "这一行后面有多余的内容"),
    ("Invalid initial character for a key", "项目名只用英文字母、数字、- 和 _"),
    ("Invalid statement", "项目名只用英文字母、数字、- 和 _"),
    ("Unescaped '\\'", "文字里的 \\ 要写成 \\\\"),
    ("Invalid date", "日期写法不对"),
)
LEAST_ROOM = 64 * 1024
"""Bytes: what SQLite needs beside a file before it can write, or even read, at all."""
_BOUND = re.compile(r"(-?\d+(?:\.\d+)?)\D*$")


def of_system(error: OSError) -> str:
    """Why the system refused."""
    if isinstance(error, gaierror):
        return "不认识这个名字"
    return _SYSTEM.get(error.errno or 0, f"系统错误 {error.errno}")


def disk_is_full(path: Path) -> bool:
    """No room for one more page of a file here. SQLite reports most full disks as a fault of the disk."""
    try:
        return shutil.disk_usage(path if path.is_dir() else path.parent).free < LEAST_ROOM
    except OSError:
        return False


def of_burial(reason: str) -> str:
    """Why nobody could handle a record, with what the program itself said of it."""
    return next((f"{words}（{reason}）" for sign, words in _BURIED if sign.match(reason)), reason)


_BURIED = (
    (re.compile("not a "), "内容读不懂"),
    (re.compile(r"[A-Z]\w*(Error|Exception)\b"), "处理时程序出错"),
    (re.compile("a record .*larger than the stream carries"), "太大，信息流放不下"),
    (re.compile("Elasticsearch refuses it"), "存储拒收"),
)


def of_syntax(message: str) -> str:
    """What is wrong with the line."""
    return next((words for begin, words in _SYNTAX if message.startswith(begin)), "写法不对")


def of_value(kind: str, message: str) -> str:
    """What a value of this kind of fault should be; '' where the message says it itself, in Chinese."""
    found = _BOUND.search(message.partition(", not")[0])
    bound = found[1] if found else ""
    if kind in {"int_parsing", "int_type", "float_parsing", "float_type"}:
        return "应写数字"
    if kind == "string_too_short":
        return "不能是空的" if bound in {"", "1"} else f"至少写 {bound} 个字"
    if kind == "string_too_long":
        return f"最多写 {bound} 个字"
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        words = {"greater_than": "要大于", "greater_than_equal": "不能小于", "less_than": "要小于"}
        return f"{words.get(kind, '不能大于')} {bound}"
    if kind == "too_short":
        return "至少要写一项"
    return _PLAIN.get(kind, _PLAIN.get(kind.partition("_")[0], ""))


_PLAIN = {
    "string_pattern_mismatch": "写法不对，请照随软件附带的样子写",
    "int_from_float": "应写整数",
    "finite_number": "应写一个有限的数字",
    "string": "应写文字，并加英文引号",
    "bool": "应写 true 或 false",
    "tuple": "应写成一列，例如 [\"甲\", \"乙\"]；表要写成 [[名字]]",
    "list": "应写成一列，例如 [\"甲\", \"乙\"]；表要写成 [[名字]]",
    "dict": "应写成一个表",
    "model": "应写成一个表",
    "date": "应写日期，例如 2026-11-23",
    "datetime": "应写日期和时刻，例如 2026-11-23T10:00:00",
}  # fmt: skip
