"""What the platform's pages are held against: the same middleware, log-in and server, one query, a plain template."""

from django.db import transaction
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case
from organizations.models import Unit
from referrals.models import Transfer

ROWS = engines["django"].from_string(
    "<!doctype html><title>Transfers</title><table>{% for r in rows %}<tr><td><a href='/bare/{{ r.pk }}/'>{{ r.title }}</a>"
    "<td>{{ r.number }}<td>{{ r.receiver.short_name }}<td>{{ r.state }}<td>{{ r.changed_at }}{% endfor %}</table>"
)
RECORD = engines["django"].from_string(
    "<!doctype html><title>{{ r.title }}</title><h1>{{ r.title }}</h1><dl><dt>Number<dd>{{ r.number }}<dt>State<dd>{{ r.state }}"
    "<dt>Receiver<dd>{{ r.receiver.name }}<dt>Case<dd>{{ r.case.title }}<dd>{{ r.case.facts }}<dt>Grounds<dd>{{ r.grounds }}"
    "<dt>Opened<dd>{{ r.opened_at }}</dl>"
)


def rows(request, number):
    found = Transfer.objects.select_related("receiver").order_by("-pk")[:number]
    return HttpResponse(ROWS.render({"rows": found}, request))


def record(request, pk):
    return HttpResponse(RECORD.render({"r": Transfer.objects.select_related("receiver", "case").get(pk=pk)}, request))


class Draft(serializers.Serializer):
    receiver = serializers.SlugRelatedField(slug_field="code", queryset=Unit.objects.all())
    township = serializers.SlugRelatedField(slug_field="code", queryset=Unit.objects.all())
    title = serializers.CharField(max_length=200)
    party_kind = serializers.CharField()
    party_name = serializers.CharField()
    place = serializers.CharField()
    facts = serializers.CharField()
    grounds = serializers.CharField()
    discovered_at = serializers.DateTimeField()


class Drafts(APIView):
    """Four rows: a case and a transfer, each with its parent's row."""

    @transaction.atomic
    def post(self, request):
        form = Draft(data=request.data)
        form.is_valid(raise_exception=True)
        given, officer = form.validated_data, request.user
        common = {"opened_by": officer, "opened_by_unit_id": officer.unit_id, "holder_id": officer.unit_id}
        case = Case(
            kind="case", state="clue", title=given["title"], violation_found_at=timezone.now(),
            **{n: given[n] for n in ("township", "party_kind", "party_name", "place", "facts")}, **common,
        )  # fmt: skip
        case.save(force_insert=True)
        transfer = Transfer(
            kind="transfer", state="draft", title=given["title"], case=case,
            **{n: given[n] for n in ("receiver", "grounds", "discovered_at")}, **common,
        )  # fmt: skip
        transfer.save(force_insert=True)
        return Response({"id": transfer.pk, "state": transfer.state, "title": transfer.title}, status=201)


urlpatterns = [
    path("bare/api/", Drafts.as_view()),
    path("bare/rows/<int:number>/", rows),
    path("bare/<int:pk>/", record),
    path("", include("jinhu_enforcement.urls")),
]
