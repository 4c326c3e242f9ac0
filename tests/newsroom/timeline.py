"""The social timeline: a JSON API, newest first, whose numbers grow."""

import json

from .reply import Reply
from .world import Scene, ShownPost

PER_PAGE = 20
JSON = "application/json; charset=utf-8"


def timeline(scene: Scene, since_id: str, page: int) -> Reply:
    if since_id and not since_id.isdigit():
        return Reply(status=400, body=b'{"error": "since_id must be a number"}', content_type=JSON)
    posts = [p for p in scene.posts if not since_id or int(p.id) > int(since_id)]
    part = posts[(page - 1) * PER_PAGE : page * PER_PAGE]
    following = None
    if page * PER_PAGE < len(posts):
        following = f"{scene.base}/social/api/timeline?since_id={since_id}&page={page + 1}"
    answer = {"items": [_item(post) for post in part], "next": following}
    return Reply(body=json.dumps(answer, ensure_ascii=False, indent=1).encode(), content_type=JSON)


def _item(shown: ShownPost) -> dict[str, object]:
    return {
        "id": shown.id,
        "user": {"id": shown.post.user_id, "name": shown.post.user_name},
        "text": shown.text,
        "created_at": shown.created.isoformat(timespec="seconds"),
        "reposts": shown.reposts,
        "comments": shown.comments,
        "likes": shown.likes,
        "views": shown.views,
        "repost_of": shown.repost_of,
        "edited_at": shown.edited.isoformat(timespec="seconds") if shown.edited else None,
        "region": shown.post.region,
    }
