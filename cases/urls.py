from proceedings.urls import procedure_urls

from .procedures import CaseProcedure

app_name = CaseProcedure.code
urlpatterns = procedure_urls(CaseProcedure)
