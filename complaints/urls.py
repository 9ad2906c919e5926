from django.urls import path

from proceedings.urls import procedure_urls

from . import views
from .procedures import ComplaintProcedure

app_name = ComplaintProcedure.code
urlpatterns = [
    path("complaints/import/", views.choose, name="import_hotline"),
    path("complaints/import/template.xlsx", views.blank, name="import_template"),
    path("complaints/import/<uuid:token>/", views.found, name="import_found"),
    *procedure_urls(ComplaintProcedure),
]
