from django.urls import path

from organizations import api

urlpatterns = [
    path("units/", api.UnitList.as_view(), name="api-units"),
    path("powers/", api.PowerList.as_view(), name="api-powers"),
    path("me/", api.Me.as_view(), name="api-me"),
    path("competent-unit/", api.CompetentUnit.as_view(), name="api-competent-unit"),
]
