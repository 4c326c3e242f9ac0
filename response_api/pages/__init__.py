"""One small file per page: ask the engine, hand it to a presenter, render."""
