from organizations.admin.contacts import DutyShiftAdmin, LiaisonOfficerAdmin
from organizations.admin.officegroups import GroupAdmin
from organizations.admin.officers import OfficerAdmin
from organizations.admin.postings import PostingAdmin
from organizations.admin.powers import DelegationAdmin, PowerAdmin
from organizations.admin.units import UnitAdmin

__all__ = [
    "DelegationAdmin",
    "DutyShiftAdmin",
    "GroupAdmin",
    "LiaisonOfficerAdmin",
    "OfficerAdmin",
    "PostingAdmin",
    "PowerAdmin",
    "UnitAdmin",
]
