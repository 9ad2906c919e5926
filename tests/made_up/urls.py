"""The platform's addresses and, beside them, those of the made-up procedures: what an app of the house would write."""

from django.urls import include, path

from jinhu_enforcement.urls import handler400, handler403, handler404, handler500
from jinhu_enforcement.urls import urlpatterns as platform
from proceedings.urls import procedure_urls

from .procedures import ErrandProcedure, MeetingProcedure, TipProcedure

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *platform,
    path("", include((procedure_urls(ErrandProcedure), ErrandProcedure.code))),
    path("", include((procedure_urls(MeetingProcedure), MeetingProcedure.code))),
    path("", include((procedure_urls(TipProcedure), TipProcedure.code))),
]
