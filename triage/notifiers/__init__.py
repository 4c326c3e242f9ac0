"""One file per channel that carries a notice."""
