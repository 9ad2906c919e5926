"""Taking the sample county out of a database again (示例县), as if it had never been loaded."""

from firstrun.removal.erasing import erase
from firstrun.removal.plan import OtherMatters, Plan, make_plan

__all__ = ["OtherMatters", "Plan", "erase", "make_plan"]
