"""Serializers for the OpenAPI description, derived from the steps' forms: what validates is always the form."""

from functools import cache

from django import forms
from rest_framework import serializers

from proceedings.forms import CodeField, LinesField

OPTIONS = {"required": False}


class UnitRef(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class PartySchema(serializers.Serializer):
    role = serializers.CharField()
    unit = UnitRef()


class ClockSchema(serializers.Serializer):
    code = serializers.CharField(help_text="Code of the limit, e.g. transfer_out.")
    label = serializers.CharField()
    unit = UnitRef()
    statutory = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="Exclusive: on time means stopped before it.")
    last_day = serializers.DateField(allow_null=True)
    provisional = serializers.BooleanField()
    provisional_reason = serializers.CharField(allow_blank=True)
    state = serializers.CharField(help_text="running, suspended, met, breached or cancelled.")
    on_time = serializers.BooleanField(allow_null=True)
    overdue = serializers.BooleanField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    earlier = serializers.ListField(child=serializers.DictField())


class BriefSchema(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.URLField()
    kind = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    is_open = serializers.BooleanField()
    holder = UnitRef(allow_null=True)
    assignee = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    case = serializers.IntegerField(allow_null=True)
    parties = PartySchema(many=True)
    opened_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    clocks = ClockSchema(many=True)


class ChecklistSchema(serializers.Serializer):
    label = serializers.CharField()
    done = serializers.BooleanField()


class StepSchema(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    clause = serializers.CharField(allow_blank=True)
    url = serializers.URLField()
    consequence = serializers.CharField(allow_blank=True)


class LetterSchema(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    number = serializers.CharField()
    issuer = UnitRef()
    addressee = UnitRef(allow_null=True)
    addressee_name = serializers.CharField()
    signed_by = serializers.CharField(allow_null=True)
    signer = serializers.CharField(
        help_text="In words; names the leader, too, when it was signed on his behalf (授权代签).", allow_blank=True
    )
    issued_at = serializers.DateTimeField()
    delivery = serializers.CharField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    on_paper = serializers.BooleanField()
    sha256 = serializers.CharField(help_text="Of the PDF; empty while it is being rendered.")
    docx_sha256 = serializers.CharField()
    content_hash = serializers.CharField()
    verification_code = serializers.CharField(allow_null=True)
    void_at = serializers.DateTimeField(allow_null=True)
    pdf = serializers.URLField(allow_null=True)
    docx = serializers.URLField(allow_null=True)
    copies = serializers.URLField(allow_null=True, help_text="Two copies (一式两份) in one PDF, to be printed.")
    service_form = serializers.URLField(
        allow_null=True, help_text="送达回证 to be printed (PDF), for a letter that is served by hand."
    )
    receipt = serializers.URLField(allow_null=True, help_text="The scan of the signed 送达回证.")


class PrintedDocumentSchema(serializers.Serializer):
    number = serializers.CharField(allow_blank=True)
    by = serializers.CharField(help_text="责任者")
    title = serializers.CharField()
    date = serializers.CharField(allow_blank=True)
    first = serializers.IntegerField(help_text="Its first page in the file.")
    last = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)


class FilePrintSchema(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.URLField()
    status = serializers.CharField(help_text="waiting, making, done, failed or gone.")
    done = serializers.IntegerField(help_text="Documents done so far.")
    total = serializers.IntegerField()
    pages = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Documents for which a sheet stands in.")
    contents = PrintedDocumentSchema(many=True, help_text="卷内目录, as soon as it is made.")
    pdf = serializers.URLField(allow_null=True)


class MaterialSchema(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    is_source = serializers.BooleanField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    unit = UnitRef()
    uploaded_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_reason = serializers.CharField(allow_blank=True)
    url = serializers.URLField(allow_null=True)


class EventSchema(serializers.Serializer):
    id = serializers.IntegerField()
    step = serializers.CharField()
    said = serializers.CharField()
    at = serializers.DateTimeField()
    unit = serializers.CharField()
    officer = serializers.CharField(allow_blank=True)
    behalf_of = serializers.CharField(help_text="The leader in whose place it was done (授权代签).", allow_blank=True)
    capacity = serializers.CharField(
        allow_blank=True, help_text="The body that the officer comes from when acting in another unit's name."
    )
    recorded_for = serializers.BooleanField()
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(allow_null=True)
    details = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    clock_effects = serializers.ListField(child=serializers.CharField())
    clause = serializers.CharField(allow_blank=True)


class ReferenceSchema(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.URLField()
    kind = serializers.CharField()


class FullSchema(BriefSchema):
    previous = serializers.IntegerField(allow_null=True)
    origin = serializers.IntegerField(allow_null=True)
    opened = ReferenceSchema(many=True, help_text="What was opened from it, e.g. the new transfer after `reroute`.")
    record = serializers.DictField(help_text="The procedure's own entries, by name.")
    checklist = ChecklistSchema(many=True)
    steps = StepSchema(many=True, help_text="The steps that are open to the asking officer now.")
    letters = LetterSchema(many=True)
    materials = MaterialSchema(many=True)
    timeline = EventSchema(many=True)


def full_of(procedure):
    """The description of a record of this procedure, with what it gives of its own."""
    if not procedure.represents:
        return FullSchema
    return _full_class(procedure)


@cache
def _full_class(procedure):
    return type(f"{procedure.code.title().replace('_', '')}Full", (FullSchema,), dict(procedure.represents))


class ErrorSchema(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField(help_text="In Chinese, fit to be shown.")
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class UploadSchema(serializers.Serializer):
    file = serializers.FileField()
    kind = serializers.CharField()
    source = serializers.BooleanField(required=False, help_text="This is what the case came from (案源材料).")


def body_of(procedure, step, *, version):
    """A serializer class that describes the step's body, made from its form."""
    fields = {
        name: _lines(procedure, name, field) if isinstance(field, LinesField) else _field(field)
        for name, field in step.form.base_fields.items()
    }
    if version:
        fields["version"] = serializers.IntegerField(help_text="The record's version that the officer saw.")
    if step.signed:
        fields["content_hash"] = serializers.CharField(
            required=False, help_text="Hash of the letter that was shown; another content is a conflict."
        )
    name = f"{procedure.code.title()}{''.join(p.title() for p in step.code.split('_'))}Body"
    return type(name, (serializers.Serializer,), fields)


def _common(field):
    return {
        "required": field.required,
        "help_text": " ".join(filter(None, [str(field.label or ""), field.help_text])),
    }


def _lines(procedure, name, field):
    """A list of rows: of objects where the rows have columns, else of words."""
    if not field.columns:
        return serializers.ListField(child=serializers.CharField(max_length=field.max_length), **_common(field))
    title = "".join(part.title() for part in name.split("_"))
    return _row_class(f"{procedure.code.title()}{title}Row", field.columns)(many=True, **_common(field))


@cache
def _row_class(name, columns):
    """One class for all forms with the same list, so that the description has one component for it."""
    cells = {
        c.name: serializers.CharField(
            required=c.required, allow_blank=not c.required, max_length=c.max_length, help_text=c.label
        )
        for c in columns
    }
    return type(name, (serializers.Serializer,), cells)


def _field(field):
    common = _common(field)
    if isinstance(field, CodeField):
        return serializers.CharField(**common)
    if isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)):
        return serializers.ListField(child=serializers.CharField(), **common)
    if isinstance(field, forms.ModelChoiceField):
        return serializers.IntegerField(allow_null=True, **common)
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**common)
    if isinstance(field, forms.DateTimeField):
        return serializers.DateTimeField(**common)
    if isinstance(field, forms.DateField):
        return serializers.DateField(**common)
    if isinstance(field, forms.FileField):
        return serializers.FileField(**common)
    if isinstance(field, forms.IntegerField):
        return serializers.IntegerField(**common)
    return serializers.CharField(allow_blank=not field.required, **common)
