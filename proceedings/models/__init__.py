"""The engine's tables. Procedures add one child table each and nothing to these."""

from .clock import Clock, Rung
from .event import Event
from .letter import Letter
from .material import Material
from .notice import Audience, Notice, NoticeRead, Outbox, reader
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
    "Audience",
    "AutosavedForm",
    "Clock",
    "Comment",
    "Event",
    "IdempotencyKey",
    "Letter",
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
    "SweepRun",
    "reader",
]
