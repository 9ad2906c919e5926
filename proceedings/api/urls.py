"""Routes of every declared procedure, and of the files that its answers point to."""

from django.urls import path

from proceedings.registry import all_procedures

from .views import FilePrintFile, FilePrintView, LetterFile, MaterialFile, UnknownStep, views_of

urlpatterns = [
    path(route, view, name=name) for procedure in all_procedures() for route, view, name in views_of(procedure)
]
urlpatterns += [
    path(f"{p.slug}/<int:pk>/steps/<slug:step>/", UnknownStep.as_view(), name=f"api-{p.code}-no-step")
    for p in all_procedures()
]
urlpatterns += [
    path("letters/<int:pk>/pdf/", LetterFile.as_view(kind="pdf"), name="api-letter-pdf"),
    path("letters/<int:pk>/docx/", LetterFile.as_view(kind="docx"), name="api-letter-docx"),
    path("letters/<int:pk>/copies/", LetterFile.as_view(kind="copies"), name="api-letter-copies"),
    path("letters/<int:pk>/service/", LetterFile.as_view(kind="printed_service_form"), name="api-letter-service"),
    path("prints/<int:pk>/", FilePrintView.as_view(), name="api-print"),
    path("prints/<int:pk>/pdf/", FilePrintFile.as_view(), name="api-print-pdf"),
    path("materials/<int:pk>/", MaterialFile.as_view(), name="api-material"),
]
