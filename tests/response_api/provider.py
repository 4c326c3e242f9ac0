"""A small identity provider on loopback that can be told to say what it should not."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "huiying:web", "s3cret&+ %"


@dataclass
class Provider:
    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signs_with: Any = None
    """Another key than the one that it shows."""
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over what the ID token says; None takes a claim out."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Laid over what it says about itself."""
    info: dict[str, Any] = field(default_factory=dict)
    """What it says of the user when asked."""
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Paths that it answers with this status and text, whatever is asked."""
    asked: dict[str, str] = field(default_factory=dict)
    """What the browser was sent with."""
    token_requests: list[dict[str, str]] = field(default_factory=list)

    def authorize(self, address: str) -> str:
        """Somebody signs in there: the query with which the browser comes back."""
        self.asked = dict(parse_qsl(urlsplit(address).query))
        return f"code=c0de&state={self.asked['state']}"

    def answer(self, path: str, body: str, headers: Any) -> tuple[int, str]:
        if path in self.answers:
            return self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                return 200, json.dumps(self._about() | self.metadata)
            case "/keys":
                return 200, json.dumps(KeySet([self.key]).as_dict())
            case "/token":
                return self._token(body, headers)
            case "/me" if headers.get("authorization") == "Bearer acce55":
                return 200, json.dumps({"sub": "u-1"} | self.info)
            case _:
                return 404, "{}"

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/me",
        }

    def _token(self, body: str, headers: Any) -> tuple[int, str]:
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        basic = headers.get("authorization", "").removeprefix("Basic ")
        if basic:
            sent |= zip(
                ("client_id", "client_secret"),
                map(unquote_plus, b64decode(basic).decode().split(":")),
                strict=True,
            )
        self.token_requests.append(sent)
        digest = urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
        fits = digest.rstrip(b"=").decode() == self.asked["code_challenge"]
        if (sent["client_id"], sent["client_secret"], sent["code"], fits) != (CLIENT, SECRET, "c0de", True):
            return 401, '{"error": "invalid_client"}'
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "u-1",
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": self.asked["nonce"],
            "preferred_username": "duty",
        } | self.claims
        said = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "HS256":
            token = self._shared_secret(said)
        else:
            header, key = {"alg": self.algorithm, "kid": "one"}, self.signs_with or self.key
            token = jwt.encode(header, said, key, algorithms=[self.algorithm])
        return 200, json.dumps({"access_token": "acce55", "token_type": "Bearer", "id_token": token})

    def _shared_secret(self, claims: dict[str, Any]) -> str:
        """Signed with what everybody can read: the public key, taken for a shared one."""
        parts = ({"alg": "HS256", "kid": "one"}, claims)
        body = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
        seal = hmac.digest(self.key.as_pem(private=False), body, "sha256")
        return b".".join((body, urlsafe_b64encode(seal).rstrip(b"="))).decode()


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def _answer(self, body: str) -> None:
            status, text = made.answer(urlsplit(self.path).path, body, self.headers)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()
