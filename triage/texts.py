"""What people wrote about a case, kept apart from the record: it can be erased, what refers to it cannot.

The record has the SHA-256 of a random salt and the text.  The salt stands with the text and goes with it, so that nobody
can find out an erased sentence by guessing at it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from huiying import codec
from huiying.contracts import Case, TextRef
from huiying.ports import Register

KIND = "text"
BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    salt: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text with the reference to it; nothing is stored yet."""

    ref: TextRef
    kept: Kept
    fault: str = ""
    """What is wrong with it, in Chinese: then it is never stored."""


def said(name: str, text: str, fault: str = "") -> Said:
    """The text under a new salt. ``name`` says which text of the act it is."""
    kept = Kept(salt=secrets.token_hex(16), text=codec.clean(text))
    return Said(ref=TextRef(name=name, digest=digest_of(kept)), kept=kept, fault=fault)


@dataclass(frozen=True, slots=True)
class Texts:
    """The text store and the statement store, both in the register."""

    register: Register

    def keep(self, text: str) -> str:
        """Durable on return; gives the digest. '' for ''."""
        if not text:
            return ""
        one = said("", text)
        self.store(one)
        return one.ref.digest

    def store(self, one: Said) -> None:
        """Durable on return; a repeat changes nothing."""
        self.register.put(KIND, one.ref.digest, msgspec.json.encode(one.kept), expect=None)

    def read(self, digest: str) -> str | None:
        """None where it was erased; '' for ''."""
        if not digest:
            return ""
        entry = self.register.get(KIND, digest)
        return msgspec.json.decode(entry.value, type=Kept).text if entry else None

    def erase(self, digest: str) -> None:
        self.register.delete(KIND, digest)

    def take_back(self, refs: Iterable[TextRef], case: Case) -> None:
        """Erase those of an act that came to nothing; what the case, as it stands by now, refers to stays."""
        named = {ref.digest for event in case.events for ref in event.texts}
        for ref in refs:
            if ref.digest not in named:
                self.erase(ref.digest)

    def keep_body(self, body: bytes) -> str:
        """The bytes of a statement, under their SHA-256 in hexadecimal; what has been spoilt since is mended."""
        sha256 = name_of(body)
        if self.body(sha256) is None:
            self.register.put(BODY, sha256, body, expect=None)
        return sha256

    def forget_body(self, sha256: str) -> None:
        self.register.delete(BODY, sha256)

    def body(self, sha256: str) -> bytes | None:
        """The bytes as they were kept, checked against their name; None where they are not there or are not the same."""
        entry = self.register.get(BODY, sha256)
        if entry is None or name_of(entry.value) != sha256:
            return None
        return entry.value


def name_of(body: bytes) -> str:
    """What a statement's bytes are called: their SHA-256 in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def digest_of(kept: Kept) -> str:
    return hashlib.sha256(f"{kept.salt}\0{kept.text}".encode("utf-8", "surrogatepass")).hexdigest()
