from django.urls import path

from firstrun import views

urlpatterns = [
    path("", views.setup, name="setup"),
    path("administrator/", views.first_administrator, name="setup_administrator"),
]
