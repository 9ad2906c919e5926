"""The engine's tables in the administration; procedures add their own record with ProceedingBaseAdmin."""

from .matters import ProceedingBaseAdmin
from .running import OutboxAdmin

__all__ = ["OutboxAdmin", "ProceedingBaseAdmin"]
