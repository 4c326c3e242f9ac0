"""What stands where a case's title stood, when the words that it was called by are erased."""

from __future__ import annotations

GONE = "档案期满，内容已清除"
UNTITLED = "（标题已依异议清除）"
ERASED = frozenset({GONE, UNTITLED})
