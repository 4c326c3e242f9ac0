from __future__ import annotations

import base64

import pytest

from huiying.engines import cursor
from huiying.engines.cursor import Cursor


def test_a_token_comes_back_as_it_was_cut() -> None:
    cut = Cursor("newest", 1 << 62, ("post", "v1"))
    assert cursor.read(cursor.write(cut), order="newest") == cut


def test_a_token_of_another_order_is_the_first_page() -> None:
    assert cursor.read(cursor.write(Cursor("newest", 1, ("2",))), order="active") is None


HUGE = base64.urlsafe_b64encode(b'["newest", 9223372036854775808, ["1"]]').decode()


@pytest.mark.parametrize("token", ["", "x", "页", "bnVsbA==", "WzEsMl0=", "\ud800", HUGE])
def test_a_token_that_is_not_ours_is_the_first_page(token: str) -> None:
    assert cursor.read(token, order="newest") is None
