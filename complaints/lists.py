"""What of a complaint its page and its list show, and what the list is filtered by and searched in."""

from organizations.models import Power, Unit
from proceedings.listing.filters import Choices, Codes, Flag

from .models import Channel, Nature

SHOWN = (
    "channel", "nature", "anonymous", "subject", "accused_unit", "place", "township", "happened", "facts", "request", "power",
    "competence_told", "consent_share", "consent_contact", "order_number", "called_at", "order_due_at", "finding", "outcome",
    "progress_told_at", "ended_at", "informed_by", "informed_at", "fed_back_at", "withdrawn_at",
)  # fmt: skip
FILTERS = (
    Choices("channel", "来源渠道", Channel.choices), Choices("nature", "类别", Nature.choices), Flag("anonymous", "匿名"),
    Codes("township", "所在镇（街道）", Unit.objects.townships()),
    Codes("power", "行政处罚事项", Power.objects.all(), lookup="/api/powers/"),
)  # fmt: skip
SEARCHED = ("subject", "place", "order_number")
