"""What may be a password, and one that the system makes up itself.  Pure but for chance."""

from __future__ import annotations

import secrets

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200

_COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "passwd",
        "qwerty",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "1q2w3e4r",
        "1q2w3e4r5t",
        "1qaz2wsx",
        "1qaz2wsx3edc",
        "q1w2e3r4t5",
        "qazwsxedc",
        "zaq12wsx",
        "admin",
        "administrator",
        "root",
        "welcome",
        "letmein",
        "iloveyou",
        "woaini",
        "woaini1314",
        "woaini520",
        "woaizuguo",
        "changeme",
        "secret",
        "default",
        "huiying",
        "renfang",
        "henan",
        "zhengzhou",
        "zhongguo",
        "china",
        "monkey",
        "dragon",
        "football",
        "baseball",
        "sunshine",
        "princess",
        "master",
        "superman",
        "test",
        "guest",
        "user",
        "login",
        "abc",
        "a1b2c3d4",
        "a1b2c3d4e5",
        "aa123456",
        "a123456",
        "qwe",
        "qweasd",
        "qweasdzxc",
        "asdf",
        "asdfasdf",
        "5201314",
        "1314520",
        "mima",
        "nihao",
    ]
)
"""Words that passwords are made of again and again, alone or with figures and signs around them."""
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_TRIMMINGS = "0123456789!@#$%^&*._-+=~?, "
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_FIGURES = "23456789"


def password_faults(login: str, password: str, again: str) -> dict[str, str]:
    """What is wrong with a new password that was typed twice: field → what to do, in Chinese."""
    if len(password) < SHORTEST_PASSWORD:
        return {"password": f"密码至少 {SHORTEST_PASSWORD} 个字符"}
    if len(password) > LONGEST_PASSWORD:
        return {"password": f"密码最多 {LONGEST_PASSWORD} 个字符"}
    if password.lower() == login.lower():
        return {"password": "密码不能和账号一样"}
    if _easily_guessed(password, login):
        return {"password": "这个密码太容易猜到，请换一个：不用常见密码、纯数字，不用连号或重复的字符"}
    return {} if password == again else {"again": "两次输入的密码不一样，请再输一次"}


def readable_password() -> str:
    """Four groups that can be read out over a telephone: no 0 and o, no 1, l and i. About 70 bits."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)]
    groups.append("".join(secrets.choice(_FIGURES) for _ in range(4)))
    return "-".join(groups)


def _easily_guessed(password: str, login: str) -> bool:
    """Whether it is among the first that anybody would try: a common word or the login with trimmings, figures alone, one
    piece over and over, or runs along the alphabet, the figures or the keyboard and nothing else.
    """
    plain = password.lower()
    if login and plain.replace(login.lower(), "", 1).strip(_TRIMMINGS) == "" and login.lower() in plain:
        return True
    trimmed = plain.strip(_TRIMMINGS)
    if plain in _COMMON or trimmed in _COMMON or plain.isdecimal():
        return True
    piece = next(n for n in range(1, len(plain) + 1) if plain == (plain[:n] * len(plain))[: len(plain)])
    return piece <= 4 or _only_runs(plain)


def _only_runs(text: str) -> bool:
    """Whether it falls into pieces of four and more along one row, or of the same character; the last may be shorter."""
    while text:
        along = max(_along(text, row) for row in (*_ROWS, *(row[::-1] for row in _ROWS)))
        same = len(text) - len(text.lstrip(text[0]))
        length = max(along, same)
        if length < 4 and length < len(text):
            return False
        text = text[length:]
    return True


def _along(text: str, row: str) -> int:
    return max((n for n in range(1, len(text) + 1) if text[:n] in row), default=0)
