"""Group robots, against a receiver that answers like the platforms, and one that misbehaves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator

import pytest

from huiying.errors import GiveUp, Misconfigured, Throttled, TryAgain
from huiying.ports import Notifier
from huiying.settings import load
from tests.triage.notifiers.letters import a_notice
from tests.triage.notifiers.receiver import Receiver, listening
from triage.links import PRIVATE
from triage.notifiers import open_notifiers
from triage.notifiers.posting import CUT, Pace
from triage.notifiers.robots import WECOM_MOST, DingTalk, Feishu, WeCom

SECRET = "SEC0123"
Make = Callable[[str], Notifier]
ROBOTS: dict[str, Make] = {
    "wecom": WeCom,
    "dingtalk": lambda url: DingTalk(url, SECRET, seconds=lambda: 1700000000.5),
    "feishu": lambda url: Feishu(url, SECRET, seconds=lambda: 1700000000.5),
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture(params=ROBOTS)
def robot(request: pytest.FixtureRequest, receiver: Receiver) -> Notifier:
    return ROBOTS[request.param](receiver.url)


def text(receiver: Receiver) -> str:
    body = json.loads(receiver.bodies[-1])
    return str(body["content"]["text"] if "msg_type" in body else body["text"]["content"])


def test_a_robot_says_subject_body_and_link(robot: Notifier, receiver: Receiver) -> None:
    notice = a_notice(body="任务：签收\n查看（需要登录）：http://office.invalid/cases/1")
    sent = robot.send(notice, "值班群")
    assert text(receiver) == f"{notice.subject}\n{notice.body}"
    assert not sent.confirmed, "the group has it; whether anybody read it is another matter"
    assert receiver.queries[-1]["key"] == ["s3cret"]


def test_dingtalk_signs_timestamp_and_secret(receiver: Receiver) -> None:
    ROBOTS["dingtalk"](receiver.url).send(a_notice(), "群")
    query = receiver.queries[-1]
    assert query["timestamp"] == ["1700000000500"]
    wanted = hmac.new(SECRET.encode(), f"1700000000500\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(wanted).decode()]


def test_feishu_signs_in_the_body_with_seconds(receiver: Receiver) -> None:
    ROBOTS["feishu"](receiver.url).send(a_notice(), "群")
    body = json.loads(receiver.bodies[-1])
    assert body["timestamp"] == "1700000000"
    wanted = hmac.new(f"1700000000\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(wanted).decode()


@pytest.mark.parametrize(
    ("channel", "answer", "error"),
    [
        ("wecom", b'{"errcode": 93000, "errmsg": "invalid webhook url"}', GiveUp),
        ("wecom", b'{"errcode": 45009, "errmsg": "api freq out of limit"}', TryAgain),
        ("wecom", b'{"errcode": -1}', TryAgain),
        ("dingtalk", b'{"errcode": 310000, "errmsg": "sign not match"}', GiveUp),
        ("dingtalk", b'{"errcode": 130101, "errmsg": "send too fast"}', TryAgain),
        ("feishu", b'{"code": 19021, "msg": "sign match fail"}', GiveUp),
        ("feishu", b'{"code": 11232, "msg": "frequency limited"}', TryAgain),
        ("wecom", b"<html>gateway</html>", TryAgain),
        ("feishu", b"", TryAgain),
        ("dingtalk", b"[0]", TryAgain),
        ("wecom", b'{"errcode": [0]}', TryAgain),
    ],
)
def test_a_refusal_inside_a_200_is_a_refusal(
    receiver: Receiver, channel: str, answer: bytes, error: type[Exception]
) -> None:
    receiver.answer = answer
    with pytest.raises(error) as refused:
        ROBOTS[channel](receiver.url).send(a_notice(), "群")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "error"), [(500, TryAgain), (429, TryAgain), (403, GiveUp), (302, GiveUp)]
)
def test_a_status_is_judged_before_the_body(
    robot: Notifier, receiver: Receiver, status: int, error: type[Exception]
) -> None:
    receiver.status = status
    with pytest.raises(error):
        robot.send(a_notice(), "群")


def test_a_receiver_that_is_away_is_tried_again_and_its_key_is_not_told() -> None:
    for make in ROBOTS.values():
        with pytest.raises(TryAgain) as refused:
            make("http://127.0.0.1:9/send?key=s3cret").send(a_notice(), "群")
        assert "s3cret" not in str(refused.value) and refused.value.__cause__ is None
        assert "连不上：那个端口没有程序在接收" in str(refused.value)


def test_a_refusal_that_is_known_says_what_to_mend(receiver: Receiver) -> None:
    for channel, answer, said in (
        ("wecom", b'{"errcode": 93000}', "企业微信拒收：93000（机器人的地址不对，或者已被移除）"),
        (
            "dingtalk",
            b'{"errcode": 310000}',
            "钉钉拒收：310000（签名不对，或者机器人另外设了关键词、IP 限制）",
        ),
        ("feishu", b'{"code": 19021}', "飞书拒收：19021（签名不对，或者本机时间不准）"),
        ("feishu", b'{"code": 77}', "飞书拒收：77"),
    ):
        receiver.answer = answer
        with pytest.raises(GiveUp) as refused:
            ROBOTS[channel](receiver.url).send(a_notice(), "群")
        assert str(refused.value) == said


def test_a_long_text_is_cut_by_bytes_between_characters_and_keeps_its_link(receiver: Receiver) -> None:
    link = "http://office.invalid/cases/1"
    body = "警报" * 2000 + f"\n查看（需要登录）：{link}"
    ROBOTS["wecom"](receiver.url).send(a_notice(body=body, link=link), "群")
    said = text(receiver)
    assert WECOM_MOST - 3 <= len(said.encode()) <= WECOM_MOST
    assert CUT in said and said.endswith(link) and "�" not in said


def test_a_lone_surrogate_does_not_stop_a_notice(robot: Notifier, receiver: Receiver) -> None:
    robot.send(a_notice(subject="坏字\ud800"), "群")
    assert text(receiver).startswith("坏字")


def test_whoever_goes_too_fast_waits_and_nothing_is_sent(receiver: Receiver) -> None:
    now = [0.0]
    robot = WeCom(receiver.url, pace=Pace(2, clock=lambda: now[0]))
    robot.send(a_notice(), "群")
    now[0] = 10.0
    robot.send(a_notice(), "群")
    with pytest.raises(Throttled) as full:
        robot.send(a_notice(), "群")
    assert full.value.seconds == 50.0 and len(receiver.bodies) == 2
    now[0] = 60.0
    robot.send(a_notice(), "群")


def test_a_group_never_gets_a_link_that_opens_without_an_account() -> None:
    assert PRIVATE.isdisjoint(ROBOTS)


def test_robots_are_opened_as_the_settings_ask() -> None:
    asked = load(
        wecom_url="https://127.0.0.1/a", dingtalk_url="https://127.0.0.1/b", dingtalk_secret="x",
        feishu_url="https://127.0.0.1/c", feishu_secret="y",
    )  # fmt: skip
    assert list(open_notifiers(asked)) == ["console", "wecom", "dingtalk", "feishu"]
    with pytest.raises(Misconfigured, match="HUIYING_DINGTALK_SECRET"):
        open_notifiers(load(dingtalk_url="https://127.0.0.1/b"))
    with pytest.raises(Misconfigured, match="HUIYING_WECOM_URL"):
        open_notifiers(load(wecom_url="qyapi"))
