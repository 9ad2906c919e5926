from proceedings.urls import procedure_urls

from .procedures import TransferProcedure

app_name = TransferProcedure.code
urlpatterns = procedure_urls(TransferProcedure)
