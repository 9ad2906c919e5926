"""A request's body as entries of a step's form. In JSON each entry has the type that the description says: a form
would take a number, or a whole object, for its text."""

from django import forms

from jinhu_enforcement.entries import number, spoiled_names
from proceedings.errors import Invalid
from proceedings.forms import CodeField, LinesField, PaperForm

WORDS = {"1", "0", "true", "false", "on", "off", ""}
SEVERAL = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)


def entries_of(request, step):
    """{name: entry} without files; raises Invalid with the fields that cannot be used."""
    data = request.data
    if not hasattr(data, "keys"):
        raise Invalid({"__all__": ["请求内容应为一个 JSON 对象。"]})
    if wrong := spoiled_names(data):
        raise Invalid(wrong)
    # Whether it is entered for a unit that answers on paper is known only with the record.
    fields = {**PaperForm.base_fields, **step.form.base_fields}
    if hasattr(data, "getlist"):
        # Multipart: files come in FILES, entries in the rest.
        names = [name for name in data if name not in request.FILES]
        return {n: data.getlist(n) if isinstance(fields.get(n), SEVERAL) else data[n] for n in names}
    problems = {name: problem(name, fields.get(name), value) for name, value in data.items() if value is not None}
    if wrong := {name: [said] for name, said in problems.items() if said}:
        raise Invalid(wrong)
    return dict(data)


def key_of(request):
    return request.headers.get("Idempotency-Key") or request.data.get("idempotency_key")


def problem(name, field, value):
    """What is wrong with the type of an entry of JSON, or ""."""
    if name == "version":
        return "" if whole(value) else "版本号应为整数。"
    if isinstance(field, forms.FileField):
        return "文件请用 multipart/form-data 提交。"
    if isinstance(field, (LinesField, *SEVERAL)):
        return "" if isinstance(value, (str, list)) else "应为列表。"
    if isinstance(field, forms.BooleanField):
        known = isinstance(value, bool) or (isinstance(value, str) and value.lower() in WORDS)
        return "" if known else "应为 true 或 false。"
    if isinstance(field, forms.ModelChoiceField) and not isinstance(field, CodeField):
        return "" if whole(value) or value == "" else "应为编号（整数）。"
    if isinstance(field, forms.IntegerField):  # and its children with fractions
        return "" if is_number(value) or isinstance(value, str) else "应为数字。"
    if isinstance(value, str) or field is None and name not in TEXT_BESIDE:
        # A name that the form does not know is told by the form.
        return ""
    if isinstance(field, (forms.DateTimeField, forms.DateField)):
        return field.error_messages["invalid"]
    return "应为文字（字符串）。"


# Of what may stand beside the form's own entries.
TEXT_BESIDE = ("idempotency_key", "content_hash")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(value):
    return isinstance(value, (int, str)) and not isinstance(value, bool) and number(str(value)) is not None
