"""The documents say what is there: every path, every setting, every command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from huiying.cli import cli
from huiying.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / name
    for name in (
        "README.md",
        "README.zh-CN.md",
        "docs/flow.md",
        "docs/operate.md",
        "docs/operate.zh-CN.md",
        "docs/settings.zh-CN.md",
        "CONTRIBUTING.md",
    )
]
_PATH = re.compile(
    r"`((?:huiying|crawlers|nlp|triage|response_api|policy|bench|services|tests|docs|requirements|deploy)/[\w./*{},<>-]*)`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = set(_PATH.findall(document.read_text("utf-8")))
    assert named, f"{document.name} names no file at all"
    gone = [path for path in named if "<" not in path and not list(ROOT.glob(path.rstrip("/")))]
    assert not gone


@pytest.mark.parametrize("document", DOCUMENTS[:2], ids=lambda path: path.name)
def test_every_link_and_picture_of_a_readme_is_there(document: Path) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8"))
    assert linked
    assert not [path for path in linked if not (ROOT / path).exists()]


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"`HUIYING_([A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8")))
    assert {name.upper() for name in Settings.model_fields} == documented


def test_the_environment_is_read_in_one_file_alone() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for room in ("huiying", "crawlers", "nlp", "triage", "response_api")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"os\.environ\[|os\.environ\.get|os\.getenv", path.read_text("utf-8"))
    ]
    assert readers in ([], ["huiying/settings.py"])


def test_the_readmes_show_the_commands_that_the_makefile_has() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for name in ("README.md", "README.zh-CN.md"):
        commands = set(re.findall(r"^make ([a-z]+)", (ROOT / name).read_text("utf-8"), re.M))
        assert {"demo", "test"} <= commands <= targets


BANNED = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "pythonhosted" + r"\.org",
            "registry" + r"\.npmjs",
            "/" + r"home/\w",
            "/" + "root/",
        ]
    )
)


def test_no_file_names_a_package_registry_or_a_path_of_somebodys_machine() -> None:
    for path in ROOT.rglob("*"):
        told = path.suffix in {".md", ".toml", ".txt", ".py", ".yml"} and ".venv" not in path.parts
        if told and path.is_file():
            assert not BANNED.search(path.read_text("utf-8", errors="replace")), path


_COMMAND = re.compile(r"(?<![\w/.-])huiying ([a-z][a-z-]*(?: [^`\n|#&]*)?)")


@pytest.mark.parametrize(
    "document",
    [*DOCUMENTS, *(ROOT / "docs").rglob("*.md")],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_command_and_option_that_a_document_names_is_there(document: Path) -> None:
    known = dict(_commands(get_command(cli)))
    for line in _COMMAND.findall(document.read_text("utf-8")):
        words = re.sub(r"[\[\]()（）,，。;=]", " ", line).split()
        path = next((tuple(words[:n]) for n in (2, 1) if tuple(words[:n]) in known), ())
        assert path or words[0] == "huiying", f"huiying {line}"
        named = {word for word in words if word.startswith("--")} - {"--help"}
        assert named <= known.get(path, frozenset()), f"huiying {line}"


def _commands(command: object, *path: str) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Each command by its words, with its options."""
    assert isinstance(command, TyperCommand | TyperGroup)
    yield path, frozenset(name for param in command.params for name in (*param.opts, *param.secondary_opts))
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _commands(inner, *path, name)


def test_the_defaults_of_the_settings_are_those_that_are_documented() -> None:
    table = re.findall(
        r"^\| `HUIYING_([A-Z_]+)` \| `(.*?)` \|", (ROOT / "docs/settings.md").read_text("utf-8"), re.M
    )
    assert len(table) > 10
    for name, told in table:
        default = Settings.model_fields[name.lower()].default
        written = f"{default:g}" if isinstance(default, float) else str(default)
        assert told == (written.lower() if isinstance(default, bool) else written), name


def _settings_of(document: str) -> list[tuple[str, str]]:
    """Every setting of a page's table with its default as it stands there, in the page's order."""
    text = (ROOT / document).read_text("utf-8")
    return re.findall(r"^\| `HUIYING_([A-Z_]+)` \| (.*?) \|", text, re.M)


_UNQUOTED = {"unset": "未设", "empty": "空", "host and port": "主机和端口"}
"""Defaults that are no value, in English and in Chinese."""


def test_the_chinese_table_of_settings_is_the_english_one() -> None:
    english, chinese = _settings_of("docs/settings.md"), _settings_of("docs/settings.zh-CN.md")
    assert len(english) == len(Settings.model_fields)
    assert chinese == [(name, _UNQUOTED.get(default, default)) for name, default in english]


def test_the_same_settings_are_secret_in_both_languages() -> None:
    for document, mark in (("docs/settings.md", "*Secret.*"), ("docs/settings.zh-CN.md", "密。")):
        text = (ROOT / document).read_text("utf-8")
        rows = re.findall(r"^\| `HUIYING_([A-Z_]+)` \| .*? \| (.*) \|$", text, re.M)
        assert {name for name, told in rows if told.startswith(mark)} == Settings.secrets(), document


def _findings_of(document: str, heading: str) -> set[str]:
    """The names in the first column of a page's table of findings; ``*`` for what a name says of where it was found."""
    table = (ROOT / document).read_text("utf-8").partition(heading)[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    return {re.sub("<[^>]+>|…", "*", name) for cell in cells for name in re.findall("`(.+?)`", cell)}


CHINESE_FINDINGS = ("docs/operate.zh-CN.md", "| 发现 |")


def test_the_chinese_page_names_every_finding_that_the_english_one_names() -> None:
    english = _findings_of("docs/operate.md", "| Finding |")
    assert len(english) > 20
    chinese = _findings_of(*CHINESE_FINDINGS)
    # The three files stand there by their names.
    assert english <= {re.sub(r"^sqlite\..*", "sqlite.*", name) for name in chinese}


def test_the_chinese_page_names_every_finding_that_the_program_has() -> None:
    code = "".join(
        path.read_text("utf-8")
        for path in (
            ROOT / "huiying/check.py",
            ROOT / "huiying/engines/embedded/examine.py",
            ROOT / "huiying/engines/distributed/examine.py",
        )
    )
    made = r"\b(?:good|notice|wrong|misconfigured|_failed|_looked)\(\s*f?\"([a-z][\w.{}-]*)\""
    found = {re.sub("{[^}]+}", "*", name) for name in re.findall(made, code)}
    assert {"disk", "dead", "kafka"} <= found
    assert found <= _findings_of(*CHINESE_FINDINGS)
