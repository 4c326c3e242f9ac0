"""Which column means what: given by the office, or guessed from the headings that exports usually carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from crawlers.sources import CHANNELS, Source
from huiying import tomlfile
from huiying.contracts import Channel
from huiying.errors import Misconfigured

SAVED = "mappings"
"""Folder under ``policy`` where mappings are kept by name."""


def _known_channel(word: str) -> str:
    if word and word not in CHANNELS:
        raise ValueError("可以写：" + "、".join(CHANNELS))
    return word


class Mapping(BaseModel):
    """Headings as the file has them; '' where it has none. ``drop`` never gets past the reader."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    id: str = ""
    title: str = ""
    text: str = ""
    time: str = ""
    url: str = ""
    author: str = ""
    place: str = ""
    request: str = ""
    """What kind of request it is (诉求类型): it decides within how many days an answer is owed."""
    ours: bool = False
    """Every row was handed to this office to answer."""
    encoding: str = ""
    channel: Annotated[str, AfterValidator(_known_channel)] = ""
    """In which kind of place the rows were said, in the words of the catalogue; '' where nobody said."""
    drop: tuple[str, ...] = ()


_USUAL: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号", "工单编号", "工单号", "受理编号", "信件编号", "留言编号", "诉求编号", "序列号", "mid"),
    "title": (
        "title", "标题", "诉求标题", "工单标题", "信件标题", "留言主题", "主题", "事项", "诉求主题", "工单主题", "诉求事项",
        "反映事项",
    ),
    "text": (
        "text", "内容", "正文", "body", "content", "诉求内容", "工单内容", "信件内容", "留言详情", "留言内容",
        "诉求描述", "问题描述", "反映内容", "来电内容", "诉求详情", "工单描述", "微博正文",
    ),
    "time": (
        "time", "时间", "受理时间", "created_at", "published_at", "date", "日期", "发布时间", "留言时间", "来电时间",
        "登记时间", "提交时间", "诉求时间", "创建时间", "受理日期", "来电日期",
    ),
    "url": ("url", "link", "链接", "网址", "原文链接", "地址链接"),
    "author": ("author", "作者", "用户", "留言用户", "昵称", "user"),
    "place": (
        "place", "所属区县", "区县", "所属区域", "区域", "辖区", "地区", "事发地", "事发地址", "事发地点", "事发区域",
        "诉求区域", "诉求地点", "行政区划",
    ),
    "request": ("request", "诉求类型", "诉求性质", "工单类型", "信件类型", "留言类型", "来电类型", "诉求类别", "信件类别"),
}  # fmt: skip
_PERSONAL = (
    "电话", "手机", "号码", "姓名", "身份证", "联系方式", "phone", "mobile", "邮箱", "email", "来电人", "诉求人", "联系人", "投诉人",
)  # fmt: skip
"""Headings that name a person or their contacts: dropped where nobody said what to do with them."""


NAMES = {
    "id": "编号",
    "title": "标题",
    "text": "正文",
    "time": "时间",
    "url": "网址",
    "author": "作者",
    "place": "地点",
    "request": "类型",
}
"""What each field is called where people read it."""


def guess(headings: Sequence[str]) -> Mapping:
    """The usual headings, found. Columns of contacts are dropped."""
    plain = {re.split(r"[\s（(]", heading.strip(), maxsplit=1)[0].lower(): heading for heading in headings}
    chosen = {
        field: next((plain[name] for name in names if name in plain), "") for field, names in _USUAL.items()
    }
    drop = tuple(h for h in headings if any(word in h.lower() for word in _PERSONAL))
    found = {field: heading for field, heading in chosen.items() if heading not in drop}
    return Mapping(name="按表头猜测", drop=drop).model_copy(update=found)


def channel_of(mapping: Mapping | None) -> Channel:
    """What the mapping says; else an import, which claims nothing of where it was said."""
    return CHANNELS[mapping.channel] if mapping and mapping.channel else Channel.FILE


def read(mapping: Mapping) -> dict[str, str]:
    """The heading of each field that is read."""
    headings = {field: str(getattr(mapping, field)) for field in _USUAL}
    return {field: heading for field, heading in headings.items() if heading and heading not in mapping.drop}


def missing(mapping: Mapping, headings: Sequence[str]) -> list[str]:
    """Headings that the mapping speaks of and the file does not have. Without the kind of request, reading decides that."""
    wanted = (str(getattr(mapping, field)) for field in _USUAL if field != "request")
    return [heading for heading in wanted if heading and heading not in headings]


def fitting(mapping: Mapping | None) -> Callable[[Sequence[str]], bool]:
    """Tells whether a line is the headings of such a table: every column of the mapping, and one with the words."""

    def fits(headings: Sequence[str]) -> bool:
        chosen = settle(mapping, headings)
        return bool(chosen.title or chosen.text) and not missing(chosen, headings)

    return fits


def find(name: str, policy: Path) -> Mapping:
    """A saved mapping by its name ("12345"), or one in a TOML file. Raises Misconfigured."""
    folders = _folders(policy)
    saved = [folder / f"{name}.toml" for folder in folders] if re.fullmatch(r"[\w-]+", name) else []
    path = next((file for file in saved if file.exists()), Path(name))
    if not path.exists():
        known = "、".join(saved_in(policy))
        raise Misconfigured(f"没有叫 {name} 的列对应关系，也没有这个文件；已保存的有：{known}")
    mapping = tomlfile.read(path, Mapping)
    return mapping if mapping.name else mapping.model_copy(update={"name": path.stem})


def saved_in(policy: Path) -> list[str]:
    """The names of what is saved."""
    return sorted({file.stem for folder in _folders(policy) for file in folder.glob("*.toml")})


def _folders(policy: Path) -> tuple[Path, Path]:
    return policy / SAVED, tomlfile.DEFAULTS / SAVED


def of_source(source: Source, policy: Path) -> Mapping:
    """What the catalogue says of a file source's columns: a saved mapping, or its own, or what to drop of a guess.

    Raises Misconfigured.
    """
    saved = find(source.mapping, policy) if source.mapping else Mapping(name=source.id)
    stated = {
        "id": source.col_id,
        "title": source.col_title,
        "text": source.col_body,
        "time": source.col_time,
        "url": source.col_url,
        "author": source.col_author,
        "place": source.col_place,
        "request": source.col_request,
        "encoding": source.encoding,
    }
    own = {field: heading for field, heading in stated.items() if heading}
    ours = saved.ours if source.ours is None else source.ours
    return saved.model_copy(update=own | {"drop": (*saved.drop, *source.drop), "ours": ours})


def settle(mapping: Mapping | None, headings: Sequence[str]) -> Mapping:
    """The mapping to read with: as given, or guessed where it names no column. What is to be dropped stays dropped."""
    if mapping is None:
        return guess(headings)
    if any(getattr(mapping, field) for field in _USUAL):
        return mapping
    guessed = guess(headings)
    drop = tuple(dict.fromkeys((*guessed.drop, *mapping.drop)))
    kept = {field: "" if getattr(guessed, field) in drop else getattr(guessed, field) for field in _USUAL}
    return guessed.model_copy(
        update=kept
        | {"drop": drop, "encoding": mapping.encoding, "channel": mapping.channel, "ours": mapping.ours}
    )
