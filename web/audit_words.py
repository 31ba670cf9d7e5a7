"""What people did, in words a cadre uses; and which of it stands in the audit at all."""

from collections.abc import Mapping

from models.rules.audit import Source, Wanted
from models.rules.registers import Register
from models.rules.reporting import Export
from models.rules.web_access import Access

CASES = {
    "ClaimCase": "接单", "ContactCase": "记下联系过居民", "ResolveCase": "办好", "TransferCase": "转给别人",
    "EscalateCase": "吹哨叫上级", "AskTownship": "请乡镇支持", "ReturnCase": "退回", "CorrectCase": "改类别",
    "MergeCase": "并到另一件", "SplitCase": "拆开", "ReopenCase": "重办", "RejectCase": "告知不受理",
    "ApproveAsked": "同意放一放、延期", "DeclineAsked": "没同意放一放、延期", "SuspendCase": "请求先放一放",
    "ResumeCase": "接着办", "ExtendCase": "请求延期", "AnswerCase": "答复下级", "AnswerFollowUp": "记回访结果",
    "NotARequest": "判为不是诉求", "KeepAsRequest": "判为诉求", "CallOffAlarm": "解除险情", "NoteLook": "到现场看过",
    "ShowProof": "看办理照片", "RecordOffline": "代居民录入", "VisitHousehold": "记走访", "RegisterErrand": "记代办",
    "CallHands": "招呼人手", "NoteCase": "写内部备注", "LeaderSpoke": "在群里答复",
    "SnoozeCase": "稍后再提醒", "CountErrands": "看代办数",
    "HandOverCases": "做成一包转县里", "TakeTheirAnswer": "收下县里的答复",
}  # fmt: skip
NOTICES = {
    "PublishNotice": "发通知", "Confirm:notice": "发通知", "ChangeNoticeNow": "改通知", "Confirm:notice_change": "改通知",
    "CancelNotice": "停通知", "GoOnWithNotice": "接着发通知", "Confirm:notice_resume": "接着发通知",
    "ApproveNotice": "同意发通知", "DeclineNotice": "不同意发通知", "Confirm:weather": "发天气预警",
    "Confirm:quiz": "发知晓测试", "LinkHome": "做一户的通知网址", "OfferFiles": "给通知带文件",
    "MakeBoard": "做亮牌", "StopBoard": "停用亮牌", "PublishResults": "公开办理结果", "WithdrawResults": "撤下办理公开",
}  # fmt: skip
ACTIVITIES = {
    "Confirm:activity": "发活动", "CancelActivity": "取消活动", "MoveActivity": "改活动时间", "LimitActivity": "改活动人数",
    "CloseSignUp": "停止报名", "ReopenSignUp": "再开报名", "TickAttendance": "记到场", "RecordHours": "记志愿时长",
    "ListSignUps": "看报名名单",
}  # fmt: skip
PEOPLE = {
    "IssueCode": "发绑定码", "IssuePersonCode": "发绑定码", "IssueRoomCode": "发绑群码", "BindRoom": "绑群",
    "TakeLeave": "请假", "EndLeave": "销假", "TagHousehold": "看或加户标签", "UntagHousehold": "去户标签",
    "BringPapers": "导入名册", "BringTown": "导入名册", "FillPost": "给岗位定人", "EndPost": "让一个人离岗",
    "IssueCodeOf": "发绑定码", "IssueCodeOfArea": "发绑群码", "UnbindContact": "解绑微信", "ArrangeLeave": "替人记请假",
    "CallOffLeave": "替人销假",
}  # fmt: skip
SETTINGS = {
    "Confirm:standing": "改固定提醒", "StopStanding": "停固定提醒", "StartStanding": "开固定提醒", "MoveStanding": "改固定提醒",
    "Confirm:policy": "录政策答复", "WritePolicy": "录政策答复", "StopPolicy": "停政策答复", "BringPolicies": "导入政策答复",
    "KeepWord": "存本地词", "EndWord": "停本地词", "SetAside": "放下更正里学到的词", "SetRoom": "改一个群的设置",
    "SetPlace": "改全处的设置", "UndoSetting": "撤销设置的改动",
}  # fmt: skip
RUNNING = {
    "ConfirmRelay": "代发了一条", "RefuseRelay": "一条代发不了", "SettleUnsaid": "处理没发成的一条",
    "SettleRoom": "处理一个群没发成的", "MakeToken": "做接口令牌", "StopToken": "停用接口令牌", "PushAgain": "给别的程序再推一次",
}  # fmt: skip
EXPORTS = {"ExportAudit": "导出操作记录", "TakePackage": "下载转县里的一包", "FreezeReport": "给报表定稿"}
TAKEN: Mapping[str, str] = {
    Export.SHEET: "下载报表",
    Export.PRINT: "打印报表",
    Export.PICTURE: "下载报表图片",
}
STRAY = {"EnterByCode": "登录码不对"}
"""Nobody knows whose it was."""
ACCESS: Mapping[str, str] = {
    Access.BY_CODE: "用登录码登录", Access.BY_PASSWORD: "用密码登录", Access.CODE: "做了一个登录码",
    Access.CROWDED: "登录的地方太多，最早的退出了", Access.ENDED: "在别处退出登录", Access.LAPSED: "岗位到期或换了微信，自动退出",
    Access.LEFT: "退出登录", Access.LOCKED: "连着输错，先停了", Access.SET_UP: "设了密码和验证器",
    Access.RESET: "作废了密码和验证器", Access.TOO_MANY: "一小时里打开得太多，先停了", Access.UNLOCKED: "解了锁",
    Access.WRONG: "密码或动态码输错", Access.BOUND: "绑定微信",
}  # fmt: skip
REGISTERS: Mapping[str, str] = {
    Register.CASE_PHONE: "看反映人电话", Register.CASE_HOME: "看反映人住处", Register.CASE_WORDS: "看不公开的原话",
}  # fmt: skip
NUMBERED = frozenset({*NOTICES, *ACTIVITIES})
KINDS: Mapping[str, tuple[str, Wanted]] = {
    "case": ("办诉求", Wanted(frozenset(CASES))),
    "notice": ("通知和活动", Wanted(NUMBERED, numbered=NUMBERED)),
    "people": ("人员和绑定", Wanted(frozenset(PEOPLE), frozenset({Access.BOUND}), rare=True)),
    "setting": ("设置", Wanted(frozenset(SETTINGS), rare=True)),
    "register": ("打开不公开的内容", Wanted(frozenset(), frozenset({Access.TOO_MANY}), frozenset(REGISTERS))),
    "running": ("发送和接口", Wanted(frozenset(RUNNING), rare=True)),
    "export": ("报表和导出", Wanted(frozenset(EXPORTS), exports=frozenset(TAKEN), rare=True)),
    "access": ("登录", Wanted(frozenset(STRAY), frozenset(ACCESS) - {Access.BOUND, Access.TOO_MANY}, rare=True)),
}  # fmt: skip
EVERYTHING = Wanted(
    frozenset({*CASES, *NUMBERED, *PEOPLE, *SETTINGS, *RUNNING, *EXPORTS, *STRAY}), frozenset(ACCESS), frozenset(REGISTERS),
    frozenset(TAKEN), NUMBERED,
)  # fmt: skip
_OF_SOURCE: Mapping[Source, Mapping[str, str]] = {
    Source.ASKED: {**CASES, **NOTICES, **ACTIVITIES, **PEOPLE, **SETTINGS, **RUNNING, **EXPORTS, **STRAY},
    Source.ACCESS: ACCESS,
    Source.EXPORTED: TAKEN,
    Source.OPENED: REGISTERS,
}
DOORS = {"chat": "微信", "web": "网页", "shell": "服务器"}


def words_of(source: Source, what: str) -> str:
    """What was done, in words."""
    return _OF_SOURCE[source].get(what, what)


def number_of(what: str, number: int | None) -> str:
    """``诉求 #23``, ``通知 3``; empty: it has no number, or not for whoever reads it."""
    if number is None:
        return ""
    if what in ACTIVITIES:
        return f"活动 {number}"
    return f"通知 {number}" if what in NOTICES else f"诉求 #{number}"
