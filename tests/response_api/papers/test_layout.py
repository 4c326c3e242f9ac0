"""How sections are numbered."""

from response_api.papers.layout import Heading, Text, sections


def test_sections_are_numbered_and_those_without_anything_are_left_out() -> None:
    one = Text(text="甲")
    assert sections(("概况", (one,)), ("无", ()), ("研判", (one, one))) == (
        Heading(text="一、概况"),
        one,
        Heading(text="二、研判"),
        one,
        one,
    )
