"""Tables of a data request as files."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from infosharing import reading, tables
from proceedings.views.common import visible

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(request, pk):
    _, record = visible(request, "data_request", pk)
    if not record.columns:
        raise Http404
    return xlsx(tables.template(record), f"{record.title}（表格模板）.xlsx")


def merged(request, pk):
    """For whoever asked, and for supervision; no answering unit reads the others' figures."""
    _, record = visible(request, "data_request", pk)
    if not reading.reads_all_answers(record, request.user):
        raise Http404
    return xlsx(tables.merged(record), f"{record.title}（合并）.xlsx")


def xlsx(content, name):
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer
