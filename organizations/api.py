"""Look-ups for other programs and for the pages' typeahead: read-only, and named by codes, never by primary keys."""

from datetime import date

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from jinhu_enforcement.entries import YEARS, reasonable
from organizations.competence import competent_unit
from organizations.dates import today
from organizations.models import Delegation, Officer, Power, PowerKind, Unit, UnitKind

SEARCH = OpenApiParameter("q", str, description="Words to look for; all of them must occur.")
ON = OpenApiParameter("on", str, description="A day, YYYY-MM-DD; today unless told.")


class LookupPagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class UnitBriefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ("code", "name", "short_name", "kind")


class UnitSerializer(serializers.ModelSerializer):
    parent = serializers.SlugRelatedField("code", read_only=True)
    professional_parent = serializers.SlugRelatedField("code", read_only=True)
    successor = serializers.SlugRelatedField("code", read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    is_township = serializers.BooleanField(read_only=True)
    is_department = serializers.BooleanField(read_only=True)
    is_legal_entity = serializers.BooleanField(read_only=True)

    class Meta:
        model = Unit
        fields = (
            *("code", "name", "short_name", "kind", "kind_name", "parent", "professional_parent", "letter_prefix"),
            *("address", "phone", "on_platform", "is_township", "is_department", "is_legal_entity"),
            *("valid_from", "valid_until", "successor"),
        )


class PowerSerializer(serializers.ModelSerializer):
    lead_department = UnitBriefSerializer(read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    own_of_name = serializers.CharField(source="get_own_of_display", read_only=True)

    class Meta:
        model = Power
        fields = (
            *("code", "name", "kind", "kind_name", "legal_basis", "discretion_standard", "procedure_text"),
            *("lead_department", "own_of", "own_of_name", "valid_from", "valid_until"),
        )


class DelegationSerializer(serializers.ModelSerializer):
    township = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Delegation
        fields = (
            *("township", "instrument", "ended_by", "township_duty", "department_duty"),
            *("valid_from", "valid_until"),
        )


class CompetenceSerializer(serializers.Serializer):
    unit = UnitBriefSerializer()
    reason = serializers.CharField()
    certain = serializers.BooleanField(help_text="false: the list cannot really answer, somebody should check.")
    on = serializers.DateField()
    delegation = DelegationSerializer(allow_null=True)


class CapacitySerializer(serializers.Serializer):
    """A unit in whose name the officer may act; the header `Acting-Unit: <code>` chooses it."""

    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    short_name = serializers.CharField(source="unit.short_name")
    kind = serializers.ChoiceField(UnitKind.choices, source="unit.kind")
    office = serializers.CharField(help_text="Of the posting (派驻); empty where the officer's groups count.")
    until = serializers.DateField(allow_null=True, help_text="The first day that no longer counts.")


class MeSerializer(serializers.ModelSerializer):
    unit = UnitBriefSerializer(read_only=True, allow_null=True)
    acting_unit = UnitBriefSerializer(read_only=True, allow_null=True)
    capacities = CapacitySerializer(many=True, read_only=True, source="all_capacities")
    groups = serializers.SerializerMethodField()
    is_clerk = serializers.BooleanField(read_only=True)
    is_leader = serializers.BooleanField(read_only=True)

    class Meta:
        model = Officer
        fields = (
            *("username", "name", "post", "certificate_number", "phone", "email"),
            *("unit", "acting_unit", "capacities", "groups", "is_clerk", "is_leader"),
        )
        read_only_fields = fields

    def get_groups(self, officer) -> list[str]:
        return sorted(officer.group_names)


def searched(queryset, text: str, *fields: str):
    for word in text.split():
        queryset = queryset.filter(Q.create([(f"{field}__icontains", word) for field in fields], connector=Q.OR))
    return queryset


def day_of(params) -> date:
    value = params.get("on", "").strip()
    if not value:
        return today()
    try:
        day = serializers.DateField().run_validation(value)
    except serializers.ValidationError:
        raise serializers.ValidationError({"on": ["日期请写成 2026-10-08 的样子。"]}) from None
    if not reasonable(day):
        raise serializers.ValidationError({"on": [YEARS]})
    return day


def one_of(params, name: str, choices) -> str:
    value = params.get(name, "").strip()
    if value and value not in choices.values:
        raise serializers.ValidationError({name: [f"可以是 {'、'.join(choices.values)}，不能是“{value}”。"]})
    return value


class Lookup(generics.ListAPIView):
    permission_classes = (IsAuthenticated,)
    pagination_class = LookupPagination
    filter_backends = ()


@extend_schema_view(
    get=extend_schema(
        summary="Units in force",
        parameters=[SEARCH, ON, OpenApiParameter("kind", str, enum=UnitKind.values)],
        tags=["organizations"],
    )
)
class UnitList(Lookup):
    """Units in force on a day (今天, unless `on` says otherwise)."""

    serializer_class = UnitSerializer
    queryset = Unit.objects.select_related("parent", "professional_parent", "successor").order_by("code")

    def get_queryset(self):
        params = self.request.query_params
        units = super().get_queryset().active(day_of(params))
        if kind := one_of(params, "kind", UnitKind):
            units = units.filter(kind=kind)
        return searched(units, params.get("q", ""), "code", "name", "short_name")


@extend_schema_view(
    get=extend_schema(
        summary="Powers in force",
        parameters=[
            SEARCH,
            ON,
            OpenApiParameter("kind", str, enum=PowerKind.values),
            OpenApiParameter("lead_department", str, description="Code of the leading department."),
        ],
        tags=["organizations"],
    )
)
class PowerList(Lookup):
    """Powers (权责事项) in force on a day."""

    serializer_class = PowerSerializer
    queryset = Power.objects.select_related("lead_department").order_by("code")

    def get_queryset(self):
        params = self.request.query_params
        powers = super().get_queryset().active(day_of(params))
        if kind := one_of(params, "kind", PowerKind):
            powers = powers.filter(kind=kind)
        if department := params.get("lead_department", "").strip():
            powers = powers.filter(lead_department__code=department)
        return searched(powers, params.get("q", ""), "code", "name", "legal_basis")


class Me(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="The officer who is logged in", responses=MeSerializer, tags=["organizations"])
    def get(self, request):
        return Response(MeSerializer(request.user).data)


class CompetentUnit(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="Who is competent, and why",
        parameters=[
            OpenApiParameter("power", str, required=True, description="Code of the power."),
            OpenApiParameter("township", str, required=True, description="Code of the township."),
            ON,
        ],
        responses=CompetenceSerializer,
        tags=["organizations"],
    )
    def get(self, request):
        params = request.query_params
        on = day_of(params)
        errors = {}
        power = self._named(Power.objects.select_related("lead_department"), params, "power", "事项编码", errors)
        township = self._named(Unit.objects.all(), params, "township", "镇（街道）代码", errors)
        if township is not None and not township.legal_entity.is_township:
            errors["township"] = [f"{township}不是镇（街道），请填镇或街道的代码。"]
        if errors:
            raise serializers.ValidationError(errors)
        return Response(CompetenceSerializer(competent_unit(power, township, on)).data)

    @staticmethod
    def _named(queryset, params, field: str, label: str, errors: dict):
        code = params.get(field, "").strip()
        if not code:
            errors[field] = [f"请填写{label}。"]
            return None
        found = queryset.filter(code=code).first()
        if found is None:
            errors[field] = [f"没有{label}为“{code}”的记录，请核对。"]
        return found
