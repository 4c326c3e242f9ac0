"""An account for each role, for whoever tries the program out: made at the first start, never beside real ones."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher

from huiying.contracts import Rank, Role
from huiying.ports import Register
from response_api.auth import ACCOUNT, Accounts
from response_api.passwords import readable_password

DEMO = (
    ("jiance", "监测员（演示）", Role.MONITOR, "henan", Rank.STAFF),
    ("zhiban", "值班长（演示）", Role.DUTY, "henan", Rank.STAFF),
    ("chengban", "承办人（演示）", Role.HANDLER, "henan", Rank.STAFF),
    ("zhengzhou", "郑州承办人（演示）", Role.HANDLER, "zhengzhou", Rank.STAFF),
    ("shenhe", "审核人（演示）", Role.CHECKER, "henan", Rank.DIVISION_HEAD),
    ("baomi", "保密审查员（演示）", Role.SECRECY, "henan", Rank.STAFF),
    ("qianfa", "签发人（演示）", Role.SIGNER, "henan", Rank.HEAD),
    ("fayan", "新闻发言人（演示）", Role.SPOKESPERSON, "henan", Rank.DIVISION_HEAD),
    ("lingdao", "领导（演示）", Role.LEADER, "henan", Rank.HEAD),
    ("guanli", "系统管理员（演示）", Role.ADMIN, "henan", Rank.STAFF),
    ("shenji", "安全审计员（演示）", Role.AUDITOR, "henan", Rank.STAFF),
)


def ensure_demo_accounts(
    register: Register, now: datetime, *, hasher: PasswordHasher | None = None
) -> tuple[tuple[str, str, Role], ...]:
    """(login, password, role) of the accounts made at the first start; () where any account stands already."""
    if register.list(ACCOUNT):
        return ()
    accounts = Accounts(register, hasher or PasswordHasher())
    made: list[tuple[str, str, Role]] = []
    for login, name, role, unit, rank in DEMO:
        password = readable_password()
        accounts.create(login, name, [role], password, now, unit=unit, rank=rank)
        made.append((login, password, role))
    return tuple(made)
