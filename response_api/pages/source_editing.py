"""来源, edited: a source is added, changed, switched on and off in ``sources.toml`` itself, which stays the one truth."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from crawlers import cataloguing, columns
from crawlers.cataloguing import Edition, Overtaken, Unwritten
from crawlers.sources import Kind
from huiying import logs
from huiying.contracts import Role
from huiying.errors import Misconfigured
from response_api.auth import Person
from response_api.guard import TheHouse, house_of, posted, signed_in
from response_api.pages.frame import page, problem
from response_api.pages.sources import catalogue_page
from response_api.security_log import Mark
from response_api.sent_once import SentOnce
from response_api.source_fields import FITS, ID, Group, every_field, fields_of
from response_api.source_form import (
    Forged,
    SourceForm,
    Written,
    checked,
    empty_form,
    filled_in,
    form_of,
    new_table,
    overtaken,
    read_form,
    source_in,
    unshown,
)
from response_api.source_list import KINDS

router = APIRouter()
_log = logs.get("web")

Admin = Annotated[Person, Depends(signed_in(Role.ADMIN))]
Sent = Annotated[FormData, Depends(posted)]

BROKEN = "来源目录有错，没有保存，您填的都还在。请先在服务器上改好 sources.toml，再按保存。错在："
"""Before the faults of the file."""


@router.get("/sources/new")
def choose(request: Request, house: TheHouse, person: Admin) -> HTMLResponse:
    """Which kind; then its form."""
    kind = request.query_params.get("kind", "")
    try:
        edition = cataloguing.read(house.settings.sources)
    except Misconfigured:
        return catalogue_page(request, person, status=409)
    if kind not in set(Kind):
        return _kinds(request, person)
    return _form(request, person, empty_form(edition, Kind(kind)), edition)


@router.post("/sources/new")
def add(request: Request, house: TheHouse, person: Admin, sent: Sent) -> Response:
    if "kind" not in sent:
        return _kinds(request, person, status=422)
    try:
        form = read_form(sent)
    except Forged:
        return _forged(request, person)

    def save(edition: Edition, form: SourceForm, written: Written) -> str:
        table = new_table(form, written, edition)
        cataloguing.add(house.settings.sources, table, seen=form.seen)
        _noted(request, person, f"增加 {form.typed['id']}（{KINDS[form.kind]}）")
        return f"/sources/{form.typed['id']}"

    return _once(request, person, sent, lambda: _saved(request, person, form, save))


@router.get("/sources/{source_id}")
def one(request: Request, source_id: str, house: TheHouse, person: Admin) -> HTMLResponse:
    try:
        edition = cataloguing.read(house.settings.sources)
    except Misconfigured:
        return catalogue_page(request, person, status=409)
    if source_id not in edition.tables:
        return _nowhere(request, person)
    return _form(request, person, form_of(edition, source_id), edition)


@router.post("/sources/{source_id}")
def change(request: Request, source_id: str, house: TheHouse, person: Admin, sent: Sent) -> Response:
    try:
        form = read_form(sent, id=source_id)
    except Forged:
        return _forged(request, person)

    def save(_: Edition, form: SourceForm, written: Written) -> str:
        if written.changes:
            # Without a mark it would be said that whoever sends it has looked at nothing.
            cataloguing.change(house.settings.sources, source_id, written.changes, seen=form.seen or "-")
            _noted(request, person, f"修改 {source_id}：{'、'.join(written.labels)}")
        return f"/sources#s-{source_id}"

    return _once(request, person, sent, lambda: _saved(request, person, form, save))


@router.post("/sources/{source_id}/on")
def switch_on(request: Request, source_id: str, house: TheHouse, person: Admin, sent: Sent) -> Response:
    return _switched(request, person, source_id, on=True)


@router.post("/sources/{source_id}/off")
def switch_off(request: Request, source_id: str, house: TheHouse, person: Admin, sent: Sent) -> Response:
    return _switched(request, person, source_id, on=False)


def _switched(request: Request, person: Person, id: str, *, on: bool) -> Response:
    path = house_of(request).settings.sources
    try:
        edition = cataloguing.read(path)
        if id not in edition.tables:
            return _nowhere(request, person)
        if source_in(edition, id).enabled != on:
            cataloguing.change(path, id, {"enabled": on})
            _noted(request, person, f"{'启用' if on else '停用'} {id}")
    except Misconfigured:
        return catalogue_page(request, person, status=409)
    except Overtaken:
        return _nowhere(request, person)
    except Unwritten as reason:
        return problem(request, 409, "没有改成", str(reason), person)
    return RedirectResponse(f"/sources#s-{id}", status_code=303)


def _saved(
    request: Request, person: Person, form: SourceForm, save: Callable[[Edition, SourceForm, Written], str]
) -> Response:
    """Where it leads; or the form again, with everything that was typed and what is the matter."""
    path = house_of(request).settings.sources
    try:
        edition = cataloguing.read(path)
    except Misconfigured as fault:
        return _form(request, person, replace(form, trouble=f"{BROKEN}{fault}"), None, status=409)
    if form.id and form.id not in edition.tables:
        return _form(request, person, replace(form, trouble=GONE), None, status=409)
    if form.id and source_in(edition, form.id).kind is not form.kind:
        return _forged(request, person)
    form = filled_in(form, edition)
    form, written = checked(form, edition, _choices(request, form, edition))
    if form.faults:
        return _form(request, person, form, edition, status=422)
    try:
        return RedirectResponse(save(edition, form, written), status_code=303)
    except Overtaken:
        return _overtaken(request, person, form)
    except Misconfigured as fault:
        return _form(request, person, replace(form, trouble=f"{BROKEN}{fault}"), edition, status=409)
    except Unwritten as reason:
        return _form(request, person, replace(form, trouble=str(reason)), edition, status=409)


GONE = "这个来源刚才从目录里删去了，没有保存。您填的都在下面，可以复制；要收它，请另外增加一个来源。"


def _overtaken(request: Request, person: Person, form: SourceForm) -> HTMLResponse:
    try:
        edition = cataloguing.read(house_of(request).settings.sources)
    except Misconfigured as fault:
        return _form(request, person, replace(form, trouble=f"{BROKEN}{fault}"), None, status=409)
    if form.id and form.id not in edition.tables:
        return _form(request, person, replace(form, trouble=GONE), None, status=409)
    return _form(request, person, overtaken(form, edition), edition, status=409)


def _form(
    request: Request, person: Person, form: SourceForm, edition: Edition | None, status: int = 200
) -> HTMLResponse:
    """``edition``: None where the file cannot be read, or has no such source any more."""
    source = source_in(edition, form.id) if edition and form.id else None
    groups = fields_of(form.kind)
    defaults = edition.catalogue.defaults if edition else None
    context = {
        "form": form,
        "kind": KINDS[form.kind],
        "fits": FITS[form.kind],
        "groups": groups,
        "id_field": ID,
        "focus": next((name for name in ("id", *_names(groups)) if name in form.faults), ""),
        "choices": _choices(request, form, edition),
        "handed_down": {
            "every": f"不写按 {defaults.every if defaults else '10m'}",
            "max_age": f"不写按 {defaults.max_age if defaults else '7d'}",
        },
        "nonce": secrets.token_urlsafe(9),
        "source": source,
        "unshown": unshown(edition, form.id) if edition and source else (),
        "may_try": form.kind is not Kind.FILE,
    }
    return page(request, "source.html", context, person=person, status=status)


def _names(groups: Sequence[Group]) -> list[str]:
    return [field.name for group in groups for field in group.fields]


def _choices(
    request: Request, form: SourceForm, edition: Edition | None
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What each list offers; what stands in the file is among it."""
    house = house_of(request)
    stands = edition.tables.get(form.id, {}) if edition else {}
    others = [
        (source.id, f"{source.name}（{source.id}）")
        for source in (edition.catalogue.source if edition else ())
        if source.id != form.id
    ]
    saved = [(name, f"用已保存的“{name}”") for name in columns.saved_in(house.settings.policy)]
    more = {"reply_source": others, "mapping": saved}
    choices = {}
    for name, field in every_field(form.kind).items():
        if field.choices:
            offered = [*field.choices, *more.get(name, ())]
            own = str(stands.get(name, ""))
            known = {value for value, _ in offered}
            choices[name] = [*offered, *([(own, own)] if name in more and own not in known else [])]
    return choices


def _kinds(request: Request, person: Person, status: int = 200) -> HTMLResponse:
    kinds = [(kind.value, KINDS[kind], FITS[kind]) for kind in FITS]
    return page(request, "source_kinds.html", {"kinds": kinds}, person=person, status=status)


def _once(request: Request, person: Person, sent: FormData, do: Callable[[], Response]) -> Response:
    once: SentOnce = request.app.state.sent_once
    return once.answer(request, person, sent, house_of(request).clock.now(), do)


def _noted(request: Request, person: Person, what: str) -> None:
    house = house_of(request)
    _log.info("catalogue_edited", what=what, by=person.login)
    house.accounts.log.note(Mark.SOURCES, person.login, house.clock.now(), note=what)


def _nowhere(request: Request, person: Person) -> HTMLResponse:
    return problem(request, 404, "没有这个来源", "它可能已经从目录里删去。请回到来源页看一看。", person)


def _forged(request: Request, person: Person) -> HTMLResponse:
    return problem(
        request, 400, "表单不对", "里面有这一页没有的项，没有保存。请从来源页重新打开表单再填。", person
    )
