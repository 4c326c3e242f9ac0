"""The only place that reads the environment.  What varies by office is a policy file, not a setting.

Every setting stands in docs/settings.md; a test compares.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from huiying import complaints, tomlfile
from huiying.clock import Pace, SystemClock
from huiying.errors import Misconfigured

PREFIX = "HUIYING_"
UNFINISHED = "restore.unfinished"
"""Stands in a data folder while a backup is brought into it, and stays where that broke off."""
_OF_OTHERS = frozenset({"REQUIRE_SERVICES", "PUBLISHED", "SUBNET", "GATEWAY"})
"""What the tests and ``docker-compose.yml`` ask for under the same prefix."""


_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(default=Path("data"), description="Folder of the office's data; made when absent.")
    engine: Literal["embedded", "distributed"] = Field(
        default="embedded", description="Which engine keeps stream, cases and archive."
    )
    kafka: str = Field(
        default="127.0.0.1:19092", description="Kafka's brokers, host:port, with commas between."
    )
    kafka_username: str = Field(default="", description="SASL/SCRAM over TLS; unset: no log-in.")
    kafka_password: SecretStr = Field(default=SecretStr(""), description="The password that goes with it.")
    kafka_ca: Path | None = Field(
        default=None, description="PEM of the authority that signed the brokers' certificates."
    )
    kafka_session: float = Field(
        default=45.0, ge=1, le=600, description="Seconds after which a worker that died loses its partitions."
    )
    kafka_replication: int | None = Field(
        default=None, ge=1, le=9, description="Copies of each topic; unset: as the brokers are set up."
    )
    elasticsearch: str = Field(
        default="http://127.0.0.1:19200", description="Elasticsearch's addresses, with commas between."
    )
    elasticsearch_username: str = Field(default="", description="Unset: no log-in.")
    elasticsearch_password: SecretStr = Field(
        default=SecretStr(""), description="The password that goes with it."
    )
    elasticsearch_ca: Path | None = Field(
        default=None, description="PEM of the authority that signed Elasticsearch's certificate."
    )
    namespace: str = Field(
        default="huiying",
        pattern=r"^[a-z0-9][a-z0-9-]{0,99}$",
        description="What the names of topics, groups and indices begin with.",
    )
    demo_clock: str = Field(
        default="",
        pattern=r"^(\d+(\.\d+)? \S+ \S+)?$",
        description="How the demo tells its children at what pace its time runs; not for an office.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web listens on.")
    port: int = Field(
        default=8080, ge=0, le=65535, description="Port that the web listens on; 0 takes a free one."
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1",
        description="Addresses and networks, with commas between, that may say in X-Forwarded-For who is asking.",
    )
    base_url: str = Field(
        default="", description="Address of the board as people type it; in notices. Default: host and port."
    )
    oidc_issuer: str = Field(
        default="",
        description="Identity provider (OpenID Connect) that staff may sign in by; unset: passwords alone.",
    )
    oidc_client_id: str = Field(default="", description="What the provider calls this system.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="The secret that goes with it.")
    oidc_claim: str = Field(
        default="preferred_username",
        min_length=1,
        description="Claim that holds the name of the account here.",
    )
    oidc_name: str = Field(
        default="统一身份认证",
        min_length=1,
        max_length=20,
        description="What the sign-in page calls the provider.",
    )
    oidc_ca: Path | None = Field(
        default=None, description="PEM of the authority that signed the provider's certificate."
    )
    two_step: bool = Field(
        default=False,
        description="Whether whoever signs in by a password needs a code of their telephone too; anybody may have one.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines look.")
    metrics: str = Field(
        default="", description="host:port of a server for this process's own figures; unset: none."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token for figures; unset: this machine alone reads them."
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="smtp://[user:password@]host:port or smtps://…; unset: no mail is sent."
    )
    smtp_from: str = Field(default="huiying@localhost", description="Sender of mails.")
    webhook_url: str | None = Field(
        default=None, description="Receiver of signed JSON notices; unset: none is called."
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="Key of the webhook's HMAC-SHA256 signature."
    )
    wecom_url: SecretStr | None = Field(
        default=None, description="Address of a WeCom group robot, its key in it; unset: none is told."
    )
    dingtalk_url: SecretStr | None = Field(
        default=None, description="Address of a DingTalk group robot, its token in it; unset: none is told."
    )
    dingtalk_secret: SecretStr | None = Field(
        default=None, description="Key of the DingTalk robot's signature (加签)."
    )
    feishu_url: SecretStr | None = Field(
        default=None, description="Address of a Feishu group robot; unset: none is told."
    )
    feishu_secret: SecretStr | None = Field(
        default=None, description="Key of the Feishu robot's signature (签名校验)."
    )
    sms_url: SecretStr | None = Field(
        default=None, description="Address of the SMS gateway (policy/sms.toml); unset: none is sent."
    )
    sms_key: SecretStr = Field(default=SecretStr(""), description="What {key} in policy/sms.toml stands for.")
    outlet_url: str | None = Field(
        default=None,
        description="The office's web site system: takes published statements; unset: none does.",
    )
    outlet_secret: SecretStr | None = Field(
        default=None, description="Key of the HMAC-SHA256 signature on statements."
    )
    encoder: Literal["", "use", "e5"] = Field(
        default="", description="Sentence encoder of the extra [encoders] that learning may use; unset: none."
    )

    def clock(self) -> SystemClock:
        return SystemClock(Pace.read(self.demo_clock) if self.demo_clock else None)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        for part in text.split(","):
            try:
                ip_network(part.strip())
            except ValueError:
                raise ValueError("要写成地址或网段，多个用英文逗号隔开，例如 127.0.0.1,10.8.0.0/24") from None
        return text

    @field_validator("metrics")
    @classmethod
    def _has_a_port(cls, text: str) -> str:
        host, _, port = text.rpartition(":")
        if text and (not host or not port.isdecimal() or int(port) > 65535):
            raise ValueError("要写成“主机:端口”，例如 127.0.0.1:9101")
        return text

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe(cls, text: str) -> str:
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
            safe = parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE)
            fits = safe and host and not parts.query and not parts.fragment
        except ValueError:
            fits = False
        if text and not fits:
            raise ValueError("要写成 https:// 开头的网址，例如 https://sso.example.gov.cn/realms/office")
        return text

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        try:
            parts = urlsplit(text)
            fits = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port)
        except ValueError:
            fits = False
        if text and (not fits or parts.query or parts.fragment or any(char.isspace() for char in text)):
            raise ValueError("要写成 http:// 或 https:// 开头的网址，例如 https://huiying.example.gov.cn")
        return text

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls)

    @classmethod
    def secrets(cls) -> frozenset[str]:
        """The settings that may stand in files, as their variables call them, without ``HUIYING_``."""
        return frozenset(name.upper() for name, field in cls.model_fields.items() if _is_secret(field))

    @property
    def policy(self) -> Path:
        """The office's own copy of the policy files."""
        return self.data / "policy"

    @property
    def models(self) -> Path:
        """Where ``huiying train`` leaves the models."""
        return self.data / "models"

    @property
    def attachments(self) -> Path:
        return self.data / "attachments"

    @property
    def sources(self) -> Path:
        """The source catalogue."""
        return self.data / "sources.toml"

    @property
    def address(self) -> str:
        """Where the board stands, for links."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


class _SecretFiles(PydanticBaseSettingsSource):
    """What is secret may stand in a file, named by the same variable with ``_FILE`` behind it; one line end is not part of it."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        variable = f"{PREFIX}{field_name.upper()}"
        place = os.environ.get(f"{variable}_FILE", "")
        if not place or not _is_secret(field):
            return None, field_name, False
        if os.environ.get(variable):
            raise Misconfigured(f"{variable} 和 {variable}_FILE 只能设一个，请去掉其中一个。")
        try:
            return Path(place).read_text("utf-8").removesuffix("\n").removesuffix("\r"), field_name, False
        except UnicodeDecodeError as error:
            raise Misconfigured(f"环境变量 {variable}_FILE：{place} 不是 UTF-8 文本。") from error
        except OSError as error:
            raise Misconfigured(
                f"环境变量 {variable}_FILE：{place} 读不了（{complaints.of_system(error)}）。"
            ) from error

    def __call__(self) -> dict[str, str]:
        return dict(self._found())

    def _found(self) -> Iterator[tuple[str, str]]:
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value:
                yield key, value


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def unknown() -> dict[str, str]:
    """Variables with our prefix that set nothing, each with the setting that may be meant, or ''."""
    known = [name.upper() for name in Settings.model_fields]
    known += [f"{name}_FILE" for name in Settings.secrets()]
    names = [name.removeprefix(PREFIX) for name in sorted(os.environ) if name.startswith(PREFIX)]
    return {
        f"{PREFIX}{name}": "".join(f"{PREFIX}{close}" for close in get_close_matches(name, known, 1))
        for name in names
        if name.upper() not in {*known, *_OF_OTHERS}
    }


def load(**overrides: object) -> Settings:
    """Settings from the environment. Raises Misconfigured, naming the variable, in Chinese."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"环境变量 {PREFIX}{str(problem['loc'][0]).upper()}："
            f"{tomlfile.remedy(problem['type'], problem['msg'], problem['input'])}"
            for problem in error.errors()
        ]
        raise Misconfigured("\n".join(lines)) from error
