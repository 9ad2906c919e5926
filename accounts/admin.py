"""Officers in the administration: an account's password is a printed one-time slip, never typed by an administrator."""

import logging
import secrets
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Q, When
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from accounts import slips
from accounts.passwords import NONE as NO_PASSWORD
from organizations import groups
from organizations.admin.officers import OfficerAdmin, OfficerChangeForm, offer_groups
from organizations.models import Officer, UnitKind

logger = logging.getLogger("jinhu.security")

NONCES = "slip_forms"  # in the session: each confirmation page prints once, so reloading prints no second set
NONCES_KEPT = 10
# Townships first, as in the list of units.
BY_UNIT = (
    Case(*(When(unit__kind=kind, then=rank) for rank, kind in enumerate(UnitKind.values))), "unit__code", "username",
)  # fmt: skip
LONGEST_KEY = 18  # digits; more are no key, and the database refuses them
CHOSEN_NONE = "none"  # ?chosen=none: whoever has no password yet


def address(request) -> str:
    """How the platform is reached: as set (SITE_URL), else as whoever prints the slips reaches it."""
    local = urlsplit(settings.SITE_URL).hostname in ("127.0.0.1", "localhost")
    return request.build_absolute_uri("/").rstrip("/") if local else settings.SITE_URL


def password_state(officer) -> str:
    slip = getattr(officer, "slip", None)
    if slip is None:
        return "已设密码" if officer.has_usable_password() else "没有口令"
    if slip.spent:
        return "口令单已用，没有改密码" if slip.used_at else "口令单已过期"
    return f"口令单未用，{timezone.localdate(slip.expires_at - timezone.timedelta(seconds=1)):%-m月%-d日} 24时前有效"


class PasswordStateFilter(admin.SimpleListFilter):
    title = "口令"
    parameter_name = "slip_state"  # Django lets no list be filtered by password…

    def lookups(self, request, model_admin):
        return [
            ("none", "没有口令"),
            ("waiting", "口令单未用"),
            ("spent", "口令单已过期或没有改密码"),
            ("own", "已设密码"),
        ]

    def queryset(self, request, queryset):
        spent = Q(slip__expires_at__lte=timezone.now()) | Q(slip__used_at__isnull=False)
        match self.value():
            case "none":
                return queryset.filter(NO_PASSWORD)
            case "waiting":
                return queryset.filter(slip__isnull=False).exclude(spent)
            case "spent":
                return queryset.filter(spent)
            case "own":
                return queryset.filter(slip=None).exclude(NO_PASSWORD)
        return queryset


class NewOfficerForm(forms.ModelForm):
    """Without a password: it comes with the slip."""

    actor = None
    groups = OfficerChangeForm.base_fields["groups"]

    class Meta:
        model = Officer
        fields = ("username", "name", "unit", "post", "certificate_number", "phone", "groups")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_groups(self)

    def clean_username(self):
        return Officer.normalize_username(self.cleaned_data["username"])

    def save(self, commit=True):
        officer = super().save(commit=False)
        officer.set_unusable_password()
        if commit:
            officer.save()
            self.save_m2m()
        return officer


admin.site.unregister(Officer)


@admin.register(Officer)
class AccountAdmin(OfficerAdmin):
    add_form = NewOfficerForm
    add_form_template = "admin/change_form.html"
    change_form_template = "admin/accounts/officer/change_form.html"
    list_display = [*OfficerAdmin.list_display, "password_shown"]
    list_filter = [*OfficerAdmin.list_filter, PasswordStateFilter]
    list_select_related = [*OfficerAdmin.list_select_related, "slip"]
    actions = ["print_slips"]
    add_fieldsets = [
        (None, {"fields": ["username", ("name", "post"), "unit", ("certificate_number", "phone")]}),
        ("可以做什么", {"fields": ["groups"], "description": "组决定在本单位内可以办什么。"}),
    ]

    def get_fieldsets(self, request, obj=None):
        found = super().get_fieldsets(request, obj)
        if obj is None:
            return found
        # Which password it is nobody sees, and nobody but the officer sets one.
        shown = {"password": "password_shown"}
        return [
            (title, {**options, "fields": [shown.get(field, field) for field in options["fields"]]})
            for title, options in found
        ]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "password_shown"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.slips_view)
        return [path("slips/", view, name="organizations_officer_slips"), *super().get_urls()]

    def user_change_password(self, request, id, form_url=""):
        """The address at which Django lets administrators type a password."""
        return redirect(slips_url([id]))

    @admin.display(description="口令")
    def password_shown(self, officer):
        return password_state(officer)

    def response_add(self, request, obj, post_url_continue=None):
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, f"已新增{obj}。接着打印口令单，交给本人。", messages.SUCCESS)
        return HttpResponseRedirect(slips_url([obj.pk]))

    # -- slips ---------------------------------------------------------------------------------------------------------

    def has_slip_permission(self, request, obj=None):
        """Asked by the admin for the action. Whoever prints a slip can log in with it: not for an account that may do
        more than he could give, nor for his own."""
        if not self.has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        beyond = frozenset(groups.ALL) - groups.handed_out_by(request.user)
        return obj.pk != request.user.pk and not obj.group_names & beyond

    @admin.action(description="打印一次性口令单", permissions=["slip"])
    def print_slips(self, request, queryset):
        return redirect(slips_url(queryset.order_by("unit", "username").values_list("pk", flat=True)[: slips.AT_ONCE]))

    @method_decorator(never_cache)
    def slips_view(self, request):
        """GET asks for whom; POST answers with the slips, which no other request shows again."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if self._spend(request):
                return self._print(request)
            self.message_user(
                request, "口令单只显示一次。没有打印成功的，请在这里重新生成，原来的随即作废。", messages.WARNING
            )
            return redirect(slips_url(request.POST.getlist("officer")))
        return self._ask(request)

    def _ask(self, request):
        wanted = self._wanted(request)
        officers = [o for o in wanted if o.is_active and self.has_slip_permission(request, o)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "打印一次性口令单",
            "officers": [(officer, password_state(officer)) for officer in officers[: slips.AT_ONCE]],
            "left_out": [o for o in wanted if o not in officers],
            "later": max(0, len(officers) - slips.AT_ONCE),
            "at_once": slips.AT_ONCE,
            "last_day": timezone.localdate(slips.expiry() - timezone.timedelta(seconds=1)),
            "nonce": self._nonce(request),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/accounts/officer/slips.html", context)

    def _wanted(self, request):
        officers = Officer.objects.people().select_related("unit", "slip").prefetch_related("groups").order_by(*BY_UNIT)
        if request.GET.get("chosen") == CHOSEN_NONE:
            return list(officers.filter(NO_PASSWORD, is_active=True))
        return list(officers.filter(pk__in=numbers(request.GET.get("officers", "").split(","))))

    def _print(self, request):
        chosen = Officer.objects.filter(pk__in=numbers(request.POST.getlist("officer"))[: slips.AT_ONCE])
        ordered = chosen.prefetch_related("groups").order_by(*BY_UNIT)
        allowed = [officer for officer in ordered if self.has_slip_permission(request, officer)]
        if not allowed:
            self.message_user(request, "请至少勾选一人。", messages.WARNING)
            return redirect(slips_url(request.POST.getlist("officer")))
        printed = slips.issue(allowed, request.user)
        for one in printed:
            self.log_change(request, one.officer, "生成一次性口令单")
            logger.info("slip issued", extra={"event": "slip", "user": one.officer.pk, "by": request.user.pk})
        return TemplateResponse(request, "accounts/slips.html", {
            "printed": printed, "site_url": address(request), "back_url": self._list_url(),
        })  # fmt: skip

    def _nonce(self, request) -> str:
        nonce = secrets.token_urlsafe(12)
        request.session[NONCES] = [*request.session.get(NONCES, []), nonce][-NONCES_KEPT:]
        return nonce

    def _spend(self, request) -> bool:
        """Take the form's nonce, once: of two presses in the same moment the later one waits for the session's row, and
        finds it taken. What its own request has read of the session may be older than that."""
        given = request.POST.get("nonce", "")
        with transaction.atomic():
            row = Session.objects.select_for_update().filter(pk=request.session.session_key).first()
            if row is None:  # logged out meanwhile
                return False
            open_forms = row.get_decoded().get(NONCES, [])
            request.session[NONCES] = [nonce for nonce in open_forms if nonce != given]
            request.session.save()
        return given in open_forms

    def _list_url(self):
        return reverse("admin:organizations_officer_changelist")


def numbers(values) -> list[int]:
    return [int(value) for value in values if str(value).isdecimal() and len(value) <= LONGEST_KEY]


def slips_url(pks) -> str:
    return f"{reverse('admin:organizations_officer_slips')}?{urlencode({'officers': ','.join(map(str, pks))})}"


def offer_slips(officers) -> str:
    """Where an import of new officers leads (ORGANIZATIONS_AFTER_IMPORT)."""
    return f"{reverse('admin:organizations_officer_slips')}?chosen={CHOSEN_NONE}" if officers else ""
