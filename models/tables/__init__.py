"""SQLModel tables. Importing this package registers every table with ``SQLModel.metadata``."""

from models.tables.access import LoginCode, WebAccount, WebSession
from models.tables.activities import Activity, ActivityRoom, Participant
from models.tables.alarms import AlarmRow
from models.tables.api import ApiAnswer, ApiToken
from models.tables.boards import BoardLink
from models.tables.case_work import Approval, CoHandler, FollowUp, Snooze
from models.tables.cases import Attachment, Case, CaseEvent, CaseLine, CoReporter, Draft, Rating
from models.tables.corrections import Correction
from models.tables.desk_changes import AddedWord, SettingChange
from models.tables.exports import ExportFile, ExportLog
from models.tables.flow import (
    AuditLine,
    ConsumedKey,
    DueFiring,
    Heartbeat,
    OutageWindow,
    OutboxMessage,
    PendingConfirmation,
)
from models.tables.handover import HandedOver, HandoverPackage
from models.tables.knowledge import KnowledgeItem
from models.tables.leases import Lease
from models.tables.notice_forms import NoticeLink, SentFile
from models.tables.notice_receipts import NoticeReceipt
from models.tables.notice_sharing import NoticeApproval, NoticePerson
from models.tables.notice_ways import LetterDelivery, NoticeWay
from models.tables.notices import LookedAfter, Notice, NoticeRoom, StandingSetting
from models.tables.open_results import OpenResults
from models.tables.people import (
    Appointment,
    BindingCode,
    ChatIdentity,
    Consent,
    Person,
    PostTypeRow,
    WrongCode,
)
from models.tables.places import (
    Area,
    AreaCover,
    AreaLevel,
    Deployment,
    Household,
    HouseholdArea,
    HouseholdTag,
)
from models.tables.presence import Leave, Visit
from models.tables.quizzes import Quiz, QuizAsked, QuizVolunteer
from models.tables.registers import AccessEvent, RegisterOpening
from models.tables.report_editions import ReportEdition
from models.tables.rooms import Room, RoomArea, RoomSeat
from models.tables.saved_views import SavedView
from models.tables.township import TownImport, arrived
from models.tables.webhooks import WebhookDelivery

__all__ = [
    "AccessEvent",
    "Activity",
    "ActivityRoom",
    "AddedWord",
    "AlarmRow",
    "ApiAnswer",
    "ApiToken",
    "Appointment",
    "Approval",
    "Area",
    "AreaCover",
    "AreaLevel",
    "Attachment",
    "AuditLine",
    "BindingCode",
    "BoardLink",
    "Case",
    "CaseEvent",
    "CaseLine",
    "ChatIdentity",
    "CoHandler",
    "CoReporter",
    "Consent",
    "ConsumedKey",
    "Correction",
    "Deployment",
    "Draft",
    "DueFiring",
    "ExportFile",
    "ExportLog",
    "FollowUp",
    "HandedOver",
    "HandoverPackage",
    "Heartbeat",
    "Household",
    "HouseholdArea",
    "HouseholdTag",
    "KnowledgeItem",
    "Lease",
    "Leave",
    "LetterDelivery",
    "LoginCode",
    "LookedAfter",
    "Notice",
    "NoticeApproval",
    "NoticeLink",
    "NoticePerson",
    "NoticeReceipt",
    "NoticeRoom",
    "NoticeWay",
    "OpenResults",
    "OutageWindow",
    "OutboxMessage",
    "Participant",
    "PendingConfirmation",
    "Person",
    "PostTypeRow",
    "Quiz",
    "QuizAsked",
    "QuizVolunteer",
    "Rating",
    "RegisterOpening",
    "ReportEdition",
    "Room",
    "RoomArea",
    "RoomSeat",
    "SavedView",
    "SentFile",
    "SettingChange",
    "Snooze",
    "StandingSetting",
    "TownImport",
    "Visit",
    "WebAccount",
    "WebSession",
    "WebhookDelivery",
    "WrongCode",
    "arrived",
]
