"""What a password has to be, in one sentence, and the check that goes with it."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q

HINT = "至少 10 个字符，大写字母、小写字母、数字、符号至少占三类；不要用姓名、用户名、电话和常见的密码。"

# Officers whom no password lets in; "!" is how Django marks it.
NONE = Q(password="") | Q(password__startswith="!")  # noqa: S106


def check_pair(form, first: str, second: str, officer) -> None:
    """Adds to the form what is wrong with the new password and its repetition."""
    password, again = form.cleaned_data.get(first), form.cleaned_data.get(second)
    if password and again and password != again:
        form.add_error(second, "两次输入的密码不一样。")
    elif password:
        try:
            validate_password(password, officer)
        except ValidationError as error:
            form.add_error(first, error)
