"""Pictures, for those who may read the post that they came with."""

import hashlib
import re
from dataclasses import replace

from starlette.testclient import TestClient

from huiying.contracts import Attachment, Post, Role
from huiying.ports import Engine
from huiying.settings import Settings
from tests.factories import a_case, a_line, a_post, a_reading, a_route
from tests.pictures import png
from tests.response_api.conftest import Visitor, submit

PNG = png()
SHA = hashlib.sha256(PNG).hexdigest()
PAGE = b"<html><script>alert(1)</script>"


def pictured(settings: Settings, data: bytes = PNG) -> Post:
    """A post with a picture that stands in the folder."""
    sha256 = hashlib.sha256(data).hexdigest()
    settings.attachments.mkdir(parents=True, exist_ok=True)
    (settings.attachments / sha256).write_bytes(data)
    picture = Attachment(sha256=sha256, media_type="image/png", name="图.png", size=len(data))
    return replace(a_post(), attachments=(picture,))


def asked(person: TestClient, post: Post) -> int:
    (picture,) = post.attachments
    answer = person.get(f"/attachments/{picture.sha256}", params={"post": post.id})
    return int(answer.status_code)


def test_pictures_are_given_out_as_what_they_are_and_nothing_else_is(
    visitor: Visitor, engine: Engine, settings: Settings
) -> None:
    post, page = pictured(settings), pictured(settings, PAGE)
    engine.archive.put([a_line(reading=a_reading(post=one)) for one in (post, page)])
    person = visitor(Role.LEADER)
    picture = person.get(f"/attachments/{SHA}", params={"post": post.id})
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert asked(person, page) == 404
    for name in ("0" * 64, "..%2f..%2foffice.db", SHA.upper()):
        assert person.get(f"/attachments/{name}", params={"post": post.id}).status_code == 404


def test_a_picture_is_seen_in_a_post_that_this_reader_may_read(
    visitor: Visitor, engine: Engine, settings: Settings
) -> None:
    ours, secret = a_case(), a_case(route=a_route(restricted=True))
    engine.cases.save([ours, secret])
    open_post, sealed_post = pictured(settings), pictured(settings)
    for post, case in ((open_post, ours), (sealed_post, secret)):
        engine.archive.put([a_line(reading=a_reading(post=post), case_id=case.id)])
    duty, monitor, elsewhere = visitor(Role.DUTY), visitor(Role.MONITOR), visitor(Role.DUTY, "luoyang")
    assert [asked(person, open_post) for person in (duty, monitor, elsewhere)] == [200, 200, 404]
    assert [asked(person, sealed_post) for person in (duty, monitor, elsewhere)] == [200, 404, 404]
    assert monitor.get(f"/attachments/{SHA}").status_code == 404, "not by its name alone"
    assert f'src="/attachments/{SHA}?post={open_post.id}"' in monitor.get(f"/posts/{open_post.id}").text


def test_whoever_puts_a_picture_on_a_sheet_sees_it_there_and_nobody_else_by_that_link(
    visitor: Visitor,
) -> None:
    person = visitor(Role.DUTY)
    faulty = submit(person, "/posts/new", {"pictures": ("现场.png", PNG)}, text="", channel="hotline")
    (link,) = re.findall(r'<img src="(/attachments/[^"]+)"', faulty.text)
    assert person.get(link).content == PNG
    assert visitor(Role.MONITOR).get(link).status_code == 404
