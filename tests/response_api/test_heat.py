"""Topic by city."""

from response_api.heat import heat_table, shade
from tests.response_api import office


def test_every_case_of_the_topics_shown_is_in_a_cell_and_in_its_sum() -> None:
    heat = {(f"T{n % 4 + 1:02d}", f"{n}市"): n for n in range(1, 12)}
    table = heat_table(heat, office.names())
    assert len(table.cities) == 7
    assert table.cities[-1] == "其他"
    assert sum(row.total for row in table.rows) == sum(range(1, 12))
    assert all(row.total == sum(cell.cases for cell in row.cells) for row in table.rows)
    assert [row.total for row in table.rows] == sorted((row.total for row in table.rows), reverse=True)


def test_a_case_without_place_or_topic_is_counted_as_such() -> None:
    (row,) = heat_table({("", ""): 1}, office.names()).rows
    assert row.name == "未归类"
    assert [(cell.city, cell.cases) for cell in row.cells] == [("不明", 1)]


def test_shades_tell_nothing_from_little() -> None:
    assert [shade(posts, 100) for posts in (0, 1, 9, 36, 100)] == [0, 1, 2, 3, 5]
