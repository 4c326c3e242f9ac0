"""The forum: one board, its threads, their floors."""

import re

from .reply import Reply, html, missing, redirect
from .templating import Markup, joined, render
from .world import Scene, ShownFloor, ShownThread

THREADS_A_PAGE = 6
FLOORS_A_PAGE = 8
THREAD = re.compile(r"/bbs/thread/(\d+)")
MINUTE = "%Y-%m-%d %H:%M"


def forum(scene: Scene, path: str, page: int) -> Reply:
    if path in ("/bbs/", "/bbs"):
        return redirect("/bbs/board/1", 301)
    if path == "/bbs/board/1":
        return _board(scene, page)
    if found := THREAD.fullmatch(path):
        for shown in scene.threads:
            if shown.thread.id == int(found[1]):
                return _thread(scene, shown, page)
    return missing(path)


def _board(scene: Scene, page: int) -> Reply:
    last = max(1, -(-len(scene.threads) // THREADS_A_PAGE))
    if not 1 <= page <= last:
        return missing(f"board page {page}")
    rows = [
        render(
            "bbs_board_row.html",
            path=t.path,
            title=t.thread.title,
            author=t.floors[0].floor.author,
            posted=f"{t.floors[0].posted:{MINUTE}}",
            replies=len(t.floors) - 1,
            last=f"{t.last:{MINUTE}}",
        )
        for t in scene.threads[(page - 1) * THREADS_A_PAGE : page * THREADS_A_PAGE]
    ]
    return html(
        render(
            "bbs_board.html",
            name=scene.names["bbs"],
            notice=scene.names["notice"],
            rows=joined(rows),
            pager=_pager("/bbs/board/1", page, last),
        )
    )


def _thread(scene: Scene, shown: ShownThread, page: int) -> Reply:
    last = max(1, -(-len(shown.floors) // FLOORS_A_PAGE))
    if not 1 <= page <= last:
        return missing(f"{shown.path} page {page}")
    floors = [_floor(floor) for floor in shown.floors[(page - 1) * FLOORS_A_PAGE : page * FLOORS_A_PAGE]]
    return html(
        render(
            "bbs_thread.html",
            name=scene.names["bbs"],
            notice=scene.names["notice"],
            title=shown.thread.title,
            replies=len(shown.floors) - 1,
            floors=joined(floors),
            pager=_pager(shown.path, page, last),
        )
    )


def _floor(shown: ShownFloor) -> Markup:
    quote = Markup()
    if shown.quoted:
        quote = render(
            "bbs_quote.html",
            author=shown.quoted.floor.author,
            number=shown.quoted.floor.number,
            text=shown.quoted.text,
        )
    return render(
        "bbs_floor.html",
        number=shown.floor.number,
        id=shown.id,
        author=shown.floor.author,
        time=f"{shown.posted:{MINUTE}}",
        quote=quote,
        text=shown.text,
    )


def _pager(path: str, page: int, last: int) -> Markup:
    if last == 1:
        return Markup()
    links = [f'<a href="{path}?page={n}">{n}</a>' if n != page else f"<b>{n}</b>" for n in range(1, last + 1)]
    if page < last:
        links.append(f'<a class="next" href="{path}?page={page + 1}">下一页</a>')
    return Markup(f'<div class="pages">{" ".join(links)}</div>')
