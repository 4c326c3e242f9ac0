"""Files as another system exports them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

SIREN = (
    "刚才许昌市魏都区全城拉防空警报，响了一分多钟，没有任何通知，老人孩子都吓哭了，人防办能不能出来说句话？"
)
FOOTBALL = "昨晚这场球踢得太闷了，后防线全是漏洞，下半场干脆换台。"


def export(path: Path, *texts: str) -> Path:
    """One message a row, the later ones older."""
    now = datetime.now(UTC)
    rows = [
        {"id": number, "title": "", "text": text, "time": (now - timedelta(minutes=number)).isoformat()}
        for number, text in enumerate(texts)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path
