"""What Django's error report (the page of DEBUG, mails to ADMINS) shows of a request: nothing of sealed entries.

The platform's own log keeps neither messages nor variables (jinhu_enforcement/logs.py); this is for whoever turns the
reports on.
"""

from django.views.debug import SafeExceptionReporterFilter

from .sealed import all_names


def is_sensitive(request) -> bool:
    """A page that shows an identity, or a request that may bring one: a form by its names, JSON unread."""
    if request is None:
        return False
    if getattr(request, "shows_identity", False):
        return True
    if request.method in ("GET", "HEAD", "OPTIONS") or not all_names():
        return False
    return request.content_type == "application/json" or bool(all_names() & set(request.POST))


class ReporterFilter(SafeExceptionReporterFilter):
    """Of a sensitive request the report has types and places only: any variable may hold what was typed."""

    def is_active(self, request):
        return is_sensitive(request) or super().is_active(request)

    def get_post_parameters(self, request):
        if not is_sensitive(request):
            return super().get_post_parameters(request)
        given = request.POST.copy()
        for name in given:
            given[name] = self.cleansed_substitute
        return given

    def get_traceback_frame_variables(self, request, tb_frame):
        if not is_sensitive(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]
