from organizations.models.contacts import DutyShift, LiaisonOfficer
from organizations.models.officers import Officer
from organizations.models.powers import Delegation, OwnPower, Power, PowerKind
from organizations.models.units import Unit, UnitKind

__all__ = [
    "Delegation",
    "DutyShift",
    "LiaisonOfficer",
    "Officer",
    "OwnPower",
    "Power",
    "PowerKind",
    "Unit",
    "UnitKind",
]
