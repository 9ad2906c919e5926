"""The three doors through which officers act: the engine's functions (imports), pages, REST. Each by its real code."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from organizations.models import Officer
from proceedings.materials import redact, upload_to
from proceedings.models import Proceeding
from proceedings.perform import open_proceeding, perform
from tests.conftest import PDF

from . import scans

BACKEND = "django.contrib.auth.backends.ModelBackend"
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')


class Staff:
    """Officers by user name, and the browser in which each is logged in."""

    def __init__(self):
        self.officers, self.clients = {}, {}

    def officer(self, who):
        if who not in self.officers:
            self.officers[who] = Officer.objects.select_related("unit").get(username=who)
        return self.officers[who]

    def desk(self, who):
        if who not in self.clients:
            self.clients[who] = Client(raise_request_exception=False)
            self.clients[who].force_login(self.officer(who), backend=BACKEND)
        return self.clients[who]


class Doors:
    """`answers`: what came back over HTTP, as [(where, bytes)]."""

    def __init__(self, staff):
        self.staff, self.answers = staff, []

    def kept(self, where, answer):
        self.answers.append((where, b"".join(answer.streaming_content) if answer.streaming else answer.content))
        return answer

    def add_material(self, record, who, kind):
        upload_to(record, SimpleUploadedFile(f"{kind}.pdf", PDF), kind, self.staff.officer(who))

    def scan(self, record, who, person):
        """A scan of each kind in its turn, and its copy with black bars."""
        ending = list(scans.MAKERS)[person.at % len(scans.MAKERS)]
        file = SimpleUploadedFile(f"来信.{ending}", scans.MAKERS[ending](person))
        self.redact(self.upload(record, who, file), who)

    def upload(self, record, who, file):
        return upload_to(record, file, "complaint_material", self.staff.officer(who))

    def redact(self, material, who):
        redact(material, [scans.COVER], self.staff.officer(who))


class Code(Doors):
    def open(self, who, entries):
        return open_proceeding("complaint", self.staff.officer(who), entries).record

    def do(self, record, who, step, words):
        perform(record, step, self.staff.officer(who), words, version=record.version)


class Pages(Doors):
    def begin(self, who):
        """The page of a new complaint: (its address, where what is typed is kept)."""
        page = self.kept("new", self.staff.desk(who).get(reverse("complaint:open"), follow=True))
        return f"{page.request['PATH_INFO']}?form={page.context['form_token']}", page.context["autosave"]["url"]

    def open(self, who, entries):
        desk, typed = self.staff.desk(who), posted(entries)
        page, autosave = self.begin(who)
        assert self.kept("autosave", desk.post(autosave, {**typed, "revision": 0})).status_code == 200
        answer = self.kept("open", desk.post(page, typed))
        assert answer.status_code == 302, answer.text[:2000]
        self.kept("opened", desk.get(answer.url))
        return Proceeding.objects.get(pk=int(answer.url.strip("/").split("/")[1])).child

    def do(self, record, who, step, words):
        desk, procedure = self.staff.desk(who), record.procedure
        address = reverse(f"{record.kind}:step", args=[record.pk, step])
        signing = reverse(f"{record.kind}:sign", args=[record.pk, step])
        if not procedure.steps[step].signed or not procedure.steps[step].letter_for(record):
            answer = desk.post(address, {**posted(words), "version": record.version})
        else:
            check = self.kept(step, desk.post(address, {**posted(words), "version": record.version}))
            assert check.status_code == 200, check
            answer = desk.post(signing, {**posted(words), **dict(HIDDEN.findall(check.text))})
        assert self.kept(step, answer).status_code == 302, f"{record.kind} {step}: {answer.text}"

    def upload(self, record, who, file):
        address = reverse(f"{record.kind}:materials", args=[record.pk])
        given = {"file": file, "kind": "complaint_material"}
        assert self.kept("upload", self.staff.desk(who).post(address, given)).status_code == 302
        return record.materials.latest("pk")

    def redact(self, material, who):
        bar, address = scans.COVER, reverse("material_redact", args=[material.pk])
        percent = {"left": bar.x, "top": bar.y, "width": bar.width, "height": bar.height}
        typed = {"page": 1, **{name: value * 100 for name, value in percent.items()}}
        assert self.kept("redact", self.staff.desk(who).post(address, typed)).status_code == 302


class Rest(Doors):
    def post(self, who, path, body, **more):
        return self.kept(path, self.staff.desk(who).post(f"/api/{path}", body, content_type="application/json", **more))

    def open(self, who, entries):
        answer = self.post(who, "complaints/", entries)
        assert answer.status_code == 201, answer.text
        return Proceeding.objects.get(pk=answer.json()["id"]).child

    def do(self, record, who, step, words):
        body = {**words, "version": record.version}
        answer = self.post(who, f"{record.procedure.slug}/{record.pk}/steps/{step}/", body)
        assert answer.status_code == 200, answer.text

    def upload(self, record, who, file):
        address = f"/api/{record.procedure.slug}/{record.pk}/materials/"
        answer = self.kept("upload", self.staff.desk(who).post(address, {"file": file, "kind": "complaint_material"}))
        assert answer.status_code == 201, answer.text
        return record.materials.get(pk=answer.json()["id"])


def posted(entries):
    """As a browser posts them: an unticked box not at all."""
    return {name: "on" if value is True else value for name, value in entries.items() if value is not False}
