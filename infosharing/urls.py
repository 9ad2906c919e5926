from django.urls import include, path

from proceedings.urls import procedure_urls

from .procedures import DataRequestProcedure, InformationProcedure, QuestionProcedure, TrainingProcedure
from .views import data, feed, powers

PROCEDURES = (InformationProcedure, DataRequestProcedure, TrainingProcedure, QuestionProcedure)

urlpatterns = [
    path("information/feed/", feed.feed, name="information_feed"),
    path("information/subscriptions/", feed.subscriptions, name="subscriptions"),
    path("information/subscriptions/<int:pk>/end/", feed.unsubscribe, name="unsubscribe"),
    path("powers/", powers.listing, name="powers"),
    path("powers/gaps/", powers.gaps, name="power_gaps"),
    path("powers/<slug:code>/", powers.detail, name="power"),
    path("powers/<slug:code>/edit/", powers.edit, name="power_edit"),
    path("data-requests/<int:pk>/template.xlsx", data.template, name="data_template"),
    path("data-requests/<int:pk>/merged.xlsx", data.merged, name="data_merged"),
    *(path("", include((procedure_urls(p), p.code))) for p in PROCEDURES),
]
