"""A hotline's daily export as an office gets it: CSV in GB18030, with columns that must be dropped."""

import csv
import io

from .reply import Reply
from .world import Scene

HEADER = ("工单编号", "诉求标题", "诉求内容", "受理时间", "所属区县", "来电号码", "姓名")


def export(scene: Scene) -> Reply:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(HEADER)
    for order, received in scene.orders:
        when = f"{received:%Y-%m-%d %H:%M:%S}"
        rows.writerow((order.id, order.title, order.body, when, order.place, "00000000000", "占位"))
    return Reply(body=out.getvalue().encode("gb18030"), content_type="text/csv")
