"""How fast readings find their story: one hot story of many posts, and many open stories: ``python -m bench.stories``.

The index alone, without stores: what ``triage.stories`` adds to a reading.
"""

from __future__ import annotations

import random
import sys
import time
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta

from huiying import identity, tomlfile
from huiying.contracts import (
    Certainty,
    Channel,
    Origin,
    Place,
    Post,
    Reading,
    Relevance,
    Term,
    Tier,
    TopicReading,
    Verdict,
)
from nlp import words
from nlp.annotators import fingerprint
from triage.gather import Joining, absorb
from triage.lifecycle import open_case
from triage.policy import load
from triage.stories import Relation, StoryIndex
from triage.wording import shipped_wording

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LOOKED_UP = 200
CITIES = [f"41{number:02d}00" for number in range(1, 18)]
TOPICS = [f"T{number:02d}" for number in range(1, 17)]
MATTERS = (
    "人防车位只租不售",
    "地下室人防门被拆",
    "防空洞积水没人抽",
    "警报试鸣没有通知",
    "易地建设费不公示",
    "通风机整夜轰鸣",
)
ASKS = ("请问合法吗", "希望尽快解决", "多次反映没有回音", "业主都很着急", "哪个部门来管", "求一个说法")


def main() -> int:
    """How many posts and stories: the first argument, 10,000 without it. Times are of the processor."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    draw, policy = random.Random(7), load(tomlfile.DEFAULTS)
    shipped_wording()

    index, started = StoryIndex(policy.story), time.process_time()
    made = [_reading(draw, number, site="锦绣花园", city=0, topic=0) for number in range(many)]
    prepared, started = time.process_time() - started, time.process_time()
    joined = 0
    for one in made:
        match = index.find(one, {})
        if match is None:
            index.put(open_case(one, policy, NOW))
        else:
            joined += 1
            relation = Relation.DUPLICATE if match.relation is Relation.DUPLICATE else Relation.SAME_EVENT
            index.put(absorb(index[match.case_id], Joining(reading=one, relation=relation)))
    took = time.process_time() - started
    print(
        f"one hot story: {many / took:8,.0f} posts/s ({joined} of {many} joined; made ready at {many / prepared:,.0f}/s)"
    )

    cases = [open_case(_reading(draw, number), policy, NOW) for number in range(many)]
    tracemalloc.start()
    held = tracemalloc.get_traced_memory()[0]
    index = StoryIndex.of(cases, policy.story)
    grown = tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    new = [_reading(draw, many + number) for number in range(LOOKED_UP)]
    started = time.process_time()
    found = sum(index.find(one, {}) is not None for one in new)
    took = time.process_time() - started
    print(
        f"{many:,} open stories: {LOOKED_UP / took:8,.0f} readings/s ({found} of {LOOKED_UP} found one);"
        f" the index takes {grown / many / 1024:.1f} KB a story beside the case"
    )
    return 0


def _reading(
    draw: random.Random, number: int, *, site: str = "", city: int | None = None, topic: int | None = None
) -> Reading:
    site = site or "".join(chr(0x5300 + draw.randrange(900)) for _ in range(2)) + "花园"
    place = CITIES[draw.randrange(len(CITIES)) if city is None else city]
    said = "，".join(
        (f"我是{site}的业主", draw.choice(MATTERS), *(draw.choice(ASKS) for _ in range(3)), _talk(draw))
    )
    post = Post(
        id=identity.post_id("bench", native_id=f"{number}"),
        version="1",
        source=f"s{number % 50}",
        source_name="论坛",
        channel=Channel.FORUM,
        tier=Tier.ORDINARY,
        basis="公开版面",
        title="",
        text=said,
        collected_at=NOW + timedelta(seconds=number % 3000),
        origin=Origin.LIVE,
    )
    weighed = words.weigh(Counter(word for word, _, _ in words.tokens(said) if len(word) > 1), limit=40)
    return Reading(
        post=post,
        jurisdiction="henan",
        relevance=Relevance(verdict=Verdict.ALERT, score=0.9),
        topics=(TopicReading(code=TOPICS[draw.randrange(16) if topic is None else topic], score=0.8),),
        places=(Place(province="河南省", city=place, code=place, certainty=Certainty.STATED),),
        fingerprint=fingerprint.full("", said),
        terms=tuple(Term(word=word, weight=weight) for word, weight in weighed),
        reader="bench",
        read_at=NOW,
    )


def _talk(draw: random.Random) -> str:
    return "".join(chr(0x4E00 + draw.randrange(2000)) for _ in range(draw.randrange(10, 60)))


if __name__ == "__main__":
    sys.exit(main())
