"""The web: its pages, its doors, its live connection.  Everything it needs is handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from huiying import collector, logs
from huiying.contracts import Role
from huiying.errors import TryAgain
from huiying.ports import Clock, Engine
from huiying.retention import Files
from huiying.settings import Settings
from huiying.suppression import Suppression
from response_api import facts
from response_api.auth import Accounts, Person
from response_api.counts import Counter, count
from response_api.disclosure import Disclosure
from response_api.exposition import Exposition
from response_api.guard import (
    MOST_BYTES,
    MOST_TEXT,
    ForeignForm,
    NotAllowed,
    NotSignedIn,
    TooLarge,
    current_person,
    is_public,
)
from response_api.headers import SecurityHeaders
from response_api.house import House, Sources
from response_api.kept import KeptForms
from response_api.landing import page_above
from response_api.limits import Limits
from response_api.live import Hub
from response_api.measured import Measured
from response_api.pages import (
    acts,
    archive,
    audit,
    board,
    case,
    cases,
    deadlines,
    figures,
    files,
    guide,
    health,
    inbox,
    kept,
    leader,
    login,
    many,
    me,
    notice,
    notices,
    objections,
    one_time,
    papers,
    people,
    posts,
    privacy,
    public,
    record,
    reports,
    roster,
    rules,
    source_editing,
    sso,
    statements,
    stats,
    tickets,
    two_step,
)
from response_api.pages import (
    sources as catalogue,
)
from response_api.pages.entrance import over_tls
from response_api.pages.frame import problem
from response_api.pages.reach import OutOfReach
from response_api.paper import STATIC, Paper
from response_api.people import People
from response_api.placing import Places
from response_api.record_desk import RecordDesk
from response_api.sent_once import SentOnce
from response_api.sight import Audiences
from response_api.source_trial import Trials
from response_api.sso import provider_of
from response_api.unexpected import Unexpected
from triage import scoring
from triage.desk import Desk
from triage.objections import Objections
from triage.policy import Policy
from triage.texts import Texts

_log = logs.get("web")

_NOT_PAGES = ("/live", "/attachments/", "/healthz", "/livez", "/readyz", "/metrics", "/static/")


def create_app(
    *,
    engine: Engine,
    settings: Settings,
    clock: Clock,
    key: bytes,
    policy: Policy,
    sources: Sources,
    disclosure: Disclosure,
    outlets: tuple[str, ...] = ("page",),
    file_terms: Files | None = None,
) -> FastAPI:
    """The application. ``key`` signs forms and must be the same after a restart; ``policy`` is the office's rules;
    ``disclosure`` is what the public notice on personal information is worked out from; ``outlets`` names where statements are handed to.
    """
    paper, audiences = Paper(), Audiences(engine.cases)
    hub = Hub(
        engine.stream,
        clock,
        show=board.show_event(paper),
        audience=lambda event: audiences.of(event.case_id, event.sequence),
        mark=lambda now: facts.pulse(house, now),
        parts=lambda now, sights: board.board_parts(house, now, sights),
    )
    accounts = Accounts(engine.register, two_step=settings.two_step)
    house = House(
        engine=engine,
        settings=settings,
        clock=clock,
        key=key,
        names=policy,
        desk=Desk(
            cases=engine.cases,
            archive=engine.archive,
            texts=Texts(engine.register),
            policy=policy,
            scoring=scoring.load(settings.policy),
            outlets=outlets,
        ),
        sources=sources,
        accounts=accounts,
        people=People(accounts, policy, key),
        kept=KeptForms(engine.register),
        provider=provider_of(settings, key),
        hub=hub,
        audiences=audiences,
        places=Places(settings.policy),
        files=file_terms or Files(),
        disclosure=disclosure,
        objections=Objections(
            engine=engine,
            policy=policy,
            protection=disclosure.protection,
            suppression=Suppression(engine.register, key),
            key=key,
        ),
        paper=paper,
    )
    counter = Counter(lambda: count(engine))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with hub.running():
            collector.calm()
            yield
        counter.close()

    app = FastAPI(title="回应", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.house, app.state.hub, app.state.counter = house, hub, counter
    app.state.limits = Limits(engine.register, key)
    app.state.sent_once = SentOnce(engine.register, key)
    app.state.exposition = Exposition(engine, clock, lambda: facts.source_states(house))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.state.trials = Trials(settings.data)
    app.state.record = RecordDesk(engine, policy.top())
    for part in (
        login,
        sso,
        two_step,
        one_time,
        health,
        figures,
        board,
        inbox,
        cases,
        many,
        case,
        papers,
        statements,
        acts,
        archive,
        posts,
        files,
        people,
        me,
        kept,
        audit,
        leader,
        notice,
        record,
        public,
        privacy,
        objections,
        deadlines,
        notices,
        reports,
        roster,
        rules,
        guide,
        source_editing,
        catalogue,
        stats,
        tickets,
    ):
        app.include_router(part.router)
    app.add_middleware(Unexpected, page=_unforeseen)
    app.add_middleware(SecurityHeaders, secure=over_tls(house))
    app.add_middleware(Measured)
    _answer_trouble(app)
    return app


def _answer_trouble(app: FastAPI) -> None:
    """Every error as a page that says in Chinese what to do; what is not a page gets a bare status."""

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, _: Exception) -> Response:
        if request.url.path.startswith(_NOT_PAGES):
            return JSONResponse({"error": "请先登录"}, status_code=401)
        if request.method == "POST" and (given_back := await kept.after_the_end(request)):
            return given_back
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method not in {"GET", "HEAD"}:
            back = "/"  # what was posted cannot be posted again by following a link
        return RedirectResponse("/login?" + urlencode({"next": back}), status_code=303)

    @app.exception_handler(NotAllowed)
    def not_allowed(request: Request, _: Exception) -> Response:
        return _told(request, 403, "没有权限", _not_for(current_person(request)))

    @app.exception_handler(OutOfReach)
    def out_of_reach(request: Request, trouble: OutOfReach) -> Response:
        return _told(request, trouble.status, trouble.title, trouble.text)

    @app.exception_handler(ForeignForm)
    async def foreign_form(request: Request, _: Exception) -> Response:
        if given_back := await kept.from_an_earlier_session(request):
            return given_back
        return _told(
            request,
            403,
            "表单已过期",
            "登录状态变了，或页面打开太久。用浏览器的“后退”回到刚才的表单，已填的内容还在：先复制，再刷新那一页重填提交。",
        )

    @app.exception_handler(TooLarge)
    def too_large(request: Request, _: Exception) -> Response:
        return _told(request, 413, "内容太大", TOO_LARGE)

    @app.exception_handler(TryAgain)
    def try_again(request: Request, trouble: Exception) -> Response:
        _log.warning("page_failed", path=request.url.path, reason=str(trouble))
        return _told(request, 503, "暂时读不到数据", "数据服务正忙或正在重启，请稍后刷新。")

    @app.exception_handler(RequestValidationError)
    def not_understood(request: Request, _: Exception) -> Response:
        return _told(request, 400, "地址不对", "地址里的参数看不懂，请从值班台重新进入。")

    @app.exception_handler(HTTPException)
    def other(request: Request, trouble: Exception) -> Response:
        status = trouble.status_code if isinstance(trouble, HTTPException) else 500
        if status == 405 and request.method == "GET" and (above := page_above(request.url.path, app.routes)):
            return RedirectResponse(above, status_code=303)
        title, text = _SAID.get(status, ("请求没有成功", "请返回值班台重试。"))
        if status == 404 and request.url.path.startswith("/n/"):
            title, text = "打不开这条通知", CUT_OFF
        return _told(request, status, title, text)


CUT_OFF = (
    "这个链接不完整，或者通知已不在。短信和聊天软件会把长链接断成两截：请回到通知，把链接整条复制下来再打开；"
    "还不行，请联系值班长。"
)
TOO_LARGE = (
    f"文字最多 {MOST_TEXT // 1024 // 1024} MB，连图片一共最多 {MOST_BYTES // 1024 // 1024} MB。"
    "请按浏览器的“后退”回到表单，填的内容通常还在；减少文字或图片后再提交。"
)


def _not_for(person: Person | None) -> str:
    if person is not None and person.roles == {Role.ADMIN}:
        return "系统管理员不看事件、信息和安全日志。要办业务，请用办业务的账号登录。"
    role = f"您的角色（{person.role_name}）" if person else "您的角色"
    return f"{role}不能使用这一页。需要时请联系系统管理员。"


_SAID = {
    410: ("链接已失效", "这个链接已经用过，或已过期。需要时请联系系统管理员重新发一个。"),
    404: ("没有这一页", "地址可能抄错了，或这一页已经不在。"),
    405: ("不能这样访问", "请从页面上的按钮或链接进入。"),
    400: ("提交的内容不完整", "请返回上一页重新提交。"),
}


def _unforeseen(request: Request) -> Response:
    """Asks for nobody: what failed may be what knows who is there."""
    if is_public(request.url.path):
        return public.trouble(request, 500)
    if request.url.path.startswith(_NOT_PAGES):
        return JSONResponse({"error": "系统出错"}, status_code=500)
    return problem(request, 500, "系统出错", UNFORESEEN)


UNFORESEEN = "这一步没有办成，原因已记入日志，不是您操作的问题。请返回上一页再试一次；还不行，请把时间和网址告诉系统管理员。"


def _told(request: Request, status: int, title: str, text: str) -> Response:
    if is_public(request.url.path):
        return public.trouble(request, status)
    if request.url.path.startswith(_NOT_PAGES):
        return JSONResponse({"error": title}, status_code=status)
    try:
        person = current_person(request)
    except TryAgain:
        person = None
    return problem(request, status, title, text, person)
