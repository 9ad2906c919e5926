from organizations.models.contacts import DutyShift, LiaisonOfficer
from organizations.models.officers import Capacity, Officer
from organizations.models.postings import Office, Posting
from organizations.models.powers import Delegation, OwnPower, Power, PowerKind
from organizations.models.units import Unit, UnitKind

__all__ = [
    "Capacity",
    "Delegation",
    "DutyShift",
    "LiaisonOfficer",
    "Office",
    "Officer",
    "OwnPower",
    "Posting",
    "Power",
    "PowerKind",
    "Unit",
    "UnitKind",
]
