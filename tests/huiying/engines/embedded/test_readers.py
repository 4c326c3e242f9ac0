from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from huiying.engines import open_engine
from huiying.settings import load

MEMBER = """
import os, sys
from datetime import timedelta
from pathlib import Path
from huiying import settings
from huiying.engines import open_engine
engine = open_engine(settings.load(data=Path(sys.argv[1])))
member = engine.stream.subscribe("posts", group="nlp")
print(len(member.poll(limit=10, wait=timedelta(seconds=5)).records), flush=True)
sys.stdin.readline()
"""


def test_a_member_that_is_killed_leaves_its_records_to_a_member_of_another_process(tmp_path: Path) -> None:
    engine = open_engine(load(data=tmp_path))
    engine.stream.publish("posts", [("key", b"1"), ("key", b"2")])
    first = subprocess.Popen(
        [sys.executable, "-c", MEMBER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "2\n"
    second = engine.stream.subscribe("posts", group="nlp")
    assert second.poll(limit=10, wait=timedelta(milliseconds=100)).records == ()
    first.kill()
    first.communicate()
    batch = second.poll(limit=10, wait=timedelta(seconds=5))
    assert [record.value for record in batch.records] == [b"1", b"2"]
    assert batch.reassigned
    second.close()
    engine.close()
