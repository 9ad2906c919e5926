"""Every address of the platform. All need a log-in except those marked public where they are defined."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth import views as django_auth
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from jinhu_enforcement import auth_views, capacity, error_views, health, profile

# The schema page builds its styles in the browser; scripts stay bound to our own files there, too.
api_docs = csp_update({"style-src": [UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="schema"))

api = [
    path("auth/token/", auth_views.TokenView.as_view(), name="api_token"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", api_docs, name="api_docs"),
    path("", include("organizations.api_urls")),
    path("", include("proceedings.api.urls")),
]

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("login/", auth_views.LoginView.as_view(), name="login"),
    path("logout/", django_auth.LogoutView.as_view(), name="logout"),
    path("password/", auth_views.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", django_auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("capacity/", capacity.choose, name="capacity"),
    path("me/", profile.me, name="me"),
    path("me/tokens/", profile.create_token, name="me_tokens"),
    path("me/tokens/<int:pk>/", profile.revoke_token, name="me_token"),
    path("sessions/", profile.sessions, name="sessions"),
    path("setup/", include("firstrun.urls")),
    path("admin/login/", auth_views.admin_login),
    path("admin/", admin.site.urls),
    path("api/", include(api)),
    path("calendar/", include("workdays.urls")),
    path("", include("cases.urls")),
    path("", include("referrals.urls")),
    path("", include("complaints.urls")),
    path("", include("infosharing.urls")),
    path("", include("proceedings.urls")),
]

handler400 = error_views.bad_request
handler403 = error_views.permission_denied
handler404 = error_views.not_found
handler500 = error_views.server_error
