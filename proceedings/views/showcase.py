"""/ui/: the design system, live. For administrators, and for everybody while developing."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from proceedings.showcase import samples, tokens


def showcase(request):
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    if request.method == "POST":
        # Toasts as they come: with the next page.
        kind = request.POST.get("toast")
        said = {"warning": "连接不稳，请稍后再试。", "error": "没有发出，请改正后再试。"}.get(kind, "已保存。")
        messages.add_message(
            request, {"warning": messages.WARNING, "error": messages.ERROR}.get(kind, messages.SUCCESS), said
        )
        return redirect(request.get_full_path())
    asked = request.GET.get("look", "")
    looks = {name: attributes for name, _, attributes in tokens.LOOKS}
    return render(request, "proceedings/ui/page.html", {
        "look": looks.get(asked), "looks": [
            {"name": name, "label": label, "current": name == asked} for name, label, _ in tokens.LOOKS
        ],
        "colours": tokens.table(), "spaces": ["s1", "s2", "s3", "s4", "s5", "s6"], **samples.everything(),
    })  # fmt: skip
