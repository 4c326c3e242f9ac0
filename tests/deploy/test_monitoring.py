"""The dashboard and the rules are what Grafana and Prometheus read, and speak of what there is."""

from __future__ import annotations

import re

import yaml

from huiying import metrics
from tests.deploy.monitoring import ALERTS, SCRAPE, expressions, panels, rules, wanted


def test_every_rule_has_what_prometheus_needs_and_says_what_to_do() -> None:
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    assert [group["name"] for group in groups] == ["huiying"]
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) >= 12
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))


def test_what_a_rule_names_in_its_words_is_a_label_that_it_keeps() -> None:
    for rule in rules():
        said = " ".join(rule["annotations"].values())
        kept = re.findall(r"by \(([^)]*)\)", rule["expr"])
        for label in re.findall(r"\$labels\.(\w+)", said):
            assert not kept or label in kept[0], f"{rule['alert']}: {label}"


def test_the_scrape_file_names_the_rules_and_every_place_of_figures() -> None:
    scrape = yaml.safe_load(SCRAPE.read_text("utf-8"))
    assert scrape["rule_files"] == [ALERTS.name]
    assert {job["job_name"] for job in scrape["scrape_configs"]} == {"huiying-web", "huiying-stages"}
    assert 'job="huiying-web"' in ALERTS.read_text("utf-8")


def test_panels_lie_beside_each_other_and_each_asks_something() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["targets"]
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_brackets_are_closed() -> None:
    for expression in expressions():
        for opening, closing in ("()", "[]", "{}"):
            assert expression.count(opening) == expression.count(closing), expression


def test_what_a_process_counts_is_on_the_dashboard_or_in_a_rule() -> None:
    """What nobody looks at need not be counted."""
    counted = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith("huiying_")}
    asked = wanted()
    unseen = {name for name in counted if not any(one.startswith(name) for one in asked)}
    assert unseen <= {
        "huiying_build_info",
        "huiying_loop_last_round_timestamp_seconds",
        "huiying_looks",
    }
