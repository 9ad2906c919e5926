"""/me/: who I am, what I may do, where I am logged in, and my tokens for programs."""

import logging

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import RegexValidator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import offices, tokens
from jinhu_enforcement.sessions import browser, end_others, log_ins, past_log_ins
from organizations.models import Officer
from proceedings.office import learn
from proceedings.permissions import rights_in_words

logger = logging.getLogger("jinhu.security")

LIFETIMES = (7, 30, 90, 180, 365)
ENDED_SHOWN = 5


class PhoneForm(forms.ModelForm):
    phone = forms.CharField(
        label="联系电话",
        max_length=40,
        required=False,
        validators=[RegexValidator(r"^[0-9+\-() 转,，]+$", "电话只能有数字、空格和 + - ( )，分机写“转 123”。")],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    class Meta:
        model = Officer
        fields = ["phone"]


class TokenForm(forms.Form):
    name = forms.CharField(label="用途", max_length=60, help_text="如“办公系统取数”，以后凭它辨认。")
    days = forms.TypedChoiceField(label="有效期", coerce=int)

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer = officer
        most = settings.API_TOKEN_MAX_DAYS
        choices = sorted({days for days in LIFETIMES if days < most} | {most})
        self.fields["days"].choices = [(days, f"{days} 天") for days in choices]
        self.fields["days"].initial = min(30, most)

    def clean_name(self):
        name = self.cleaned_data["name"]
        # Also what a page that is sent again by reloading runs into.
        if self.officer.api_tokens.live().filter(name=name).exists():
            raise forms.ValidationError("已有同一用途的令牌。密钥只显示一次，没有记下的请作废后重新创建。")
        return name


@never_cache
@require_http_methods(["GET", "POST"])
def me(request):
    """POST: the phone number, the one entry that is the officer's own."""
    if request.method == "GET":
        return page(request)
    # Another object than the request's user: a number that is refused must not show in the frame.
    form = PhoneForm(request.POST, instance=Officer.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.instance._change_reason = "本人更新电话"
        form.instance.save(update_fields=["phone"])
        messages.success(request, "联系电话已更新。")
        return redirect("me")
    return page(request, phone_form=form)


def page(request, status=200, **forms_given):
    officer = learn(request.user)
    every = list(officer.api_tokens.all()[: 2 * tokens.MOST])
    context = {
        "phone_form": PhoneForm(instance=officer),
        "token_form": TokenForm(officer=officer, auto_id="token_%s"),
        "offices": offices.in_words(officer),
        "rights": rights_in_words(officer) if officer.unit_id else [],
        "log_ins": log_ins(request),
        "past_log_ins": [(entry, browser(entry.user_agent)) for entry in past_log_ins(officer)],
        "tokens": [token for token in every if token.is_live],
        "ended_tokens": [token for token in every if not token.is_live][:ENDED_SHOWN],
        "most_tokens": tokens.MOST,
        **forms_given,
    }
    return render(request, "registration/me.html", context, status=status)


@never_cache
@require_POST
def create_token(request):
    """The answer shows the key; no other page ever does."""
    form = TokenForm(request.POST, officer=request.user, auto_id="token_%s")
    if form.is_valid():
        try:
            token, key = tokens.create(request.user, **form.cleaned_data)
        except tokens.TooMany:
            form.add_error(None, f"有效的令牌最多 {tokens.MOST} 个，请先作废不用的。")
        else:
            logger.info("token made", extra={"event": "token_made", "user": request.user.pk, "token": token.pk})
            return render(request, "registration/token_made.html", {"token": token, "key": key})
    return page(request, token_form=form)


@require_POST
def revoke_token(request, pk):
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    if tokens.revoke(request.user, pk):
        logger.info("token revoked", extra={"event": "token_revoked", "user": request.user.pk, "token": pk})
        messages.success(request, f"令牌“{token.name}”已作废，用它的程序不能再登录。")
    return redirect(f"{reverse('me')}#tokens")


@require_http_methods(["GET", "POST"])
def sessions(request):
    """POST ends all other log-ins; the list itself stands on the officer's page."""
    if request.method == "POST":
        messages.success(request, f"已退出其他 {end_others(request)} 个登录。")
    return redirect(f"{reverse('me')}#logins")
