from django.urls import include, path

from proceedings.urls import procedure_urls

from . import rest
from .procedures import DataRequestProcedure, InformationProcedure, QuestionProcedure, TrainingProcedure
from .views import data, feed, powers

PROCEDURES = (InformationProcedure, DataRequestProcedure, TrainingProcedure, QuestionProcedure)

urlpatterns = [
    path("information/feed/", feed.feed, name="information_feed"),
    path("information/subscriptions/", feed.subscriptions, name="subscriptions"),
    path("information/subscriptions/<int:pk>/end/", feed.unsubscribe, name="unsubscribe"),
    path("powers/", powers.listing, name="powers"),
    path("powers/gaps/", powers.gaps, name="power_gaps"),
    path("powers/<path:code>/edit/", powers.edit, name="power_edit"),
    path("powers/<path:code>/", powers.detail, name="power"),
    path("api/powers/<path:code>/", rest.PowerView.as_view(), name="api-power"),
    path("api/data-requests/<int:pk>/template.xlsx", rest.Table.as_view(made=data.template), name="api-data-template"),
    path("api/data-requests/<int:pk>/merged.xlsx", rest.Table.as_view(made=data.merged), name="api-data-merged"),
    path("data-requests/<int:pk>/template.xlsx", data.template, name="data_template"),
    path("data-requests/<int:pk>/merged.xlsx", data.merged, name="data_merged"),
    *(path("", include((procedure_urls(p), p.code))) for p in PROCEDURES),
]
