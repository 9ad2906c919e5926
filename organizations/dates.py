"""The legal day, and how a day is written in a sentence."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

# Written out, not taken from settings: competence follows the day in Jinhu, wherever the host stands.
SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    return timezone.localdate(timezone=SHANGHAI)


def written(day: date) -> str:
    """2025年8月1日, as letters write it: no zero padding, no spaces."""
    return f"{day.year}年{day.month}月{day.day}日"
