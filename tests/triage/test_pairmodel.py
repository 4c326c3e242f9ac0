"""What an office's pairs taught is the same scorer after a restart; what another version learned is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from huiying.errors import Misconfigured
from tests.factories import NOW
from triage import pairlearning, pairmodel
from triage.pairlearning import Pair, shipped, taught

PAIRS = (
    Pair(one="青禾苑人防车位租金涨三成", other="青禾苑人防门被拆走卖掉", same=False, weight=2.0),
    Pair(one="青禾苑人防车位租金涨三成", other="青禾苑业主不满车位涨租", same=True, weight=2.0),
)
FRESH = ("柳溪家园人防车位租金涨三成", "柳溪家园人防门被拆走卖掉")


def test_what_was_saved_scores_as_what_was_learned(tmp_path: Path) -> None:
    learned = taught(PAIRS * 20)
    pairmodel.save(learned, PAIRS * 20, tmp_path, NOW)
    again = pairmodel.load(tmp_path)
    one, other = (learned.sketch(text) for text in FRESH)
    assert again.score(one, other) == learned.score(one, other)
    assert again.score(one, other) < shipped().score(one, other) - 0.1
    card = pairmodel.read_card(tmp_path)
    assert card is not None
    assert card.pairs == 40
    assert card.taught == pairmodel.digest(tuple(reversed(PAIRS * 20)))


def test_without_any_the_shipped_one_is_in_force(tmp_path: Path) -> None:
    assert pairmodel.load(tmp_path) is shipped()


def test_what_another_version_of_the_program_learned_is_left_alone(tmp_path: Path) -> None:
    pairmodel.save(taught(PAIRS), PAIRS, tmp_path, NOW)
    card = pairmodel.read_card(tmp_path)
    assert card is not None
    old = msgspec.structs.replace(card, stamp="000000000000")
    (tmp_path / pairmodel.FILE).write_bytes(msgspec.json.encode(old))
    assert pairmodel.load(tmp_path) is shipped()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"stamp": 1}'])
def test_what_cannot_be_read_is_said_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / pairmodel.FILE).write_bytes(content)
    with pytest.raises(Misconfigured, match="--rollback"):
        pairmodel.load(tmp_path)


def test_a_pair_that_counts_twice_is_a_pair_said_twice() -> None:
    twice = [Pair(one=pair.one, other=pair.other, same=pair.same) for pair in PAIRS for _ in range(2)]
    once, again = taught(PAIRS), taught(twice)
    fresh = [pairlearning.Pair(one=FRESH[0], other=FRESH[1], same=False)]
    rows = pairlearning.measured(fresh, shipped().background)
    assert np.allclose(once.scores(rows), again.scores(rows), atol=0.02)


def test_every_process_learns_the_same_numbers() -> None:
    """Strings hash differently in each process: nothing may be summed in the order of a set."""
    code = "from triage.pairlearning import shipped; s = shipped(); print(s.weights.tobytes().hex(), s.bias)"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=50,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_what_an_archive_said_is_the_same_after_a_restart_and_remembers_nothing_that_was_said_once(
    tmp_path: Path,
) -> None:
    words = sorted(word for word in pairlearning.by_dictionary().words if len(word) == 2)[:4000:10]
    friends = [words[at : at + 3] for at in range(0, 300, 3)]
    heap = [(f"第{n}份", "，".join(friends[n % 100])) for n in range(2500)]
    learned = taught(PAIRS * 20, [*heap, ("孤例", "饕餮来过")])
    pairmodel.save(learned, PAIRS * 20, tmp_path, NOW, archive=2501)
    again = pairmodel.load(tmp_path)
    one, other = (again.sketch(f"{friends[7][0]}，{friends[8][1]}") for _ in range(2))
    assert again.score(one, other) == learned.score(
        *(learned.sketch(f"{friends[7][0]}，{friends[8][1]}") for _ in range(2))
    )
    assert np.array_equal(again.background.vectors, learned.background.vectors)
    assert again.background.places == learned.background.places
    assert "饕餮" not in (tmp_path / pairmodel.FILE).read_text("utf-8")
    assert friends[7][0] in again.background.words
