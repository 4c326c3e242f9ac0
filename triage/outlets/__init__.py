"""One file per place where a statement is published; those that the settings ask for are opened here."""

from __future__ import annotations

from huiying.errors import Misconfigured
from huiying.ports import Outlet
from huiying.settings import Settings
from triage.outlets.page import Page
from triage.outlets.webhook import WebSite


def open_outlets(settings: Settings) -> dict[str, Outlet]:
    """By name. The office's own page is always there. Raises Misconfigured, in Chinese."""
    page = Page(settings.address)
    found: list[Outlet] = [page]
    if settings.outlet_url is not None:
        if settings.outlet_secret is None:
            raise Misconfigured("设置了 HUIYING_OUTLET_URL，还要设置 HUIYING_OUTLET_SECRET（签名用的密钥）")
        secret = settings.outlet_secret.get_secret_value()
        found.append(WebSite(settings.outlet_url, secret, page=page.address))
    return {outlet.name: outlet for outlet in found}
