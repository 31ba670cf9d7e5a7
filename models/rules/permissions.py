"""What a person may do, one alphabetical list; posts receive sets of these from the preset (decision 0003)."""

from enum import StrEnum


class Permission(StrEnum):
    """``resource:action``. Everybody has EVERYBODY; posts add what their ``may`` set in presets/ names."""

    ACTIVITY_POST = "activity:post"
    AREA_IMPORT = "area:import"
    AUDIT_SEE = "audit:see"
    CASE_ADD = "case:add"
    CASE_CLAIM = "case:claim"
    CASE_DISPATCH = "case:dispatch"
    CASE_ESCALATE = "case:escalate"
    CASE_HAND_OVER = "case:hand_over"
    CASE_OPEN = "case:open"
    CASE_RATE = "case:rate"
    CASE_RESOLVE = "case:resolve"
    CASE_SEE_OWN = "case:see_own"
    CASE_TRANSFER = "case:transfer"
    CASE_WITHDRAW = "case:withdraw"
    CLOCK_TICK = "clock:tick"
    HOOK_REPLAY = "hook:replay"
    HOUSEHOLD_TAG = "household:tag"
    IDENTITY_BIND = "identity:bind"
    IDENTITY_VOUCH = "identity:vouch"
    NOTICE_SEND = "notice:send"
    POST_FILL = "post:fill"
    PRIVACY_ASK = "privacy:ask"
    PROGRAM_ADMIT = "program:admit"
    REGISTER_OPEN = "register:open"
    RELAY_CONFIRM = "relay:confirm"
    ROOM_BIND = "room:bind"


EVERYBODY = frozenset(
    {
        Permission.CASE_ADD,
        Permission.CASE_OPEN,
        Permission.CASE_RATE,
        Permission.CASE_SEE_OWN,
        Permission.CASE_WITHDRAW,
        Permission.IDENTITY_BIND,
        Permission.PRIVACY_ASK,
    }
)
"""A resident needs no binding to be heard."""

LENT = frozenset(
    {
        Permission.CASE_CLAIM,
        Permission.CASE_ESCALATE,
        Permission.CASE_RESOLVE,
        Permission.CASE_TRANSFER,
    }
)
"""What a stand-in may do with the cases of whoever is away, as far as that one may; never notices, never binding."""
THE_CLOCK = frozenset({Permission.CASE_OPEN, Permission.CLOCK_TICK, Permission.NOTICE_SEND})
THE_OPERATOR = frozenset(Permission)
"""Whoever can run commands on the server."""
