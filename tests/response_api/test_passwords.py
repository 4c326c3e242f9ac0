from __future__ import annotations

import pytest

from response_api.passwords import password_faults, readable_password


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Passw0rd!!!",
        "1234567890",
        "0987654321",
        "13812345678",
        "aaaaaaaaaa",
        "abcabcabcabc",
        "abcdefghij",
        "qwertyuiop",
        "qwerty12345",
        "1qaz2wsx3edc",
        "1234567abc",
        "woaini1314520",
        "huiying2026",
        "dutyofficer2026",
    ],
)
def test_what_anybody_would_try_first_is_no_password(password: str) -> None:
    assert "太容易猜到" in password_faults("dutyofficer", password, password)["password"]


@pytest.mark.parametrize(
    "password", ["k7wm-q3xd-9rtz", "青山绿水绕城郭炊烟袅袅", "my dog eats blue socks", "Zq8!pLw2@v"]
)
def test_other_passwords_are_taken(password: str) -> None:
    assert password_faults("dutyofficer", password, password) == {}


def test_what_the_system_makes_up_itself_is_taken() -> None:
    made = readable_password()
    assert password_faults("zhiban", made, made) == {}
