"""Log-in, log-out, password, and the token for REST."""

import logging

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm, UsernameField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts import passwords, setup_code, slips, tokens
from accounts.middleware import MUST_CHANGE
from firstrun import tour
from jinhu_enforcement.accounts import PasswordChangeRequired

logger = logging.getLogger("jinhu.security")

WRONG = "用户名或密码不对。"
LONGEST_NAME = 150


class LoginForm(AuthenticationForm):
    # Nobody has a longer name, and the table of failed attempts has no room for one.
    username = UsernameField(max_length=LONGEST_NAME, error_messages={"max_length": WRONG})
    error_messages = {"invalid_login": WRONG, "inactive": "这个账号已停用，请找本单位系统管理员。"}

    def get_invalid_login_error(self):
        error = super().get_invalid_login_error()
        if spent := getattr(self.request, "spent_slip", ""):
            error.message = slips.SPENT[spent]
            return error
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
            expired=self.request.GET.get("expired", ""),
            demo_accounts_hint=settings.DEMO,
            setup_needed=setup_code.is_needed(),
            **kwargs,
        )

    def get_default_redirect_url(self):
        """An administrator of a platform that is not set up yet begins with the tour."""
        return reverse("setup") if tour.is_for(self.request.user) else super().get_default_redirect_url()

    def form_valid(self, form):
        slip = slips.slip_of(form.get_user())
        if slip is not None and not slips.use(slip):
            form.add_error(None, slips.SPENT["used"])
            return self.form_invalid(form)
        response = super().form_valid(form)
        if slip is not None:
            self.request.session[MUST_CHANGE] = True
        logger.info("logged in", extra={"event": "login", "user": form.get_user().pk, "slip": slip is not None})
        return response


class OneSentence:
    """The rules for a password in one sentence, instead of Django's list of one for each."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = passwords.HINT
        self.fields["new_password2"].help_text = ""
        self.fields["new_password2"].label = "再输一次新密码"
        for name, said in (
            ("old_password", "请填写现在的密码。"),
            ("new_password1", "请设一个新密码。"),
            ("new_password2", "请再输一次新密码。"),
        ):
            if name in self.fields:
                self.fields[name].error_messages["required"] = said

    def validate_password_for_user(self, user, _field_name=""):
        # What is wrong with the password stands beside it, not beside its repetition.
        super().validate_password_for_user(user, "new_password1")


class ChangePasswordForm(OneSentence, PasswordChangeForm):
    pass


class FirstPasswordForm(OneSentence, SetPasswordForm):
    """After a log-in with a one-time slip: the password just typed need not be typed again, but must not stay."""

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("这是口令单上的一次性口令，请另选一个密码。", code="password_one_time")
        return password


class PasswordChangeView(views.PasswordChangeView):
    success_url = reverse_lazy("password_change_done")

    @property
    def is_first(self):
        return MUST_CHANGE in self.request.session

    def get_form_class(self):
        return FirstPasswordForm if self.is_first else ChangePasswordForm

    def get_template_names(self):
        return ["registration/first_password.html" if self.is_first else "registration/password_change_form.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(next=self.request.GET.get("next", ""), **kwargs)

    def get_success_url(self):
        if not self.was_first:
            return super().get_success_url()
        target = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {self.request.get_host()}, self.request.is_secure())
        return target if safe else reverse("setup") if tour.is_for(self.request.user) else settings.LOGIN_REDIRECT_URL

    def form_valid(self, form):
        self.was_first = self.request.session.pop(MUST_CHANGE, False)
        with transaction.atomic():  # slip and tokens end with it (accounts.NewPasswordEndsTheOld)
            response = super().form_valid(form)
        if self.was_first:
            messages.success(self.request, "密码已修改，下次请用新密码登录。口令单可以销毁了。")
        logger.info("password changed", extra={"event": "password_changed", "user": self.request.user.pk})
        return response


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
    expires_at = serializers.DateTimeField(label="有效至", read_only=True)


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
            403: OpenApiResponse(description=slips.CHANGE_FIRST),
            429: OpenApiResponse(description="已锁定"),
        },
    )
    def post(self, request):
        entries = TokenSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        # The plain request: axes marks it when the account is locked, and its middleware looks there.
        officer = authenticate(request=request._request, **entries.validated_data)
        if officer is None:
            if spent := getattr(request._request, "spent_slip", ""):
                raise PasswordChangeRequired(slips.SPENT[spent])
            return Response({"code": "invalid_login", "message": WRONG, "fields": {}}, status=400)
        if slips.slip_of(officer) is not None:
            raise PasswordChangeRequired
        token, key = tokens.create(officer, "用户名和密码获取", settings.API_TOKEN_DAYS, fetched=True)
        logger.info("token given", extra={"event": "token", "user": officer.pk})
        return Response({"token": key, "expires_at": timezone.localtime(token.expires_at)})
