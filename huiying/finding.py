"""What a look at the running system found: one thing, whether it is well, and what to do where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    GOOD = "good"
    NOTICE = "notice"
    """Worth knowing; nothing is wrong."""
    WRONG = "wrong"
    """Something does not work, or will soon not: mend it."""
    MISCONFIGURED = "misconfigured"
    """A setting, a policy file or a server that was set up wrongly: nothing runs until a person mends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of ``huiying check``. ``says`` and ``mend`` are Chinese; neither holds a name of a person or a text."""

    name: str
    """Stays the same from version to version: what a script asks for."""
    severity: Severity
    says: str
    mend: str = ""
    """What to do; '' where nothing is to be done."""

    @property
    def ok(self) -> bool:
        return self.severity in {Severity.GOOD, Severity.NOTICE}

    def in_words(self) -> str:
        """One line."""
        line = f"[{_MARKS[self.severity]}] {self.name}：{self.says}"
        return f"{line}。请{self.mend}" if self.mend else line

    def as_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "ok": self.ok,
            "severity": self.severity.value,
            "says": self.says,
            "mend": self.mend,
        }


_MARKS = {
    Severity.GOOD: "正常",
    Severity.NOTICE: "留意",
    Severity.WRONG: "有问题",
    Severity.MISCONFIGURED: "设置有误",
}


def good(name: str, says: str) -> Finding:
    return Finding(name=name, severity=Severity.GOOD, says=says)


def notice(name: str, says: str, mend: str = "") -> Finding:
    return Finding(name=name, severity=Severity.NOTICE, says=says, mend=mend)


def wrong(name: str, says: str, mend: str) -> Finding:
    return Finding(name=name, severity=Severity.WRONG, says=says, mend=mend)


def misconfigured(name: str, says: str, mend: str = "") -> Finding:
    """``says`` is usually what :class:`huiying.errors.Misconfigured` says, the way out with it."""
    return Finding(name=name, severity=Severity.MISCONFIGURED, says=says, mend=mend)
