"""Shows: the live board, the case page, the form for what was heard by telephone."""
