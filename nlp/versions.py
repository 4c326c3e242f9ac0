"""Which model is in force: the shipped one in the folder itself, or one of ``versions/`` that was learned here.

``in_force.json`` names it, and those before it, the latest last; it is replaced by one rename, so that whoever looks finds the
old model or the new one, whole.  A model never changes once it has its name.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from pathlib import Path

import msgspec

from huiying.errors import Misconfigured

POINTER = "in_force.json"
FOLDER = "versions"
SHIPPED = ""
"""The model that ``huiying train`` leaves in the folder itself."""
KEPT = 5
"""Earlier models that one can go back to."""


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    name: str = SHIPPED
    before: tuple[str, ...] = ()


def in_force(models: Path) -> InForce:
    """The shipped one where nothing else is named, or what is named has gone."""
    try:
        told = msgspec.json.decode((models / POINTER).read_bytes(), type=InForce)
    except (OSError, msgspec.MsgspecError):
        return InForce()
    return told if told.name == SHIPPED or (models / FOLDER / told.name).is_dir() else InForce()


def current(models: Path) -> Path:
    """The folder of the model in force."""
    return folder_of(models, in_force(models).name)


def folder_of(models: Path, name: str) -> Path:
    return models / FOLDER / name if name else models


def named(now: datetime, stamp: str) -> str:
    """A name that sorts by time: 20261123T020000-3f9c1a…"""
    return f"{now:%Y%m%dT%H%M%S}-{stamp}"


def promote(models: Path, name: str) -> None:
    """From now on this one; the one before stays to go back to, and the oldest go."""
    told = in_force(models)
    before = tuple(one for one in (*told.before, told.name) if one != name)
    _point(models, InForce(name=name, before=before[-KEPT:]))
    for old in before[:-KEPT]:
        if old != SHIPPED:
            shutil.rmtree(folder_of(models, old), ignore_errors=True)


def roll_back(models: Path) -> tuple[str, str]:
    """To the one before; returns the names of both. Raises Misconfigured where there is none."""
    told = in_force(models)
    before = [one for one in told.before if one == SHIPPED or folder_of(models, one).is_dir()]
    if not before:
        raise Misconfigured(f"{models} 里没有更早的模型，不能退回。现在用的是{spelled(told.name)}")
    _point(models, InForce(name=before[-1], before=tuple(before[:-1])))
    return told.name, before[-1]


def reset(models: Path) -> bool:
    """Back to the shipped one, for good: what was learned by other code cannot be read by this. True: it was another."""
    if in_force(models).name == SHIPPED:
        return False
    _point(models, InForce())
    return True


def spelled(name: str) -> str:
    return f"模型 {name}" if name else "随软件附带的模型"


def _point(models: Path, told: InForce) -> None:
    draft = models / f"{POINTER}.{os.getpid()}.new"
    draft.write_text(json.dumps(msgspec.to_builtins(told)), "utf-8")
    draft.replace(models / POINTER)
