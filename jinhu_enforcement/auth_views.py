"""Log-in, log-out, password, own sessions, and the token for REST."""

import logging

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from jinhu_enforcement.accounts import token_for
from jinhu_enforcement.sessions import SEEN, STARTED

logger = logging.getLogger("jinhu.security")

WRONG = "用户名或密码不对。"
LONGEST_NAME = 150


class LoginForm(AuthenticationForm):
    # Nobody has a longer name, and the table of failed attempts has no room for one.
    username = UsernameField(max_length=LONGEST_NAME, error_messages={"max_length": WRONG})
    error_messages = {"invalid_login": WRONG, "inactive": "这个账号已停用，请找本单位系统管理员。"}

    def get_invalid_login_error(self):
        error = super().get_invalid_login_error()
        left = tries_left(self.request, self.cleaned_data.get("username"))
        if 0 < left < settings.AXES_FAILURE_LIMIT:
            error.message = f"{WRONG.rstrip('。')}，还可以试 {left} 次。"
        return error


def tries_left(request, username) -> int:
    return settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(request, {"username": username})


class LoginView(views.LoginView):
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            expired=self.request.GET.get("expired", ""), demo_accounts_hint=settings.DEMO, **kwargs
        )

    def form_valid(self, form):
        response = super().form_valid(form)
        logger.info("logged in", extra={"event": "login", "user": form.get_user().pk})
        return response


class PasswordChangeView(views.PasswordChangeView):
    success_url = reverse_lazy("password_change_done")

    def form_valid(self, form):
        response = super().form_valid(form)
        # Django ends the other sessions, whose hash no longer fits; a token knows no password.
        Token.objects.filter(user=self.request.user).delete()
        logger.info("password changed", extra={"event": "password_changed", "user": self.request.user.pk})
        return response


class SessionsView(TemplateView):
    """Where the officer is logged in; all others can be ended at once."""

    template_name = "registration/sessions.html"

    def get_context_data(self, **kwargs):
        own = [self._entry(key, data) for key, data in sessions_of(self.request.user)]
        own.sort(key=lambda entry: (not entry["current"], -entry["last_seen_at"].timestamp()))
        return super().get_context_data(sessions=own, **kwargs)

    def _entry(self, key, data):
        return {
            "key_tail": key[-4:],
            "current": key == self.request.session.session_key,
            "started_at": moment(data.get(STARTED, 0)),
            "last_seen_at": moment(data.get(SEEN, 0)),
            "address": data.get("address", ""),
            "agent": data.get("agent", ""),
        }

    def post(self, request, *args, **kwargs):
        others = [key for key, data in sessions_of(request.user) if key != request.session.session_key]
        Session.objects.filter(session_key__in=others).delete()
        logger.info("other sessions ended", extra={"event": "sessions_ended", "count": len(others)})
        return redirect("sessions")


def moment(seconds):
    return timezone.datetime.fromtimestamp(seconds, timezone.get_current_timezone())


def sessions_of(officer):
    """(key, data) of the officer's live sessions. They are few and read rarely: no table of its own."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get("_auth_user_id") == str(officer.pk):
            yield session.session_key, data


@login_not_required
def admin_login(request):
    """One log-in page for the admin site, too; who is logged in and no administrator is told so."""
    if request.user.is_authenticated:
        raise PermissionDenied("没有进入系统管理的权限。")
    target = request.GET.get("next") or reverse_lazy("admin:index")
    return redirect(f"{reverse_lazy('login')}?{urlencode({'next': target})}")


def locked_out(request, original_response=None, credentials=None):
    """What axes answers for a locked pair of user name and address."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    message = f"密码连续输错 {settings.AXES_FAILURE_LIMIT} 次，账号在这个地址上已锁定。请 {minutes} 分钟后再试，或找本单位系统管理员。"
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "locked_out", "message": message, "fields": {}}, status=429)
    username = (credentials or {}).get("username", "")
    context = {"username": username, "minutes": minutes, "message": message}
    return render(request, "registration/locked_out.html", context, status=429)


class TokenSerializer(serializers.Serializer):
    username = serializers.CharField(label="用户名", write_only=True, max_length=LONGEST_NAME)
    password = serializers.CharField(label="密码", write_only=True, trim_whitespace=False)
    token = serializers.CharField(label="令牌", read_only=True)


@method_decorator(csrf_exempt, "dispatch")
@method_decorator(sensitive_post_parameters("password"), "dispatch")
class TokenView(APIView):
    """A token for `Authorization: Token …`, for user name and password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "token"

    @extend_schema(
        request=TokenSerializer,
        responses={
            200: TokenSerializer,
            400: OpenApiResponse(description=WRONG),
            429: OpenApiResponse(description="已锁定"),
        },
    )
    def post(self, request):
        entries = TokenSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        # The plain request: axes marks it when the account is locked, and its middleware looks there.
        officer = authenticate(request=request._request, **entries.validated_data)
        if officer is None:
            return Response({"code": "invalid_login", "message": WRONG, "fields": {}}, status=400)
        logger.info("token given", extra={"event": "token", "user": officer.pk})
        return Response({"token": token_for(officer).key})
