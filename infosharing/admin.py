from django.contrib import admin

from proceedings.admin import ProceedingBaseAdmin

from .models import DataRequest, Information, Question, Training


@admin.register(Information)
class InformationAdmin(ProceedingBaseAdmin):
    list_display = ["id", "number", "title", "category", "opened_by_unit", "state_label", "published_at"]
    list_filter = [*ProceedingBaseAdmin.list_filter, "category"]
    list_select_related = ["opened_by_unit"]


@admin.register(DataRequest)
class DataRequestAdmin(ProceedingBaseAdmin):
    list_display = ["id", "number", "title", "opened_by_unit", "state_label", "due_on", "holder"]
    list_select_related = ["opened_by_unit", "holder"]


@admin.register(Training)
class TrainingAdmin(ProceedingBaseAdmin):
    list_display = ["id", "number", "title", "opened_by_unit", "begins_at", "state_label"]
    list_select_related = ["opened_by_unit"]


@admin.register(Question)
class QuestionAdmin(ProceedingBaseAdmin):
    list_display = ["id", "number", "title", "power", "opened_by_unit", "state_label", "holder"]
    list_select_related = ["power", "opened_by_unit", "holder"]
