"""REST for every procedure: list, open, read, take a step, add a material. Nothing here knows one by name."""

from django.db.models import Q
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from evidence.errors import RejectedFile
from proceedings import bundle
from proceedings.errors import Invalid, NotVisible, Refused
from proceedings.forms import MomentField
from proceedings.materials import upload_to
from proceedings.office import learn
from proceedings.perform import open_proceeding, perform
from proceedings.views import letters as letter_views
from proceedings.views import uploads as upload_views
from proceedings.views.lists import in_box

from . import represent, schema

ORDERINGS = ("id", "-id", "opened_at", "-opened_at", "changed_at", "-changed_at", "title", "-title")
ERRORS = {code: OpenApiResponse(schema.ErrorSchema) for code in (400, 401, 403, 404, 409, 422)}
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="One effect for equal requests.")
ACTING = OpenApiParameter(
    "Acting-Unit", str, OpenApiParameter.HEADER, description="In whose name a stationed officer acts: a unit's code."
)


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


class ProcedureView(APIView):
    """Base of a procedure's views; `procedure` is set by `views_of`."""

    procedure = None
    permission_classes = (IsAuthenticated,)
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        learn(request.user)

    def visible(self):
        return self.procedure.model.objects.visible_to(self.request.user)

    def loaded(self, queryset):
        related = queryset.select_related("holder", "assignee", "case", "origin")
        return related.prefetch_related("parties__unit", "clocks__unit", "preparations")

    def record(self, pk):
        found = self.loaded(self.visible()).filter(pk=pk).first()
        if found is None:
            raise NotVisible()
        return found

    def answer(self, pk, status=200):
        found = bundle.load_file(self.procedure.code, pk, self.request.user)
        if found is None:
            raise NotVisible()
        return Response(represent.full(found[0], self.request), status=status)

    def body(self):
        if not hasattr(self.request.data, "keys"):
            raise Invalid({"__all__": ["请求内容应为一个 JSON 对象。"]})
        if hasattr(self.request.data, "getlist"):
            # Multipart: files come in FILES, entries in the rest.
            return {n: self.request.data[n] for n in self.request.data if n not in self.request.FILES}
        return dict(self.request.data)

    def key(self):
        return self.request.headers.get("Idempotency-Key") or self.request.data.get("idempotency_key")


class ListView(ProcedureView):
    def get(self, request):
        rows = self.ordered(self.filtered(self.visible()))
        pages = Pages()
        page = pages.paginate_queryset(self.loaded(rows), request, view=self)
        return pages.get_paginated_response([represent.brief(record, request) for record in page])

    def post(self, request):
        given = self.body()
        outcome = open_proceeding(self.procedure, request.user, given, files=request.FILES, key=self.key())
        return self.answer(outcome.record.pk, status=200 if outcome.replayed else 201)

    def filtered(self, rows):
        params = self.request.query_params
        if text := params.get("q", "").strip():
            rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
        for name, lookup in (("state", "state__in"), ("holder", "holder__code__in")):
            if given := [v for v in params.get(name, "").split(",") if v]:
                rows = rows.filter(**{lookup: given})
        if given := params.get("open"):
            rows = rows.filter(is_open=given.lower() in ("1", "true", "yes"))
        if given := params.get("case"):
            rows = rows.filter(case_id=self.number("case", given))
        for name, lookup in (("since", "opened_at__gte"), ("until", "opened_at__lt")):
            if given := params.get(name):
                rows = rows.filter(**{lookup: self.moment(name, given)})
        if box := params.get("box"):
            rows = in_box(rows, box, self.request.user.acting_unit, self.procedure)
        return rows

    def ordered(self, rows):
        wanted = self.request.query_params.get("ordering", "-id")
        if wanted not in ORDERINGS:
            raise exceptions.ValidationError({"ordering": [f"可以是 {'、'.join(ORDERINGS)}。"]})
        return rows.order_by(wanted, "-id") if wanted.lstrip("-") != "id" else rows.order_by(wanted)

    def number(self, name, given):
        if not given.isdecimal() or len(given) > 18:
            raise exceptions.ValidationError({name: ["应为编号（整数）。"]})
        return int(given)

    def moment(self, name, given):
        try:
            return MomentField().clean(given)
        except Exception as error:
            raise exceptions.ValidationError({name: ["请写成 2026-10-08 或 2026-10-08T09:10 的样子。"]}) from error


class OpenView(ProcedureView):
    """Another opening step than the usual one, e.g. the registration of a letter on paper."""

    step = None

    def post(self, request):
        outcome = open_proceeding(
            self.procedure, request.user, self.body(), step_code=self.step.code, files=request.FILES, key=self.key()
        )
        return self.answer(outcome.record.pk, status=200 if outcome.replayed else 201)


class DetailView(ProcedureView):
    def get(self, request, pk):
        return self.answer(pk)


class StepView(ProcedureView):
    step = None

    def post(self, request, pk):
        given = self.body()
        outcome = perform(
            self.record(pk), self.step.code, request.user, given, files=request.FILES,
            version=given.get("version"), key=self.key(),
        )  # fmt: skip
        # A step may end the actor's own view of the record.
        return self.answer(outcome.record.pk)


class MaterialsView(ProcedureView):
    parser_classes = (MultiPartParser, FormParser)

    def post(self, request, pk):
        record = self.record(pk)
        given = request.FILES.get("file")
        if given is None:
            raise Refused("请选择要上传的文件。", field="file")
        kind = request.data.get("kind", "")
        is_source = request.data.get("source", "") in ("1", "true", "on") or kind in upload_views.SOURCE_KINDS
        try:
            material = upload_to(record, given, kind, request.user, is_source=is_source)
        except RejectedFile as error:
            raise Refused(error.message, field="file") from error
        return Response(represent.material(material, request), status=201)


def views_of(procedure):
    """[(path, view, name)] of one procedure, each described by its own forms."""
    tag = {"tags": [procedure.slug]}
    given = {"procedure": procedure}
    title = procedure.code.title()
    opening = procedure.steps[procedure.opening]
    filters = [
        OpenApiParameter(n, str) for n in ("q", "state", "holder", "open", "case", "since", "until")
    ] + [
        OpenApiParameter("box", str, enum=["in", "out", "turn", "late"]),
        OpenApiParameter("ordering", str, enum=list(ORDERINGS)),
        OpenApiParameter("page", int), OpenApiParameter("page_size", int), ACTING,
    ]  # fmt: skip
    page = type(f"{title}Page", (schema.serializers.Serializer,), {
        "count": schema.serializers.IntegerField(), "next": schema.serializers.URLField(allow_null=True),
        "previous": schema.serializers.URLField(allow_null=True), "results": schema.BriefSchema(many=True),
    })  # fmt: skip
    listing = type(f"{title}ListView", (ListView,), given)
    listing.get = extend_schema(
        operation_id=f"{procedure.code}_list", summary=f"{procedure.name}: list", parameters=filters,
        responses={200: page, **ERRORS}, **tag,
    )(_copy(ListView.get))  # fmt: skip
    listing.post = extend_schema(
        operation_id=f"{procedure.code}_open", summary=f"{procedure.name}: {opening.label}", parameters=[KEY, ACTING],
        request=schema.body_of(procedure, opening, version=False), responses={201: schema.FullSchema, **ERRORS}, **tag,
    )(_copy(ListView.post))  # fmt: skip
    detail = type(f"{title}DetailView", (DetailView,), given)
    detail.get = extend_schema(
        operation_id=f"{procedure.code}_read", summary=f"{procedure.name}: read", parameters=[ACTING],
        responses={200: schema.FullSchema, **ERRORS}, **tag,
    )(_copy(DetailView.get))  # fmt: skip
    materials = type(f"{title}MaterialsView", (MaterialsView,), given)
    materials.post = extend_schema(
        operation_id=f"{procedure.code}_add_material", summary=f"{procedure.name}: add a material", parameters=[ACTING],
        request={"multipart/form-data": schema.UploadSchema}, responses={201: schema.MaterialSchema, **ERRORS}, **tag,
    )(_copy(MaterialsView.post))  # fmt: skip
    base = f"{procedure.slug}/"
    yield base, listing.as_view(), f"api-{procedure.code}-list"
    yield f"{base}<int:pk>/", detail.as_view(), f"api-{procedure.code}"
    yield f"{base}<int:pk>/materials/", materials.as_view(), f"api-{procedure.code}-materials"
    for step in procedure.opening_steps():
        if step is not opening:
            view = type(f"{title}{step.code.title()}View", (OpenView,), {**given, "step": step})
            view.post = extend_schema(
                operation_id=f"{procedure.code}_{step.code}", summary=f"{procedure.name}: {step.label}",
                parameters=[KEY, ACTING], request=schema.body_of(procedure, step, version=False),
                responses={201: schema.FullSchema, **ERRORS}, **tag,
            )(_copy(OpenView.post))  # fmt: skip
            yield f"{base}{step.code}/", view.as_view(), f"api-{procedure.code}-{step.code}"
    for step in procedure.steps.values():
        if step.creates or set(step.roles) == {"system"}:
            continue
        view = type(f"{title}{step.code.title()}View", (StepView,), {**given, "step": step})
        view.post = extend_schema(
            operation_id=f"{procedure.code}_{step.code}", summary=f"{step.label} {step.clause}".strip(),
            request=schema.body_of(procedure, step, version=not step.each_party), parameters=[KEY, ACTING],
            responses={200: schema.FullSchema, **ERRORS}, **tag,
        )(_copy(StepView.post))  # fmt: skip
        yield f"{base}<int:pk>/steps/{step.code}/", view.as_view(), f"api-{procedure.code}-{step.code}"


def _copy(function):
    """extend_schema writes onto the function it decorates; each procedure needs its own."""
    import types

    return types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )


class UnknownStep(APIView):
    """A step that the procedure does not have: 404 in the one error shape, after log-in."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(exclude=True)
    def post(self, request, **given):
        raise NotVisible("没有这个步骤。")


BINARY = {(200, "application/octet-stream"): OpenApiTypes.BINARY, **ERRORS}


class LetterFile(APIView):
    permission_classes = (IsAuthenticated,)
    kind = ""

    @extend_schema(responses=BINARY, tags=["letters"], summary="A letter's file")
    def get(self, request, pk):
        return getattr(letter_views, self.kind)(request, pk)


class MaterialFile(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=BINARY, tags=["materials"], summary="A material's file")
    def get(self, request, pk):
        return upload_views.download(request, pk)
