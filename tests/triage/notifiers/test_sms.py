"""Text messages through a gateway that is described in a file, against a receiver that answers like one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from huiying import tomlfile
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.settings import load as settings
from tests.triage.notifiers.letters import a_notice
from tests.triage.notifiers.receiver import Receiver, listening
from triage.notifiers import open_notifiers
from triage.notifiers.sms import Sms, load


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copyfile(tomlfile.DEFAULTS / "sms.toml", tmp_path / "sms.toml")
    return tmp_path


def spoil(folder: Path, old: str, new: str) -> Path:
    file = folder / "sms.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def gateway(receiver: Receiver, folder: Path) -> Sms:
    return Sms(receiver.url, "k3y", load(folder))


def test_what_is_sent_is_what_the_file_says(receiver: Receiver, folder: Path) -> None:
    gateway(receiver, folder).send(a_notice(subject='带"引号"的\\标题', body="一行\n二行"), "138-0000 0000")
    assert json.loads(receiver.bodies[0]) == {
        "mobile": "13800000000",
        "content": '带"引号"的\\标题 一行 二行',
        "msgid": "abcdefgh2345",
        "key": "k3y",
    }


def test_a_form_is_escaped_as_a_form_and_a_value_is_no_template(receiver: Receiver, folder: Path) -> None:
    spoil(folder, 'format = "json"', 'format = "form"')
    spoil(folder, "body = '{", "body = 'm={to}&c={text}&k={key}' #")
    gateway(receiver, folder).send(a_notice(subject="a&b={key}", body="完"), "13800000000")
    sent = parse_qs(receiver.bodies[0].decode())
    assert sent == {"m": ["13800000000"], "c": ["a&b={key} 完"], "k": ["k3y"]}


@pytest.mark.parametrize(
    ("answer", "error"),
    [(b'{"code": "1001"}', GiveUp), (b'{"code": -1}', TryAgain), (b"{}", TryAgain), (b"oops", TryAgain)],
)
def test_what_the_file_calls_a_refusal_is_one(
    receiver: Receiver, folder: Path, answer: bytes, error: type[Exception]
) -> None:
    receiver.answer = answer
    with pytest.raises(error) as refused:
        gateway(receiver, folder).send(a_notice(), "13800000000")
    assert "None" not in str(refused.value)


def test_a_long_message_is_cut_by_characters(receiver: Receiver, folder: Path) -> None:
    gateway(receiver, folder).send(a_notice(body="长" * 900), "13800000000")
    assert len(json.loads(receiver.bodies[0])["content"]) == 300


@pytest.mark.parametrize("address", ["值班室", "138", "13800000000;13900000000", ""])
def test_what_is_no_number_is_refused_before_anything_is_sent(
    receiver: Receiver, folder: Path, address: str
) -> None:
    with pytest.raises(GiveUp, match="手机号不对"):
        gateway(receiver, folder).send(a_notice(), address)
    assert not receiver.bodies


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"msgid": "{id}"', '"msgid": "{number}"', "不认识的 {number}"),
        ('"{text}"', '"内容"', "{text}（内容）"),
        ('"key": "{key}"}', '"key": "{key}"', "不是 JSON"),
        ('taken = [0, "0", "000000"]', "taken = []", "哪些值算收下"),
        ("a_minute = 60", "a_minute = 0", "不能小于 1"),
    ],
)
def test_a_slip_in_the_file_is_named(folder: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load(spoil(folder, old, new))
    assert said in str(refused.value) and "sms.toml" in str(refused.value)


def test_a_gateway_without_its_file_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"sms\.toml"):
        open_notifiers(settings(data=tmp_path, sms_url="http://127.0.0.1:1/"))
