"""A county with complainants who can be told from everything else, and everything that officers do with them."""

import itertools
from functools import partial
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from infosharing.models import Category, Information
from organizations.models import Officer
from proceedings import prints, sealed
from proceedings.letters import render_letter
from proceedings.models import Letter, Proceeding
from tests.conftest import PDF

from . import paths
from .doors import Code, Pages, Rest, Staff
from .people import person

MAIL = "licheng_clerk", "licheng_leader", "shijian_clerk", "chengguan_leader"


class Broken(Exception):
    """What the sealing raises in the test of a fault: with the clear text in hand."""


class World:
    """`people` are all whose entries were used; `walked` the complaints of each path."""

    def __init__(self):
        self.staff = Staff()
        self.code, self.pages, self.rest = Code(self.staff), Pages(self.staff), Rest(self.staff)
        self.people, self.walked = [], {}
        # What came back to whoever had just typed it, with all that his own form repeats taken out.
        self.own_answers = []
        Officer.objects.filter(username__in=MAIL).update(email="officer@example.org")

    @property
    def answers(self):
        return [*self.code.answers, *self.pages.answers, *self.rest.answers, *self.own_answers]

    def someone(self):
        self.people.append(person(len(self.people) + 1))
        return self.people[-1]

    def entries(self, who):
        """A complaint as it is typed; its texts do not tell who it is, and its title tells it from the others."""
        return {
            "channel": "phone", "nature": "complaint", "title": f"某店占道经营（{who.at}）", "subject": f"某店{who.at}",
            "place": f"工园路{who.at}号", "township": "licheng", "facts": "店家每晚在人行道摆放桌椅经营。", "consent_share": True,
            **who.entries,
        }  # fmt: skip

    # --- every path, through every door ---------------------------------------------------------------

    def walk(self, path, doors):
        who = self.someone()
        complaint = paths.walk(path, doors, who, {n: v for n, v in self.entries(who).items() if n not in who.entries})
        self.walked.setdefault(path, []).append(complaint)
        return complaint

    def walk_every_path(self, doors=None):
        """Each through the engine's functions, and in turn on pages or over REST."""
        over_http = itertools.cycle((self.pages, self.rest))
        for path in paths.PATHS:
            for door in doors or (self.code, next(over_http)):
                self.walk(path, door)

    def register_until(self, number):
        """Complaints that nobody has looked at yet, until there are `number`."""
        there = Complaint.objects.count()
        with transaction.atomic():
            for n in range(number - there):
                self.code.open(("licheng_clerk", "chengguan_clerk")[n % 2], self.entries(self.someone()))

    def linked(self, complaint):
        """The complaint and what was opened from it, with their cases."""
        found, new = [], [complaint.pk]
        while new:
            found += new
            rows = Proceeding.objects.filter(Q(origin__in=new) | Q(case__in=new))
            cases = Proceeding.objects.filter(pk__in=new).exclude(case=None).values_list("case_id", flat=True)
            new = [pk for pk in dict.fromkeys([*rows.values_list("pk", flat=True), *cases]) if pk not in found]
        return list(Proceeding.objects.filter(pk__in=found).order_by("pk"))

    def render(self):
        for letter in Letter.objects.filter(rendered_at=None, on_paper=False).order_by("pk"):
            render_letter(letter)

    def print(self, record, who):
        made = prints.ask(record.kind, record.pk, self.staff.officer(who))
        while made.is_pending and prints.make_pending():
            made.refresh_from_db()
        return made

    # --- what goes wrong, and what is typed in the wrong place ------------------------------------------

    def attempt(self, where, answer, *allowed, typed=()):
        """`answer` has one of the statuses; what the form repeats of `typed` goes back to whoever typed it."""
        assert answer.status_code in allowed, f"{where}: {answer.status_code} {answer.text[:1500]}"
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.own_answers.append((where, without(content, typed)))
        return answer

    def try_everything(self):
        for name in ATTEMPTS:
            getattr(self, name)()

    def a_draft_is_left(self):
        """Typed and not registered, the name in a text too; a file named after the complainant lies beside it."""
        who, desk = self.someone(), self.staff.desk("licheng_clerk")
        page, autosave = self.pages.begin("licheng_clerk")
        typed = {
            **self.entries(who),
            "facts": f"{who.name}（{who.phone}）反映占道经营。",
            "revision": 0,
            "consent_share": "on",
        }
        beside = reverse("form_materials", args=[autosave.strip("/").split("/")[1]])
        first, second = self.named_file(who, "来信"), self.named_file(who, "照片")
        self.attempt("file before typing", desk.post(beside, {"file": first, "kind": "evidence"}), 302, typed=who)
        self.attempt("autosave", desk.post(autosave, typed), 200)
        self.attempt("file after typing", desk.post(beside, {"file": second, "kind": "evidence"}), 302, typed=who)
        self.attempt("draft", desk.get(page), 200, typed=who)
        self.attempt("drafts on the worklist", desk.get("/"), 200)
        return page, typed

    def named_file(self, who, word):
        return SimpleUploadedFile(f"{who.name}{word}{who.phone}.pdf", PDF, content_type="application/pdf")

    def a_draft_with_a_named_file_is_registered(self):
        page, typed = self.a_draft_is_left()
        good = {**typed, "facts": "占道经营。"}
        del good["revision"]
        who, desk = self.people[-1], self.staff.desk("licheng_clerk")
        answer = self.attempt("registered with a file", desk.post(page, good), 302)
        self.attempt("registered with a file", desk.get(answer.url), 200)
        assert Complaint.objects.latest("pk").title == typed["title"], who

    def forms_fail_on_pages(self):
        desk = self.staff.desk("licheng_clerk")
        for field, wrong in WRONG:
            who = self.someone()
            page, _ = self.pages.begin("licheng_clerk")
            typed = {**self.entries(who), "consent_share": "on", field: wrong(who)}
            self.attempt(f"wrong {field}", desk.post(page, typed), 400, typed=typed)

    def forms_fail_over_rest(self):
        for field, wrong in WRONG:
            who = self.someone()
            answer = self.rest.post("licheng_clerk", "complaints/", {**self.entries(who), field: wrong(who)})
            assert answer.status_code == 400, answer.text
        who, desk = self.someone(), self.staff.desk("licheng_clerk")
        for body in ({**self.entries(who), "phone": [who.phone]}, {**self.entries(who), "witness": who.name}):
            assert self.rest.post("licheng_clerk", "complaints/", body).status_code == 400
        answer = desk.post(
            "/api/complaints/", f'{{"name": "{who.name}", {who.phone}}}', content_type="application/json"
        )
        self.attempt("broken JSON", answer, 400)

    def requests_are_sent_twice(self):
        for doors in (self.rest, self.pages):
            who = self.someone()
            entries, key = self.entries(who), {"headers": {"Idempotency-Key": f"key-{who.at}"}}
            if doors is self.rest:
                post = partial(self.rest.post, "licheng_clerk", "complaints/", **key)
                assert [post(entries).status_code for _ in range(2)] == [201, 200]
                assert post({**entries, "phone": self.someone().phone}).status_code == 422
            else:
                page, _ = self.pages.begin("licheng_clerk")
                typed = {**entries, "consent_share": "on", "idempotency_key": f"key-{who.at}"}
                for _ in range(2):
                    self.attempt("sent twice", self.staff.desk("licheng_clerk").post(page, typed), 302)

    def texts_beside_name_the_complainant(self):
        """Remarks, reasons, names of files, on the complaint and on whatever follows from it."""
        complaint, desk = self.walk("registered", self.code), self.staff.desk("licheng_clerk")
        who = self.people[-1]
        step = reverse("complaint:step", args=[complaint.pk, "withdraw"])
        for version in (complaint.version, 1):
            typed = {"reason": f"{who.name}已经和解", "version": version}
            self.attempt("reason", desk.post(step, typed), 400, 409, typed=who)
        page = self.attempt("step", desk.get(step), 200)
        autosave = page.context["autosave"]["url"]
        self.attempt("step kept", desk.post(autosave, {"reason": f"{who.name}来电{who.phone}", "revision": 0}), 200)
        self.attempt("step again", desk.get(step), 200, typed=who)
        self.attempt("link", desk.get(f"{step}?reason={who.name}"), 200, typed=who)
        upload = reverse("complaint:materials", args=[complaint.pk])
        for way in ({}, {"headers": {"Accept": "application/json"}}):
            given = {"file": self.named_file(who, "来信"), "kind": "evidence"}
            self.attempt("file", desk.post(upload, given, **way), 302, 400)
            self.attempt("file refused", desk.get(complaint.get_absolute_url()), 200)
        answer = desk.post(f"/api{upload}", {"file": self.named_file(who, "来信"), "kind": "evidence"})
        self.attempt("file over REST", answer, 400)
        begin = reverse("upload_begin", args=[f"p{complaint.pk}"])
        given = {"name": f"{who.name}.pdf", "size": len(PDF), "kind": "evidence"}
        self.attempt("file in pieces", desk.post(begin, given), 400)

    def remarks_name_the_complainant(self):
        for path in (
            "referred, accepted",
            "referred, refused, sent on",
            "case not filed",
            "notified, answered, fed back",
        ):
            complaint = self.walk(path, self.code)
            who = self.people[-1]
            for record in self.linked(complaint):
                writer = (
                    "licheng_clerk" if record.roles_of(self.staff.officer("licheng_clerk").unit) else "chengguan_clerk"
                )
                desk, address = self.staff.desk(writer), reverse(f"{record.kind}:comment", args=[record.pk])
                for text in (f"已联系{who.name}", f"电话{who.phone}", f"证号 {who.number}"):
                    answer = self.attempt(
                        f"remark on a {record.kind}", desk.post(address, {"text": text}), 400, typed=who
                    )
                    assert not record.comments.exists(), f"{text} stands in {record.kind} of {path}: {answer}"

    def information_is_shared(self):
        """By itself with the department that leads the power; by hand about the case, which may not say who complained."""
        who, desk = self.someone(), self.staff.desk("licheng_clerk")
        given = {name: value for name, value in self.entries(who).items() if name not in who.entries}
        complaint = paths.walk("case concluded", self.code, who, {**given, "power": "CG-009"})
        self.walked["shared"] = [complaint]
        items = Information.objects.filter(origin=complaint.pk)
        assert {item.category for item in items} == {Category.COMPLAINTS}
        assert items.count() == 2, "its intake and its outcome"
        case = next(record for record in self.linked(complaint) if record.kind == "case")
        typed = {
            "category": "other", "title": "办理情况", "content": "已办结。", "formed_at": timezone.localtime().isoformat(),
            "units": ["chengguan"], "case_number": case.number,
        }  # fmt: skip
        for name, text in (
            ("title", f"{who.name}反映的店"),
            ("content", f"电话{who.phone}"),
            ("content", f"证号{who.number}"),
        ):
            page = desk.get(reverse("information:open"), follow=True).request
            address = f"{page['PATH_INFO']}?{page['QUERY_STRING']}"
            self.attempt("information", desk.post(address, {**typed, name: text}), 400, typed=who)
            answer = self.rest.post("licheng_clerk", "information/", {**typed, name: text})
            assert answer.status_code == 400, answer.text
        assert not Information.objects.filter(case=case.pk, source_key="").exists()

    def letters_are_tried(self):
        complaint, desk = self.walk("registered", self.code), self.staff.desk("licheng_leader")
        who = self.people[-1]
        address = reverse("complaint:step", args=[complaint.pk, "refuse_intake"])
        typed = {
            **paths.WORDS["refuse_intake"],
            "reason": f"{who.name}（{who.phone}）的邻里纠纷。",
            "version": complaint.version,
        }
        self.attempt("letter on screen", desk.post(f"{address}preview/", typed), 200, typed=who)
        self.attempt("letter to check", desk.post(address, typed), 400, typed=who)
        self.attempt("letter as draft", desk.get(f"{address}draft.docx"), 200)

    def it_is_searched_for(self):
        desk = self.staff.desk("licheng_clerk")
        for word in ("name", "phone", "number"):
            text = getattr(self.people[0], word)
            for path in ("/search/", "/complaints/", "/complaints/filter/", "/complaints/export.xlsx", "/complaints/views/",
                         "/complaints/columns/", "/letters/", "/api/complaints/", "/api/units/", "/api/powers/"):  # fmt: skip
                self.attempt(f"{path} for a {word}", desk.get(path, {"q": text}), 200, 400, typed=[text])
        phone = self.people[0].phone
        found = self.attempt("find", desk.post("/complaints/identity/", {"phone": phone}), 200)
        assert self.walked["registered"][0].title in found.text
        self.attempt("saved view", desk.post(f"/complaints/views/?q={phone}", {"new-name": "常用"}), 400, typed=[phone])
        self.attempt("saved view", desk.post("/complaints/views/", {"new-name": f"找{phone}"}), 400, typed=[phone])
        prefilled = {"name": self.people[0].name, "phone": phone}
        answer = self.attempt("link", desk.get("/complaints/new/", prefilled), 302, typed=self.people[0])
        self.attempt("link followed", desk.get(answer.url), 200)

    def it_is_revealed(self):
        """The reveal itself may show it, to whom it may concern; no attempt at it may keep it."""
        complaint, desk = self.walked["registered"][0], self.staff.desk("licheng_clerk")
        who, address = self.people[0], reverse("complaint:reveal", args=[complaint.pk])
        self.attempt("reveal", desk.get(address), 200)
        named = {"reason": f"核实{who.name}反映的情况", "password": "Jinhu-demo-2026"}
        self.attempt("reveal for a reason that names", desk.post(address, named), 400, typed=who)
        wrong = {"reason": "电话核实现场情况", "password": who.phone}
        self.attempt("reveal with a wrong password", desk.post(address, wrong), 400)
        shown = desk.post(address, {**wrong, "password": "Jinhu-demo-2026"})
        assert shown.status_code == 200
        assert all(entry in shown.text for entry in who.entries.values()), "the reveal shows it"
        self.attempt("reveal afterwards", desk.get(address), 200)

    def something_breaks(self):
        """A fault with the clear text in hand, through each door."""
        seal, desk = sealed.seal, self.staff.desk("licheng_clerk")

        def broken(act, entries):
            raise Broken({name: getattr(value, "clear", value) for name, value in entries.items()})

        page, _ = self.pages.begin("licheng_clerk")
        sealed.seal = broken
        try:
            who = self.someone()
            self.attempt("fault", desk.post(page, {**self.entries(who), "consent_share": "on"}), 500)
            assert self.rest.post("licheng_clerk", "complaints/", self.entries(who)).status_code == 500
        finally:
            sealed.seal = seal
        self.attempt("no such page", desk.get(f"/complaints/{who.phone}/{who.name}/"), 404)
        self.attempt("log-in", desk.post("/login/", {"username": who.phone, "password": who.name}), 200, 302, typed=who)

    def identities_are_gone_after_a_hand_over(self):
        """Not in the log of reveals, and not for the department that gave them away."""
        complaint = self.walk("notified, answered, fed back", self.code)
        address = reverse("complaint:reveal", args=[complaint.pk])
        self.attempt("handed over", self.staff.desk("chengguan_clerk").get(address), 404)


ATTEMPTS = (
    "a_draft_is_left", "a_draft_with_a_named_file_is_registered", "forms_fail_on_pages", "forms_fail_over_rest",
    "requests_are_sent_twice", "texts_beside_name_the_complainant", "remarks_name_the_complainant",
    "information_is_shared", "letters_are_tried",
    "it_is_searched_for", "it_is_revealed", "something_breaks", "identities_are_gone_after_a_hand_over",
)  # fmt: skip

WRONG = (
    ("title", lambda who: f"{who.name}反映占道经营"), ("facts", lambda who: f"联系电话{who.phone}"),
    ("request", lambda who: f"请回复{who.phone[:3]} {who.phone[3:7]} {who.phone[7:]}"), ("number", lambda who: who.number[:-1] + "12"[who.number[-1] == "1"]),
    ("channel", lambda who: who.name), ("township", lambda who: who.phone), ("order_due_at", lambda who: who.number),
    ("subject", lambda who: who.name), ("name", lambda who: who.name * 12), ("anonymous", lambda who: True),
)  # fmt: skip


def without(content, typed):
    """`content` without what its reader has just typed himself."""
    typed = getattr(typed, "entries", typed)
    words = [str(word) for word in (typed.values() if isinstance(typed, dict) else typed)]
    for word in sorted((word for word in words if len(word) > 3), key=len, reverse=True):
        for written in (word, quote(word)):
            content = content.replace(written.encode(), b"")
    return content
