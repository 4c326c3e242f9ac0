"""One file per channel that carries a notice; those that the settings ask for are opened here."""

from __future__ import annotations

from huiying.errors import Misconfigured
from huiying.ports import Notifier
from huiying.settings import Settings
from triage.notifiers.console import Console
from triage.notifiers.smtp import Smtp
from triage.notifiers.webhook import Webhook


def open_notifiers(settings: Settings) -> dict[str, Notifier]:
    """By channel. The console is always there. Raises Misconfigured, in Chinese."""
    found: list[Notifier] = [Console()]
    if settings.smtp_url is not None:
        found.append(Smtp(settings.smtp_url.get_secret_value(), settings.smtp_from))
    if settings.webhook_url is not None:
        if settings.webhook_secret is None:
            raise Misconfigured("设置了 HUIYING_WEBHOOK_URL，还要设置 HUIYING_WEBHOOK_SECRET（签名用的密钥）")
        found.append(Webhook(settings.webhook_url, settings.webhook_secret.get_secret_value()))
    return {notifier.channel: notifier for notifier in found}
