"""What REST gives of shared information beside the engine's: receipts, answers, a power with its texts."""

from types import SimpleNamespace

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from organizations.dates import today
from organizations.models import Power
from proceedings.api import represent, schema
from proceedings.api.body import entries_of
from proceedings.errors import Conflict, Invalid, NotPermitted
from proceedings.office import learn

from . import powers, reading
from .audience import holders_of
from .power_form import PowerForm
from .views import data

ERRORS = {code: OpenApiResponse(schema.ErrorSchema) for code in (400, 401, 403, 404, 409)}


# --- a matter's own keys --------------------------------------------------------------------------------


class ReceiptSchema(serializers.Serializer):
    unit = schema.UnitRef()
    seen_at = serializers.DateTimeField(allow_null=True)
    seen_by = serializers.CharField(allow_null=True, help_text="The officer who looked first.")


class ChangeSchema(serializers.Serializer):
    label = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


INFORMATION = {
    "receipts": ReceiptSchema(many=True, help_text="Who has read it: all for the publisher, one's own for a reader."),
    "changes": ChangeSchema(many=True, help_text="What changed in a power's texts."),
}


def information(record, request):
    receipts = [
        {"unit": represent.unit(p.unit), "seen_at": represent.moment(p.seen_at),
         "seen_by": p.seen_by.username if p.seen_by_id else None}
        for p in reading.receipts(record, request.user)
    ]  # fmt: skip
    return {"receipts": receipts, "changes": record.changes}


class AnswerSchema(serializers.Serializer):
    unit = schema.UnitRef()
    answered_at = serializers.DateTimeField()
    officer = serializers.CharField()
    by_file = serializers.BooleanField()
    words = serializers.CharField(allow_blank=True)
    rows = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)), help_text="By the columns' names."
    )


class DataColumnSchema(serializers.Serializer):
    key = serializers.CharField(help_text="In the rows that an answer posts.")
    name = serializers.CharField()
    kind = serializers.CharField(help_text="文字, 数字 or 日期.")
    required = serializers.BooleanField()


DATA_REQUEST = {
    "columns": DataColumnSchema(many=True, help_text="Of the table to be filled in."),
    "answers": AnswerSchema(many=True, help_text="All for who asked; an answering unit reads its own."),
    "missing": schema.UnitRef(many=True, help_text="Who has not answered, for who asked."),
    "template": serializers.URLField(allow_null=True, help_text="The empty table (XLSX)."),
    "merged": serializers.URLField(allow_null=True, help_text="All answers in one table (XLSX), for who asked."),
}


def data_request(record, request):
    given = reading.answers(record, request.user)
    names = {f"c{n}": column["name"] for n, column in enumerate(record.columns, 1)}
    table = lambda name: reverse(f"api-data-{name}", args=[record.pk], request=request)  # noqa: E731
    return {
        "columns": [
            {"key": key, "name": column["name"], "kind": column["kind"], "required": column["required"] == "是"}
            for key, column in zip(names, record.columns, strict=True)
        ],
        "answers": [
            {"unit": represent.unit(one.unit), "answered_at": represent.moment(one.answered_at),
             "officer": one.officer.username, "by_file": one.by_file, "words": one.words,
             "rows": [{name: row.get(key, "") for key, name in names.items()} for row in one.rows]}
            for one in given.answers
        ],
        "missing": [represent.unit(unit) for unit in given.missing] if given.all_seen else [],
        "template": table("template") if record.columns else None,
        "merged": table("merged") if given.all_seen and given.answers else None,
    }  # fmt: skip


class Table(APIView):
    """The empty or the merged table of a data request."""

    permission_classes = (IsAuthenticated,)
    made = staticmethod(data.merged)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **ERRORS}, tags=["data-requests"],
        summary="A table of a data request (XLSX)",
    )  # fmt: skip
    def get(self, request, pk):
        return self.made(request, pk)


# --- a power ----------------------------------------------------------------------------------------------


class PowerSchema(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    lead_department = schema.UnitRef()
    legal_basis = serializers.CharField()
    discretion_standard = serializers.CharField(allow_blank=True)
    procedure_text = serializers.CharField(allow_blank=True)
    lacks = serializers.ListField(
        child=serializers.CharField(), help_text="What the lead department has still to provide."
    )
    holders = schema.UnitRef(many=True, help_text="The townships that hold it today.")
    version = serializers.IntegerField(help_text="To be sent with a change.")
    shared = serializers.IntegerField(required=False, help_text="Items that this change was shared in.")


class PowerBody(serializers.Serializer):
    legal_basis = serializers.CharField(required=False, help_text="法律依据")
    discretion_standard = serializers.CharField(required=False, allow_blank=True, help_text="裁量基准")
    procedure_text = serializers.CharField(required=False, allow_blank=True, help_text="执法程序")
    reason = serializers.CharField(max_length=100, help_text="调整的说明")
    version = serializers.IntegerField(help_text="The version that the officer saw.")


class PowerView(APIView):
    permission_classes = (IsAuthenticated,)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        learn(request.user)

    @extend_schema(summary="A power with its texts", responses={200: PowerSchema, **ERRORS}, tags=["organizations"])
    def get(self, request, code):
        return Response(one_power(found(code)))

    @extend_schema(
        summary="The lead department changes the texts, which are shared with the holders M2.2", request=PowerBody,
        responses={200: PowerSchema, **ERRORS}, tags=["organizations"],
    )  # fmt: skip
    def patch(self, request, code):
        power = found(code)
        if not powers.may_maintain(request.user, power):
            raise NotPermitted(f"“{power.name}”的依据、基准和流程由{power.lead_department}维护。")
        given = entries_of(request, SimpleNamespace(form=PowerForm))
        form = PowerForm({**{name: getattr(power, name) for name in powers.TEXTS}, **given}, instance=power)
        if unknown := [name for name in given if name not in form.fields]:
            raise Invalid({name: ["没有这个栏目，请去掉或改正名称。"] for name in unknown})
        kept = form.keep(request.user)
        if form.stale is not None:
            raise Conflict(form.non_field_errors()[0])
        if kept is None:
            raise Invalid(form.errors)
        return Response({**one_power(found(code)), "shared": kept.shared})


def found(code):
    return get_object_or_404(Power.objects.select_related("lead_department"), code=code)


def one_power(power):
    return {
        "code": power.code, "name": power.name, "lead_department": represent.unit(power.lead_department),
        **{name: getattr(power, name) for name in powers.TEXTS}, "lacks": powers.lacks(power),
        "holders": [represent.unit(unit) for unit in holders_of(power, today())],
        "version": powers.version_of(powers.newest(power)),
    }  # fmt: skip
