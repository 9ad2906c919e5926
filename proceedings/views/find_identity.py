"""按电话查找: matters of one's own unit by a sealed telephone number. Posted, so that no address, history or log of a proxy
holds the number; looked for by its keyed hash."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from sealing import clear
from sealing.models import SealedIdentity

from .common import visible_records

MOST = 50
SHORTEST = 7


@sensitive_post_parameters("phone")
def find(request, kind):
    request.shows_identity = True
    procedure, records = visible_records(request, kind)
    unit = request.user.acting_unit
    if unit is None or not request.user.has_perm("proceedings.reveal_identity"):
        raise Http404
    context = {"procedure": procedure, "label": procedure.sealed_label, "crumbs": crumbs(procedure)}
    if request.method == "POST":
        digits = clear.phone(request.POST.get("phone", ""))
        if len(digits) < SHORTEST:
            context["error"] = f"请填写完整的电话号码，至少 {SHORTEST} 位数字。"
        else:
            context |= {"asked": clear.mask(digits, clear.PHONE), "found": matters(procedure, records, unit, digits)}
    return render(request, "proceedings/find_identity.html", context, status=400 if "error" in context else 200)


def matters(procedure, records, unit, digits):
    """The unit's matters, newest first, and only those whose identity it keeps."""
    kept = SealedIdentity.objects.with_phone(digits).in_custody(unit)
    found = records.filter(**{f"{procedure.sealed_identity}__in": kept}).order_by("-pk")
    return list(found.select_related("holder")[:MOST])


def crumbs(procedure):
    from django.urls import reverse

    return [(procedure.name, reverse(f"{procedure.code}:list")), ("按电话查找", "")]
