from __future__ import annotations

import errno
import socket

import pytest

from huiying import app, complaints
from huiying.errors import Misconfigured
from huiying.settings import Settings


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "没有这个文件或文件夹"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (socket.gaierror(-2, "Name or service not known"), "不认识这个名字"),
        (OSError(9999, "Something new"), "系统错误 9999"),
    ],
)
def test_the_system_is_told_in_chinese(error: OSError, words: str) -> None:
    assert complaints.of_system(error) == words


def test_a_port_that_is_taken_is_to_be_changed_and_a_host_that_is_not_here_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Misconfigured, match=r"已被别的程序占用.*HUIYING_PORT"):
            app.port_must_be_free(Settings(port=taken.getsockname()[1]))
    with pytest.raises(Misconfigured, match="请把 HUIYING_HOST 改成") as refused:
        app.port_must_be_free(Settings(host="192.0.2.1", port=0))
    assert "HUIYING_PORT" not in str(refused.value)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("not a Post: JSON is malformed", "内容读不懂（not a Post: JSON is malformed）"),
        ("ValueError: a title", "处理时程序出错（ValueError: a title）"),
        ("a record of 20 MB is larger than the stream carries", "太大，信息流放不下（"),
        ("Elasticsearch refuses it: x", "存储拒收（"),
        ("没有说到职责范围内的事", "没有说到职责范围内的事"),
    ],
)
def test_why_a_record_was_given_up_is_told_in_chinese(reason: str, words: str) -> None:
    assert complaints.of_burial(reason).startswith(words)
