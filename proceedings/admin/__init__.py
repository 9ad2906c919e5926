"""The engine's tables in the administration; procedures add their own record with ProceedingBaseAdmin."""

from .mandates import MandateAdmin
from .matters import ProceedingBaseAdmin
from .running import OutboxAdmin

__all__ = ["MandateAdmin", "OutboxAdmin", "ProceedingBaseAdmin"]
