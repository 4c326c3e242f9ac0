from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.settings import Settings, load

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HUIYING_{name.upper()}", raising=False)
        monkeypatch.delenv(f"HUIYING_{name.upper()}_FILE", raising=False)


def test_nothing_needs_to_be_set() -> None:
    chosen = load()
    assert chosen.engine == "embedded"
    assert chosen.host == "127.0.0.1", "nobody outside this machine unless asked for"
    assert chosen.smtp_url is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_DATA", "/srv/office")
    monkeypatch.setenv("HUIYING_PORT", "9000")
    chosen = load()
    assert chosen.port == 9000
    assert chosen.policy == Path("/srv/office/policy")
    assert chosen.sources == Path("/srv/office/sources.toml")
    assert chosen.address == "http://127.0.0.1:9000"


def test_the_address_for_links_can_be_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_BASE_URL", "https://huiying.example/")
    assert load().address == "https://huiying.example"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("ENGINE", "paper"), ("LOG_LEVEL", "loud")]
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"HUIYING_{name}", value)
    with pytest.raises(Misconfigured) as refused:
        load()
    assert f"HUIYING_{name}" in str(refused.value)
    assert value in str(refused.value)
    assert "should be" not in str(refused.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_SMTP_URL", "smtp://user:hunter2@127.0.0.1:25")
    monkeypatch.setenv("HUIYING_WEBHOOK_SECRET", "hunter2")
    assert "hunter2" not in repr(load())


@pytest.mark.parametrize("name", sorted(Settings.secrets()))
def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("hunter2 \n", "utf-8")
    monkeypatch.setenv(f"HUIYING_{name}_FILE", str(tmp_path / "secret"))
    chosen = load()
    assert getattr(chosen, name.lower()).get_secret_value() == "hunter2 ", "one line end is not part of it"
    assert "hunter2" not in repr(chosen)


def test_an_empty_file_is_a_secret_that_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n", "utf-8")
    monkeypatch.setenv("HUIYING_SMTP_URL_FILE", str(tmp_path / "secret"))
    assert load().smtp_url is None


def test_a_secret_that_cannot_be_read_or_stands_twice_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUIYING_KAFKA_PASSWORD_FILE", str(tmp_path / "gone"))
    with pytest.raises(Misconfigured, match=r"HUIYING_KAFKA_PASSWORD_FILE.*gone 读不了（没有这个文件"):
        load()
    (tmp_path / "gone").write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match=r"HUIYING_KAFKA_PASSWORD_FILE.*UTF-8"):
        load()
    monkeypatch.setenv("HUIYING_KAFKA_PASSWORD", "hunter2")
    with pytest.raises(Misconfigured, match="只能设一个"):
        load()


@pytest.mark.parametrize("value", ["*", "proxy.example", "10.0.0.1,", "10.0.0.1/8"])
def test_only_addresses_and_networks_may_speak_for_others(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HUIYING_TRUSTED_PROXIES", value)
    with pytest.raises(Misconfigured, match=r"HUIYING_TRUSTED_PROXIES.*网段"):
        load()


def test_the_page_of_settings_and_the_settings_are_the_same() -> None:
    documented = set(re.findall(r"^\| `HUIYING_(\w+)`", DOCUMENT.read_text("utf-8"), re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_the_page_of_settings_marks_what_may_stand_in_a_file() -> None:
    marked = set(
        re.findall(r"^\| `HUIYING_(\w+)` \| unset \| \*Secret\.\*", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    )
    assert marked == Settings.secrets() and "KAFKA_PASSWORD" in marked


@pytest.mark.parametrize(
    "address",
    ["huiying.example", "javascript:alert(1)", "https://", "http://a b/", "http://a:0/", "http://a/?b"],
)
def test_an_address_that_no_link_can_begin_with_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HUIYING_BASE_URL", address)
    with pytest.raises(
        Misconfigured, match="环境变量 HUIYING_BASE_URL：要写成 http:// 或 https:// 开头的网址"
    ):
        load()


@pytest.mark.parametrize("wrong", ["9101", ":9101", "127.0.0.1", "127.0.0.1:web", "127.0.0.1:99999"])
def test_where_figures_are_shown_is_a_host_and_a_port(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("HUIYING_METRICS", wrong)
    with pytest.raises(Misconfigured, match="HUIYING_METRICS：要写成“主机:端口”"):
        load()
    monkeypatch.setenv("HUIYING_METRICS", "[::1]:9101")
    assert load().metrics == "[::1]:9101"
