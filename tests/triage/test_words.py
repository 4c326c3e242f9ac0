"""Every role and every tier that the policy can name has its one Chinese name."""

from __future__ import annotations

from typing import get_args

from huiying.contracts import Tier
from tests.triage.texts import policy
from triage.packs import Role
from triage.words import CHANNELS, ROLES, TIERS


def test_every_role_tier_and_channel_has_a_name() -> None:
    assert set(ROLES) == set(get_args(Role))
    assert set(TIERS) == set(Tier)
    assert {row.channel for row in policy().notices.address} <= set(CHANNELS)


def test_whom_the_record_calls_the_unit_in_charge_everybody_calls_so() -> None:
    assert ROLES["unit"] == "承办单位"
