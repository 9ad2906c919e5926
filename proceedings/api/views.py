"""REST for every procedure: list, open, read, take a step, add a material. Nothing here knows one by name."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from evidence.errors import RejectedFile
from proceedings import bundle, prints
from proceedings.errors import NotVisible, Refused
from proceedings.listing import find
from proceedings.materials import upload_to
from proceedings.office import learn
from proceedings.perform import open_proceeding, perform
from proceedings.views import letters as letter_views
from proceedings.views import prints as print_views
from proceedings.views import uploads as upload_views
from proceedings.views.matter import mark_seen

from . import filters, represent, schema
from .body import entries_of, key_of

ERRORS = {code: OpenApiResponse(schema.ErrorSchema) for code in (400, 401, 403, 404, 409, 422)}
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="One effect for equal requests.")
ACTING = OpenApiParameter(
    "Acting-Unit", str, OpenApiParameter.HEADER, description="In whose name a stationed officer acts: a unit's code."
)


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


class Matters:
    """The ids of a list for the paginator, which counts them and takes slices."""

    ordered = True

    def __init__(self, wanted, officer):
        self.wanted, self.viewer = wanted, find.Viewer.of(officer)

    def count(self):
        return find.exactly(self.wanted, self.viewer)

    def __getitem__(self, part):
        return find.numbered(self.wanted, self.viewer, part.start, part.stop - part.start)


class ProcedureView(APIView):
    """Base of a procedure's views; `procedure` is set by `views_of`."""

    procedure = None
    permission_classes = (IsAuthenticated,)

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

    def opened(self, outcome):
        if outcome.act is not None and bundle.just_opened(outcome.act):
            return Response(represent.full(outcome.record, self.request), status=201)
        return self.answer(outcome.record.pk, status=200 if outcome.replayed else 201)


class ListView(ProcedureView):
    def get(self, request):
        wanted = filters.wanted(request.query_params, self.procedure, request.user)
        pages = Pages()
        ids = pages.paginate_queryset(Matters(wanted, request.user), request, view=self)
        found = self.loaded(self.procedure.model.objects.all()).in_bulk(ids)
        return pages.get_paginated_response([represent.brief(found[pk], request) for pk in ids if pk in found])

    def post(self, request):
        given = entries_of(request, self.procedure.steps[self.procedure.opening])
        outcome = open_proceeding(self.procedure, request.user, given, files=request.FILES, key=key_of(request))
        return self.opened(outcome)


class OpenView(ProcedureView):
    """Another opening step than the usual one, e.g. the registration of a letter on paper."""

    step = None

    def post(self, request):
        outcome = open_proceeding(
            self.procedure, request.user, entries_of(request, self.step), step_code=self.step.code,
            files=request.FILES, key=key_of(request),
        )  # fmt: skip
        return self.opened(outcome)


class DetailView(ProcedureView):
    def get(self, request, pk):
        """As on the page, the first look of a party's officer is its receipt."""
        found = bundle.load_file(self.procedure.code, pk, request.user)
        if found is None:
            raise NotVisible()
        mark_seen(found[0], request.user)
        return Response(represent.full(found[0], request))


class StepView(ProcedureView):
    step = None

    def post(self, request, pk):
        record, given = self.record(pk), entries_of(request, self.step)
        outcome = perform(
            record, self.step.code, request.user, given, files=request.FILES,
            version=given.get("version"), key=key_of(request),
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


class PrintView(ProcedureView):
    """整卷打印: asked for here, made by the worker, looked after at its own address."""

    def post(self, request, pk):
        made = prints.ask(self.procedure.code, pk, request.user)
        return Response(represent.file_print(made, request), status=202)


def views_of(procedure):
    """[(path, view, name)] of one procedure, each described by its own forms."""
    base, name = f"{procedure.slug}/", f"api-{procedure.code}"
    yield base, list_view(procedure).as_view(), f"{name}-list"
    detail = own(DetailView, procedure, get={
        "operation_id": f"{procedure.code}_read", "summary": f"{procedure.name}: read", "parameters": [ACTING],
        "responses": {200: schema.full_of(procedure)},
    })  # fmt: skip
    yield f"{base}<int:pk>/", detail.as_view(), name
    materials = own(MaterialsView, procedure, post={
        "operation_id": f"{procedure.code}_add_material", "summary": f"{procedure.name}: add a material",
        "parameters": [ACTING], "request": {"multipart/form-data": schema.UploadSchema},
        "responses": {201: schema.MaterialSchema},
    })  # fmt: skip
    yield f"{base}<int:pk>/materials/", materials.as_view(), f"{name}-materials"
    printing = own(PrintView, procedure, post={
        "operation_id": f"{procedure.code}_print", "summary": f"{procedure.name}: print the whole file",
        "parameters": [ACTING], "request": None, "responses": {202: schema.FilePrintSchema},
    })  # fmt: skip
    yield f"{base}<int:pk>/print/", printing.as_view(), f"{name}-print"
    for step in procedure.opening_steps():
        if step.code != procedure.opening and not step.by_system:
            yield f"{base}{step.code}/", open_view(procedure, step).as_view(), f"{name}-{step.code}"
    for step in procedure.steps.values():
        if not step.creates and set(step.roles) != {"system"}:
            yield f"{base}<int:pk>/steps/{step.code}/", step_view(procedure, step).as_view(), f"{name}-{step.code}"


def list_view(procedure):
    opening = procedure.steps[procedure.opening]
    page = type(f"{procedure.code.title()}Page", (schema.serializers.Serializer,), {
        "count": schema.serializers.IntegerField(), "next": schema.serializers.URLField(allow_null=True),
        "previous": schema.serializers.URLField(allow_null=True), "results": schema.BriefSchema(many=True),
    })  # fmt: skip
    return own(
        ListView, procedure,
        get={
            "operation_id": f"{procedure.code}_list", "summary": f"{procedure.name}: list",
            "parameters": [*filters.described(procedure), ACTING], "responses": {200: page},
        },
        post={
            "operation_id": f"{procedure.code}_open", "summary": f"{procedure.name}: {opening.label}",
            "parameters": [KEY, ACTING], "request": schema.body_of(procedure, opening, version=False),
            "responses": {201: schema.full_of(procedure)},
        },
    )  # fmt: skip


def open_view(procedure, step):
    return own(OpenView, procedure, step, post={
        "operation_id": f"{procedure.code}_{step.code}", "summary": f"{procedure.name}: {step.label}",
        "parameters": [KEY, ACTING], "request": schema.body_of(procedure, step, version=False),
        "responses": {201: schema.full_of(procedure)},
    })  # fmt: skip


def step_view(procedure, step):
    return own(StepView, procedure, step, post={
        "operation_id": f"{procedure.code}_{step.code}", "summary": f"{step.label} {step.clause}".strip(),
        "parameters": [KEY, ACTING], "request": schema.body_of(procedure, step, version=not step.each_party),
        "responses": {200: schema.full_of(procedure)},
    })  # fmt: skip


def own(view, procedure, step=None, **methods):
    """The procedure's own class of `view`, for a step of its own where one is given. `methods`: how each of its methods
    is described; errors are the same everywhere."""
    given = {"procedure": procedure} | ({"step": step} if step else {})
    made = type(f"{procedure.code.title()}{step.code.title() if step else ''}{view.__name__}", (view,), given)
    for method, said in methods.items():
        said = {**said, "responses": {**said["responses"], **ERRORS}, "tags": [procedure.slug]}
        setattr(made, method, extend_schema(**said)(_copy(getattr(view, method))))
    return made


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


class FilePrintView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={200: schema.FilePrintSchema, **ERRORS}, tags=["prints"], summary="A file print")
    def get(self, request, pk):
        return Response(represent.file_print(prints.readable(pk, request.user), request))


class FilePrintFile(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=BINARY, tags=["prints"], summary="A file print's PDF")
    def get(self, request, pk):
        return print_views.printed(request, pk)


class MaterialFile(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=BINARY, tags=["materials"], summary="A material's file")
    def get(self, request, pk):
        return upload_views.download(request, pk)
