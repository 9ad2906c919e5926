from django.urls import path

from workdays import views

app_name = "workdays"
urlpatterns = [
    path("", views.this_year, name="calendar"),
    path("calculate/", views.calculate, name="calculate"),
    path("<int:year>/", views.year, name="year"),
]
