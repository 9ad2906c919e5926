"""Addresses of the engine's own pages, and `procedure_urls()` for the pages that every procedure has."""

from django.urls import path

from .views import (
    desk,
    drafts,
    find_identity,
    handbook,
    letters,
    list_prefs,
    lists,
    mailing,
    mandates,
    matter,
    notices,
    opening,
    prints,
    queue,
    redact,
    reveal,
    search,
    showcase,
    signing,
    steps,
    uploads,
    work,
)


def procedure_urls(procedure):
    """The pages of one procedure, under its slug; included by the procedure's app with its code as namespace."""
    given = {"kind": procedure.code}
    slug = procedure.slug
    sealed = [
        path(f"{slug}/identity/", find_identity.find, given, name="find_identity"),
        path(f"{slug}/<int:pk>/identity/", reveal.show, given, name="reveal"),
    ]
    return [
        *(sealed if procedure.sealed_identity else ()),
        path(f"{slug}/", lists.listing, given, name="list"),
        path(f"{slug}/export.xlsx", lists.export, given, name="export"),
        path(f"{slug}/filter/", lists.sieve, given, name="filter"),
        path(f"{slug}/columns/", list_prefs.choose_columns, given, name="columns"),
        path(f"{slug}/views/", list_prefs.saved_views, given, name="views"),
        path(f"{slug}/views/<int:pk>/", list_prefs.saved_view, given, name="view"),
        path(f"{slug}/new/", opening.new, {**given, "step_code": procedure.opening}, name="open"),
        path(f"{slug}/new/<slug:step_code>/", opening.new, given, name="open_by"),
        path(f"{slug}/new/<slug:step_code>/summary/", opening.summary, given, name="open_summary"),
        path(f"{slug}/new/<slug:step_code>/preview/", opening.preview, given, name="open_preview"),
        path(f"{slug}/<int:pk>/", matter.detail, given, name="detail"),
        path(f"{slug}/<int:pk>/materials/", uploads.upload, given, name="materials"),
        path(f"{slug}/<int:pk>/materials.zip", uploads.archive, given, name="materials_zip"),
        path(f"{slug}/<int:pk>/print/", prints.begin, given, name="make_print"),
        path(f"{slug}/<int:pk>/comments/", work.comment, given, name="comment"),
        path(f"{slug}/<int:pk>/urge/<int:clock_pk>/", work.urge, given, name="urge"),
        path(f"{slug}/<int:pk>/steps/<slug:step_code>/", steps.step, given, name="step"),
        path(f"{slug}/<int:pk>/steps/<slug:step_code>/preview/", drafts.preview, given, name="step_preview"),
        path(f"{slug}/<int:pk>/steps/<slug:step_code>/draft.docx", drafts.docx, given, name="step_docx"),
        path(f"{slug}/<int:pk>/sign/<slug:step_code>/", signing.sign, given, name="sign"),
    ]


urlpatterns = [
    path("", desk.worklist, name="worklist"),
    path("new/", desk.new, name="new"),
    path("signing/", queue.signing, name="signing"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/<int:pk>/end/", mandates.end, name="mandate_end"),
    path("search/", search.search, name="search"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:pk>/answer/", notices.take_note, name="notice_answer"),
    path("letters/", letters.listing, name="letters"),
    path("letters/<int:pk>/", letters.read, name="letter"),
    path("letters/<int:pk>/letter.pdf", letters.pdf, name="letter_pdf"),
    path("letters/<int:pk>/letter.docx", letters.docx, name="letter_docx"),
    path("letters/<int:pk>/copies.pdf", letters.copies, name="letter_copies"),
    path("letters/<int:pk>/page-<int:page>.png", letters.page, name="letter_page"),
    path("letters/<int:pk>/service.pdf", letters.service_form, name="letter_service"),
    path("letters/<int:pk>/mailing/", mailing.show, name="letter_mailing"),
    path("letters/<int:pk>/mailing/print/", mailing.print_pdf, name="letter_mailing_print"),
    path("letters/<int:pk>/scan/", letters.attach_scan, name="letter_scan"),
    path("prints/<int:pk>/", prints.show, name="print"),
    path("prints/<int:pk>/<slug:name>.pdf", prints.piece, name="print_pdf"),
    path("handbook/", handbook.handbook, name="handbook"),
    path("handbook/<str:page>/", handbook.handbook, name="handbook"),
    path("ui/", showcase.showcase, name="ui"),
    path("verify/", letters.verify, name="verify"),
    path("verify/<str:code>/", letters.verify, name="verify"),
    path("materials/<int:pk>/", uploads.download, name="material"),
    path("materials/<int:pk>/preview/", uploads.preview, name="material_preview"),
    path("materials/<int:pk>/redact/", redact.redact, name="material_redact"),
    path("materials/<int:pk>/redact/<int:page>.png", redact.page, name="material_redact_page"),
    path("materials/<int:pk>/remove/", uploads.remove, name="material_remove"),
    path("forms/<uuid:token>/", work.autosave, name="autosave"),
    path("forms/<uuid:token>/discard/", work.discard, name="autosave_discard"),
    path("forms/<uuid:token>/materials/", uploads.upload_to_form, name="form_materials"),
    path("uploads/<slug:target>/", uploads.begin, name="upload_begin"),
    path("uploads/<slug:target>/<uuid:upload>/", uploads.piece, name="upload_piece"),
    path("uploads/<slug:target>/<uuid:upload>/finish/", uploads.finish, name="upload_finish"),
]
