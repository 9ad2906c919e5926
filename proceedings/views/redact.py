"""遮盖: black bars are drawn over the pages of a material, and a copy with them burned in is kept beside it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from evidence import raster, redaction
from evidence.errors import RejectedFile
from evidence.serve import SAFE_HEADERS
from proceedings import materials, present
from proceedings.errors import ProceedingError, Refused

from .common import answer_error
from .uploads import readable

ENTRIES = ("page", "left", "top", "width", "height")
WIDTH = 1100
# Rows to be filled in where scripts do not run.
EMPTY_ROWS = 3


def own(request, pk):
    """The material of a matter in which the officer's unit takes part; else 404."""
    material = readable(request, pk)
    record = material.proceeding.child if material.proceeding_id else None
    if record is None or not record.roles_of(request.user.acting_unit):
        raise Http404
    return material, record


def redact(request, pk):
    material, record = own(request, pk)
    pages = redaction.page_count(material.stored)
    if not pages:
        most = redaction.MOST_PAGES
        why = f"只能遮盖图片和 {most} 页以内的 PDF。其他材料请打印后手工遮盖，再扫描上传。"
        return answer_error(request, Refused(why))
    if request.method != "POST":
        return page_of(request, material, record, pages, [])
    rows = entered(request.POST)
    try:
        made = materials.redact(material, redaction.bars_of(rows, pages), request.user)
    except (redaction.BadBars, RejectedFile) as error:
        return page_of(request, material, record, pages, rows, error=error.message)
    except ProceedingError as error:
        return answer_error(request, error)
    messages.success(request, f"已保存《{made.name}》，原件没有改动。")
    return redirect(f"{record.get_absolute_url()}#materials")


def entered(data):
    """Rows of five entries; a row in which only the page stands was not used."""
    rows = zip(*(data.getlist(name) for name in ENTRIES), strict=False)
    return [row for row in rows if any(cell.strip() for cell in row[1:])]


def page_of(request, material, record, pages, rows, error=""):
    empty = [("1", "", "", "", "")] * (EMPTY_ROWS if not rows else 0)
    context = {
        "material": material, "record": record, "pages": range(1, pages + 1), "rows": rows or empty, "error": error,
        "crumbs": present.crumbs(record, ("遮盖材料", "")), "most": redaction.MOST_BARS, "last": pages,
    }  # fmt: skip
    return render(request, "proceedings/redact.html", context, status=400 if error else 200)


def page(request, pk, page):
    """One page as it is, to draw upon; never kept."""
    material, _ = own(request, pk)
    if not 1 <= page <= redaction.page_count(material.stored):
        raise Http404
    drawn = raster.draw(material.stored, page - 1, WIDTH)
    if drawn is None:
        raise Http404
    return HttpResponse(drawn.png, content_type="image/png", headers={**SAFE_HEADERS, "Content-Disposition": "inline"})
