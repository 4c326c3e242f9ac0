"""One file per channel that carries a notice; those that the settings ask for are opened here."""

from __future__ import annotations

from pydantic import SecretStr

from huiying.errors import Misconfigured
from huiying.ports import Notifier
from huiying.settings import Settings
from triage.notifiers import sms
from triage.notifiers.console import Console
from triage.notifiers.robots import DingTalk, Feishu, WeCom
from triage.notifiers.smtp import Smtp
from triage.notifiers.webhook import Webhook


def open_notifiers(settings: Settings) -> dict[str, Notifier]:
    """By channel. The console is always there. Raises Misconfigured, in Chinese."""
    found: list[Notifier] = [Console()]
    if settings.smtp_url is not None:
        found.append(Smtp(settings.smtp_url.get_secret_value(), settings.smtp_from))
    if settings.webhook_url is not None:
        found.append(Webhook(settings.webhook_url, _key(settings.webhook_secret, "WEBHOOK")))
    if settings.wecom_url is not None:
        found.append(WeCom(settings.wecom_url.get_secret_value()))
    if settings.dingtalk_url is not None:
        found.append(
            DingTalk(settings.dingtalk_url.get_secret_value(), _key(settings.dingtalk_secret, "DINGTALK"))
        )
    if settings.feishu_url is not None:
        found.append(Feishu(settings.feishu_url.get_secret_value(), _key(settings.feishu_secret, "FEISHU")))
    if settings.sms_url is not None:
        rules = sms.load(settings.policy)
        found.append(sms.Sms(settings.sms_url.get_secret_value(), settings.sms_key.get_secret_value(), rules))
    return {notifier.channel: notifier for notifier in found}


def _key(secret: SecretStr | None, channel: str) -> str:
    if secret is None:
        raise Misconfigured(
            f"设置了 HUIYING_{channel}_URL，还要设置 HUIYING_{channel}_SECRET（签名用的密钥）"
        )
    return secret.get_secret_value()
