"""What gets into the image: from what docker may read of the checkout to what is installed from it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.journey.composed import ROOT


def allowed() -> list[str]:
    """The first names of what docker may read: everything else is ignored."""
    first, *rest = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert first == "*"
    return [line.removeprefix("!") for line in rest if line.startswith("!")]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("context")
    listed = subprocess.run(
        ["git", "ls-files", *allowed()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def test_every_file_of_every_package_is_installed(context: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=context, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    installed = set(zipfile.ZipFile(wheel).namelist())
    described = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = described["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    wanted = {
        path.relative_to(context).as_posix()
        for package in packages
        for path in (context / package).rglob("*")
        if path.is_file()
    }
    assert len(wanted) > 300 and wanted <= installed


def test_nothing_of_an_office_gets_into_it() -> None:
    assert not {"data", "deploy", "tests", ".git", ".env"} & set(allowed())
