"""The kinds of identity, one type each, never swapped (decision 0002)."""

from typing import NewType

CaseNo = NewType("CaseNo", int)
"""A case's number, said aloud: short and unique in a deployment."""

IdempotencyKey = NewType("IdempotencyKey", str)
"""What makes an act happen once: ``wechaty:<message id>``, ``web:<form token>``, ``job:<name>:<due instant>``."""

LinkToken = NewType("LinkToken", str)
"""128 random bits, url-safe: opens one case's public page."""
