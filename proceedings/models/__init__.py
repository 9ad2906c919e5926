"""The engine's tables. Procedures add one child table each and nothing to these."""

from .clock import Clock, Rung
from .event import Event
from .letter import Letter
from .listing import VIEWS_AT_MOST, ListChoice, SavedView
from .mandate import Mandate
from .material import Material
from .notice import Audience, Notice, NoticeRead, Outbox, reader
from .prints import FilePrint
from .proceeding import (
    FAR_FUTURE,
    Party,
    Proceeding,
    ProceedingGroupObjectPermission,
    ProceedingUserObjectPermission,
)
from .work import AutosavedForm, Comment, IdempotencyKey, Preparation, SampleMatter, SweepRun

__all__ = [
    "FAR_FUTURE",
    "VIEWS_AT_MOST",
    "Audience",
    "AutosavedForm",
    "Clock",
    "Comment",
    "Event",
    "FilePrint",
    "IdempotencyKey",
    "Letter",
    "ListChoice",
    "Mandate",
    "Material",
    "Notice",
    "NoticeRead",
    "Outbox",
    "Party",
    "Preparation",
    "Proceeding",
    "ProceedingGroupObjectPermission",
    "ProceedingUserObjectPermission",
    "Rung",
    "SampleMatter",
    "SavedView",
    "SweepRun",
    "reader",
]
