"""The shared strings of a workbook: on disk once they are many, and read back one at a time."""

from __future__ import annotations

import re
import tempfile
from array import array

from huiying import complaints
from huiying.errors import DiskTrouble, Misconfigured
from huiying.tables.parts import Parts, local

LONGEST = 1024 * 1024
"""Characters of a cell. Excel itself has 32,767."""
_IN_MEMORY = 16 * 1024 * 1024
_MOST = 20_000_000
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Strings:
    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Raises DiskTrouble."""
        try:
            self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "replace")))
        except OSError as error:
            folder = tempfile.gettempdir()
            raise DiskTrouble(
                f"临时文件夹 {folder} 放不下这个工作簿的文字（{complaints.of_system(error)}）：请腾出空间，或把表格另存为 CSV 再导入"
            ) from error

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(number)
        begin, end = self._ends[number], self._ends[number + 1]
        self._file.seek(begin)
        return self._file.read(end - begin).decode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()


def read(parts: Parts, part: str) -> Strings:
    """All of them. What is written above characters, to tell how they are pronounced, is none of their text."""
    strings = Strings()
    said: list[str] = []
    size = 0
    hearing = aloud = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal hearing, aloud, size
        tag = local(name)
        if tag == "si":
            said.clear()
            size = 0
        elif tag == "rPh":
            aloud = True
        elif tag == "t":
            hearing = not aloud

    def end(name: str) -> None:
        nonlocal hearing, aloud
        tag = local(name)
        if tag == "t":
            hearing = False
        elif tag == "rPh":
            aloud = False
        elif tag == "si":
            strings.add(unescaped("".join(said)))
            if len(strings) > _MOST:
                raise Misconfigured(f"{parts.name}：文字超过 {_MOST:,} 段，请分成几个文件再导入")

    def text(data: str) -> None:
        nonlocal size
        if hearing:
            size += len(data)
            if size > LONGEST:
                raise Misconfigured(f"{parts.name}：有一格的文字超过 {LONGEST:,} 字，请改短再导入")
            said.append(data)

    try:
        for _ in parts.steps(part, start=start, end=end, text=text):
            pass
    except BaseException:
        strings.close()
        raise
    return strings


def unescaped(text: str) -> str:
    """With the characters that XML cannot hold, which Excel writes as ``_x000D_``; halves of a character are none."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else "" if code == 0 else chr(code)
