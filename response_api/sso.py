"""Sign-in by the office's own identity provider: OpenID Connect, authorization code with PKCE and a nonce (RFC 6749, 7636, 9207).

The provider says who somebody is; roles and unit are those of the account here that has the same name.  What a browser takes along
lies in a cookie that is signed and good for ten minutes, so that it may come back to another web of the same house.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from huiying import logs
from huiying.contracts import Instant
from huiying.errors import HuiyingError, Misconfigured
from huiying.settings import Settings
from response_api.auth import account_name
from response_api.carried import Carrier

PATH = "/login/sso"
COOKIE = "huiying_sso"
STAYS = timedelta(minutes=10)
"""To type a password there, or to look for the telephone with the code."""
TIMEOUT = 10.0
"""Seconds, of each request."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
SIGNED_BY = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures whose key only the provider has."""
MOST_NEXT = 1_000

_log = logs.get("web")


class NoAnswer(HuiyingError):
    """The provider cannot be reached, or does not say what the standard asks of it; the message is Chinese."""


class NotLetIn(HuiyingError):
    """It does not vouch for whoever came back; the message is Chinese."""


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser takes along."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: Instant


@dataclass(frozen=True, kw_only=True)
class Arrival:
    login: str
    """Name of the account, as the provider has it."""
    next: str
    """Where its owner wanted to go."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    issuer: str
    client_id: str
    client_secret: str
    claim: str
    name: str
    back: str
    """The address here to which it leads back."""
    carrier: Carrier
    """Of what a browser takes along."""
    trusted: ssl.SSLContext
    """Whose certificates are believed; made once, since that takes longer than a request."""

    def depart(self, next: str, now: datetime) -> tuple[str, str]:
        """Where the browser goes, and what it takes along. Raises NoAnswer."""
        with self._client() as web:
            there = self._address(self._metadata(web), "authorization_endpoint")
        journey = Journey(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            next=next if len(next) <= MOST_NEXT else "/",
            until=now + STAYS,
        )
        digest = hashlib.sha256(journey.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid profile",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}", self.carrier.pack(journey)

    def arrive(self, taken: str, query: Mapping[str, str], now: datetime) -> Arrival:
        """Who came back, with what the browser had ``taken`` along. Raises NoAnswer, NotLetIn."""
        journey = self.carrier.unpack(taken, Journey)
        if (
            journey is None
            or journey.until <= now
            or not hmac.compare_digest(query.get("state", "").encode(), journey.state.encode())
        ):
            raise NotLetIn("登录没有从本页开始，或者隔了太久。请再点一次")
        if said := query.get("error"):
            raise NotLetIn(_REFUSALS.get(said, f"{self.name}没有放行（{said[:40]}），请重试或用账号密码登录"))
        if query.get("iss", self.issuer) != self.issuer or not query.get("code"):
            raise NotLetIn(f"带回来的内容不是{self.name}给的，请再点一次")
        with self._client() as web:
            metadata = self._metadata(web)
            tokens = self._exchanged(web, metadata, query["code"], journey.verifier)
            claims = self._claims(web, metadata, tokens, journey.nonce)
        login = account_name(str(claims.get(self.claim) or ""))
        if not login:
            raise NotLetIn(f"{self.name}没有给出账号名（{self.claim}），请联系系统管理员")
        return Arrival(login=login, next=journey.next)

    def reachable(self) -> None:
        """Raises NoAnswer where nobody could sign in by it now."""
        with self._client() as web:
            metadata = self._metadata(web)
            self._address(metadata, "authorization_endpoint")
            self._address(metadata, "token_endpoint")
            self._keys(web, metadata)

    def _metadata(self, web: httpx.Client) -> Mapping[str, Any]:
        """What it says about itself, which has to be it: OpenID Connect Discovery 1.0, 4.3."""
        found = self._object(
            self._answered(web, "GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        )
        if found.get("issuer") != self.issuer:
            raise NoAnswer(f"{self.name}自称 {str(found.get('issuer'))[:80]}，和 HUIYING_OIDC_ISSUER 不一致")
        return found

    def _keys(self, web: httpx.Client, metadata: Mapping[str, Any]) -> KeySet:
        found = self._object(self._answered(web, "GET", self._address(metadata, "jwks_uri")))
        try:
            return KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NoAnswer(f"{self.name}的公钥读不了") from error

    def _exchanged(
        self, web: httpx.Client, metadata: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": verifier,
        }
        ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = None
        if self.client_secret and "client_secret_basic" in ways:
            basic = (_form_encoded(self.client_id), _form_encoded(self.client_secret))
        else:
            sent["client_id"] = self.client_id
            if self.client_secret:
                sent["client_secret"] = self.client_secret
        answer = self._answered(web, "POST", self._address(metadata, "token_endpoint"), data=sent, auth=basic)
        if answer.is_client_error:
            _log.warning("sso_code_refused", status=answer.status_code)
            raise NotLetIn(f"{self.name}没有认可这次登录，请再点一次；总是这样，请联系系统管理员")
        return self._object(answer)

    def _claims(
        self, web: httpx.Client, metadata: Mapping[str, Any], tokens: Mapping[str, Any], nonce: str
    ) -> Mapping[str, Any]:
        """Of the ID token, checked as OpenID Connect Core 1.0, 3.1.3.7 says; of the user info where it leaves the name out."""
        keys = self._keys(web, metadata)
        asked = jwt.JWTClaimsRegistry(
            now=int(time.time()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(str(tokens.get("id_token") or ""), keys, algorithms=SIGNED_BY).claims
            asked.validate(claims)
        except (JoseError, ValueError) as error:
            _log.warning("sso_token_refused", reason=type(error).__name__)
            raise NotLetIn(
                f"{self.name}给的凭证没有通过核验，请再点一次；总是这样，请联系系统管理员"
            ) from error
        if claims.get("azp", self.client_id) != self.client_id:
            raise NotLetIn(f"{self.name}给的凭证是给别的系统的")
        if claims.get(self.claim) or "userinfo_endpoint" not in metadata:
            return claims
        bearer = {"authorization": f"Bearer {tokens.get('access_token', '')}"}
        there = self._address(metadata, "userinfo_endpoint")
        more = self._object(self._answered(web, "GET", there, headers=bearer))
        if more.get("sub") != claims["sub"]:
            raise NotLetIn(f"{self.name}前后说的不是同一个人")
        return {**more, **claims}

    def _answered(self, web: httpx.Client, method: str, address: str, **more: Any) -> httpx.Response:
        try:
            return web.request(method, address, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _log.warning("sso_no_answer", reason=type(error).__name__)
            raise NoAnswer(f"{self.name}现在连不上，请稍后再试，或用账号密码登录") from error

    def _object(self, answer: httpx.Response) -> Mapping[str, Any]:
        with contextlib.suppress(ValueError):
            found = answer.json() if answer.status_code == httpx.codes.OK else None
            if isinstance(found, dict):
                return found
        _log.warning("sso_no_answer", status=answer.status_code)
        raise NoAnswer(f"{self.name}答得不对（状态 {answer.status_code}），请稍后再试，或用账号密码登录")

    def _address(self, metadata: Mapping[str, Any], name: str) -> str:
        found = metadata.get(name)
        plain = ("http://",) if self.issuer.startswith("http://") else ()
        if not isinstance(found, str) or not found.startswith(("https://", *plain)):
            raise NoAnswer(f"{self.name}没有说明 {name}，请联系系统管理员")
        return found

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=self.trusted)


_REFUSALS = {
    "access_denied": "您取消了登录，或者没有进入本系统的权限",
    "login_required": "登录没有完成，请再点一次",
    "temporarily_unavailable": "认证系统暂时不能用，请稍后再试，或用账号密码登录",
}


def provider_of(settings: Settings, key: bytes) -> IdentityProvider | None:
    """The provider that is set up, if one is. Raises Misconfigured."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise Misconfigured(
            "设了 HUIYING_OIDC_ISSUER，还要设 HUIYING_OIDC_CLIENT_ID：统一身份认证那边登记的应用编号"
        )
    try:
        trusted = (
            ssl.create_default_context(cafile=settings.oidc_ca)
            if settings.oidc_ca
            else httpx.create_ssl_context(trust_env=False)
        )
    except OSError as error:  # ssl.SSLError is one
        raise Misconfigured(
            f"环境变量 HUIYING_OIDC_CA：{settings.oidc_ca} 读不了，或者不是 PEM 证书"
        ) from error
    return IdentityProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        claim=settings.oidc_claim,
        name=settings.oidc_name,
        back=f"{settings.address}{PATH}/back",
        carrier=Carrier("sso", key),
        trusted=trusted,
    )


def _form_encoded(text: str) -> str:
    """As RFC 6749, 2.3.1 asks for before a name and a secret go into a header."""
    return urlencode({"": text})[1:]
