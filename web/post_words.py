"""What posts may do, in words."""

from collections.abc import Iterable, Mapping

from models.rules.permissions import Permission

RIGHTS: Mapping[Permission, str] = {
    Permission.CASE_CLAIM: "接诉求",
    Permission.CASE_RESOLVE: "办诉求、回访",
    Permission.CASE_TRANSFER: "转给别人、退回",
    Permission.CASE_ESCALATE: "吹哨叫上级",
    Permission.CASE_DISPATCH: "派退回来的诉求、给报表定稿",
    Permission.CASE_HAND_OVER: "转县里、收答复",
    Permission.ACTIVITY_POST: "发活动",
    Permission.NOTICE_SEND: "发通知、做亮牌",
    Permission.RELAY_CONFIRM: "人工转发",
    Permission.ROOM_BIND: "绑群",
    Permission.IDENTITY_VOUCH: "发绑定码，管所辖人员的登录",
    Permission.POST_FILL: "给岗位定人、让人离岗",
    Permission.HOUSEHOLD_TAG: "看、改户标签",
    Permission.AUDIT_SEE: "看所辖人员的操作记录",
    Permission.REGISTER_OPEN: "写明理由，看所辖地方不公开的诉求",
    Permission.AREA_IMPORT: "导入名册和政策",
    Permission.PROGRAM_ADMIT: "做接口令牌，让别的系统来取数、办事",
    Permission.HOOK_REPLAY: "看推送，再推一次",
}
"""What only posts bring; what everybody may do is not said."""


def rights_of(may: Iterable[Permission]) -> list[str]:
    """In the order of the list above."""
    held = frozenset(may)
    return [words for right, words in RIGHTS.items() if right in held]
