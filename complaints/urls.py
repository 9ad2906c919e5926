from proceedings.urls import procedure_urls

from .procedures import ComplaintProcedure

app_name = ComplaintProcedure.code
urlpatterns = procedure_urls(ComplaintProcedure)
