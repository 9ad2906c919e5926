from django import forms
from django.core.exceptions import ValidationError

from accounts import passwords, setup_code
from organizations.models import Officer


class FirstAdministratorForm(forms.Form):
    code = forms.CharField(
        label="启用码",
        error_messages={"required": "请填写启用码。"},
        help_text="平台启动时显示在服务器的窗口里，如 k7m2-x9ht-4wfp。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    username = forms.CharField(
        label="用户名",
        error_messages={"required": "请填写用户名。"},
        max_length=150,
        validators=Officer._meta.get_field("username").validators,
        help_text="登录用，如姓名的拼音。",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label="姓名",
        max_length=50,
        error_messages={"required": "请填写姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="密码",
        error_messages={"required": "请设一个密码。"},
        strip=False,
        help_text=passwords.HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次密码",
        strip=False,
        error_messages={"required": "请再输一次密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not setup_code.is_right(code):
            raise ValidationError("启用码不对。平台每次启动换一个，请看最近一次启动时显示的。")
        return code

    def clean_username(self):
        username = Officer.normalize_username(self.cleaned_data["username"])
        if Officer.objects.filter(username=username).exists():
            raise ValidationError("已有同名用户，请换一个用户名。")
        return username

    def clean(self):
        given = super().clean()
        someone = Officer(username=given.get("username", ""), name=given.get("name", ""))
        passwords.check_pair(self, "password", "again", someone)
        return given
