"""``python -m bench.story_bounds``: what stories come to under other bounds, on the texts that the models learn from.

From 0.43 to 0.49 all do alike by F0.5 of B-cubed, in which a wrong join weighs twice a missed one, and what is not joined is
asked: so one of the stricter is in ``policy/stories.toml``.  What is missed people join by one click, what is joined wrongly
hides a matter.  Nothing that ``huiying evaluate`` tests on is looked at here.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from huiying import settings, tomlfile
from huiying.evaluation import stories
from nlp import train
from nlp.pipeline import Reader
from triage.likeness import said_at
from triage.policy import load

SAME = (0.39, 0.41, 0.43, 0.45, 0.47, 0.49)
ALONE = (0.0, 0.05, 0.1, 0.15, 0.2)


def main() -> int:
    """Each bound beside the others as they are in force."""
    policy, told = load(tomlfile.DEFAULTS), stories.by_matter()
    models = settings.load().models
    train.ensure(models)
    readings = Reader.load(models, tomlfile.DEFAULTS, policy.jurisdiction).read(
        [one.post for one in told], said_at(told[-1].post)
    )
    for name, values in (("same_event", SAME), ("words_alone", ALONE)):
        for value in values:
            row = policy.story.model_copy(update={name: value})
            placed = stories.decide(readings, told, replace(policy, story=row), gated=True)
            precision, recall = stories.b_cubed(
                [one.told.matter for one in placed], [one.case for one in placed]
            )
            p, r = float(precision.mean()), float(recall.mean())
            met = {figure.name: f"{figure.value:.2f} of {figure.n}" for figure in stories.met("", placed)}
            print(
                f"{name} {value:.2f}: precision {p:.4f}, recall {r:.4f}, F0.5 {1.25 * p * r / (0.25 * p + r):.4f}; "
                + ", ".join(f"{key.removeprefix('stories.')} {said}" for key, said in met.items())
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
