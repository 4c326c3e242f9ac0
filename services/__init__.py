"""The servers that the distributed engine works with, on a developer's machine and without containers."""
