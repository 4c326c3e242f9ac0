"""What may be written of a source on the web, by its kind: the keys of ``sources.toml`` in the words of an office.  Pure.

``respect_robots`` and ``permission`` are none of them: an exception needs a paper and the file on the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crawlers.sources import CHANNELS, LEVELS, NEEDED, Kind, Source

FITS = {
    Kind.FEED: "网站公布了 RSS 或 Atom 订阅地址。最省事，也最不给对方添负担；自建 RSSHub 的地址也用这一种。",
    Kind.LIST: "没有订阅，但有一页列着最新文章的链接，如政府网站的“政务动态”、媒体的频道页。",
    Kind.SITEMAP: "网站公布了站点地图（sitemap.xml），又没有合适的列表页。",
    Kind.BOARD: "论坛的一个版面：先看帖子的列表，再一楼一楼读帖子和跟帖。",
    Kind.JSON: "供应商按合同提供的，或平台公开的数据接口，返回 JSON。",
    Kind.FILE: "12345、信箱等系统导出的表格（CSV、Excel），放进数据文件夹的 inbox 就收。",
}
"""When to choose which."""
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key."""

    name: str
    label: str
    hint: str = ""
    example: str = ""
    """Of what it looks like; where nothing is written it says what holds then."""
    most: int = 200
    """Letters."""
    choices: tuple[tuple[str, str], ...] = ()
    """What can be chosen, with its words; () where it is typed."""
    lines: bool = False
    """Several, each on a line of its own."""
    number: bool = False
    needed: bool = False

    @property
    def default(self) -> object:
        """What holds where the key is not written; None where that is up to something else."""
        return None if self.name in {"every", "max_age"} else Source.model_fields[self.name].default


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    fields: tuple[Field, ...]
    rare: bool = False
    """Folded until somebody asks for it."""


NAME = Field(
    name="name", label="名称", hint="页面和简报里这样叫它", example="示例市政府网站·政务动态", most=60
)
URL = Field(name="url", label="网址", example="https://www.example.gov.cn/zwdt/", most=2000)
PATH = Field(
    name="path",
    label="文件",
    hint="数据文件夹的 inbox 里的哪些文件，* 代表任意几个字；Excel 写 *.xlsx",
    example="inbox/12345/*.csv",
)
BASIS = Field(
    name="basis",
    label="依据",
    hint="凭什么采集，公开告知页会写出来",
    example="政府网站主动公开的信息",
    most=300,
)
FILE_NAME = replace(NAME, example="12345 热线每日导出")
FILE_BASIS = replace(BASIS, example="本单位业务数据")
LEVEL = Field(
    name="level",
    label="等级",
    hint="影响评分中的“媒体级别”",
    choices=tuple((word, word) for word in LEVELS),
)
CHANNEL = Field(
    name="channel",
    label="渠道",
    choices=(("", "按方式和等级自动定"), *((word, word) for word in CHANNELS)),
)
SITE = Field(
    name="site",
    label="所属网站或平台",
    hint="几个来源写同一个名字，算同一家",
    example="不写按网址的主机算",
    most=50,
)
REGION = Field(name="region", label="地区", example="示例市", most=50)
EVERY = Field(name="every", label="频次", hint="隔多久看一次：m 分，h 小时，d 天")
MAX_AGE = Field(name="max_age", label="最早收几天前", hint="更早发布的不收")
ENCODING = Field(
    name="encoding",
    label="编码",
    hint="读出来是乱码时才写，老系统一般是 gb18030",
    example="不写自动识别",
    most=40,
)
ITEM = Field(
    name="item", label="每条链接", hint="列表里文章链接的 CSS 选择器", example="ul.list li a", most=300
)
THREAD = Field(
    name="item", label="每个帖子的链接", hint="CSS 选择器", example="table.threads a.title", most=300
)
DATE = Field(name="date", label="链接旁边的日期", hint="CSS 选择器", example="span.date", most=300)
NEXT = Field(name="next", label="“下一页”", hint="CSS 选择器", example="a.next", most=300)
PAGES = Field(name="pages", label="最多翻几页", example="不写只看 1 页", most=4, number=True)
TITLE = Field(name="title", label="文章的标题", hint="CSS 选择器", example="不写自动识别", most=300)
TIME = Field(name="time", label="文章的时间", hint="CSS 选择器", example="不写自动识别", most=300)
CONTENT = Field(name="content", label="文章的正文", hint="CSS 选择器", example="不写自动识别", most=300)
FOLLOW = Field(
    name="follow",
    label="读哪里",
    choices=((YES, "打开每条后面的原文"), (NO, "只要订阅里的摘要")),
)
BOARD = (
    THREAD,
    Field(name="floor", label="一层楼", hint="CSS 选择器", example="div.floor", most=300),
    Field(name="content", label="楼里的正文", hint="CSS 选择器", example=".content", most=300),
    Field(name="time", label="楼里的时间", hint="CSS 选择器", example=".time", most=300),
    Field(
        name="author",
        label="楼里的作者",
        hint="CSS 选择器；只用来生成不可还原的代号，不存姓名",
        example=".author",
        most=300,
    ),
    Field(name="next", label="“下一页”", hint="版面和帖子的，CSS 选择器", example="a.next", most=300),
    PAGES,
)
BOARD_RARE = (
    Field(name="title", label="帖子的标题", hint="CSS 选择器", example="不写取 h1", most=300),
    Field(name="floor_id", label="楼的编号", hint="楼层元素上的属性名", example="不写按 data-id", most=60),
    Field(
        name="floor_number", label="第几楼", hint="楼层元素上的属性名", example="不写按 data-floor", most=60
    ),
)
_JSON = (
    ("items", "条目的列表"), ("id", "编号"), ("text", "正文"), ("time", "时间"), ("next", "下一页的网址"),
)  # fmt: skip
_JSON_RARE = (
    ("title", "标题"), ("author", "作者"), ("url", "原文网址"), ("repost_of", "转发的哪一条"), ("reply_to", "回复的哪一条"),
    ("region", "地区"), ("views", "阅读数"), ("likes", "点赞数"), ("comments", "评论数"), ("reposts", "转发数"),
)  # fmt: skip
REPLY = Field(
    name="reply_source",
    label="评论的是哪个来源",
    hint="评论接口单列一个来源时，选被评论的那个",
    choices=(("", "不是评论接口"),),
)
MAPPING = Field(name="mapping", label="列的对应关系", choices=(("", "按下面写的列名，没写的按常见表头猜"),))
COLUMNS = tuple(
    Field(name=f"col_{name}", label=label, hint="表头里的字", example=example, most=60)
    for name, label, example in (
        ("id", "编号在哪一列", "工单编号"),
        ("title", "标题在哪一列", "诉求标题"),
        ("body", "正文在哪一列", "诉求内容"),
        ("time", "时间在哪一列", "受理时间"),
        ("place", "地点在哪一列", "所属区县"),
        ("request", "诉求类型在哪一列", "诉求类型"),
        ("url", "网址在哪一列", "原文链接"),
        ("author", "作者在哪一列", "留言用户"),
    )
)
OURS = Field(
    name="ours",
    label="都是转给本单位办的吗",
    hint="是的，每一件都计答复期限",
    choices=(("", "按列的对应关系"), (YES, "是，每一件"), (NO, "不是，全市的混在一起")),
)
DROP = Field(
    name="drop",
    label="读入时就丢弃的列",
    hint="每行写一个列名；电话、姓名这些都写上",
    example="来电号码",
    most=2000,
    lines=True,
)
ID = Field(
    name="id",
    label="编号",
    hint="小写字母、数字、短横线；存了就不能再改",
    example="city-gov-news",
    most=64,
)


def fields_of(kind: Kind) -> tuple[Group, ...]:
    """What the form of a kind shows, without the id."""
    first = (FILE_NAME, PATH, FILE_BASIS) if kind is Kind.FILE else (NAME, URL, BASIS)
    groups = (
        Group(title="", fields=first),
        *_OWN[kind],
        Group(title="归类", fields=(LEVEL, CHANNEL, SITE, REGION)),
        Group(title="多久看一次", fields=(EVERY, MAX_AGE)),
        Group(title="少用的", fields=(*_RARE[kind], ENCODING), rare=True),
    )
    needed = {*NEEDED[kind], "name", "basis"}
    return tuple(_needing(group, needed) for group in groups)


def every_field(kind: Kind) -> Mapping[str, Field]:
    return {field.name: field for group in fields_of(kind) for field in group.fields}


def _json(names: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """Where the answer of an interface has what; a path with dots."""
    return tuple(
        Field(
            name=f"field_{name}",
            label=label,
            hint="字段名，用点号往里走",
            example=f"不写按 {Source.model_fields[f'field_{name}'].default}",
            most=120,
        )
        for name, label in names
    )


_ARTICLE = (TITLE, TIME, CONTENT)
_OWN = {
    Kind.FEED: (Group(title="怎么读", fields=(FOLLOW,)),),
    Kind.SITEMAP: (),
    Kind.LIST: (Group(title="页面上的位置", fields=(ITEM, DATE, NEXT, PAGES)),),
    Kind.BOARD: (Group(title="页面上的位置", fields=BOARD),),
    Kind.JSON: (Group(title="接口里的字段", fields=(*_json(_JSON), PAGES)),),
    Kind.FILE: (Group(title="表格的列", fields=(OURS, MAPPING, *COLUMNS, DROP)),),
}
_RARE = {
    Kind.FEED: _ARTICLE,
    Kind.SITEMAP: _ARTICLE,
    Kind.LIST: _ARTICLE,
    Kind.BOARD: BOARD_RARE,
    Kind.JSON: (*_json(_JSON_RARE), REPLY),
    Kind.FILE: (),
}


def _needing(group: Group, needed: set[str]) -> Group:
    fields = tuple(replace(field, needed=field.name in needed) for field in group.fields)
    return replace(group, fields=fields)
