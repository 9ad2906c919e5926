"""Some fifty transfers around today, in every state and direction, told by the real steps.

What happens stands in `stories`. All acts of all stories are performed in the order of their moments, each with
its own `now`, and the sweep runs on every day between: numbers, events and notices come as they would have come.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases import sample_files as files
from cases.models import Case
from cases.sample import CASES, CaseTale
from organizations.models import Officer, Unit
from proceedings import sample, sweep
from proceedings.letters import render_letter
from proceedings.materials import add_material
from proceedings.models import Comment, Event, Letter, Material, Notice, Party, Proceeding
from proceedings.notices import mark_read
from proceedings.perform import open_proceeding, perform
from referrals.models import Transfer
from workdays.calendar import is_working_day

from .stories import STORIES

DAYS_BACK = 32
READ_AFTER = timedelta(days=2)

# Who does a step unless the story says otherwise: the side, and the post in it.
ACTORS = {
    "issue": ("sender", "leader"), "send_back": ("sender", "leader"), "withdraw": ("sender", "leader"),
    "lift_urgency": ("sender", "leader"), "register_paper": ("receiver", "clerk"), "accept": ("receiver", "clerk"),
    "prepare_refuse": ("receiver", "clerk"), "refuse": ("receiver", "leader"),
    "request_supplement": ("receiver", "clerk"), "report": ("receiver", "clerk"), "assign": ("receiver", "leader"),
    "answer": ("receiver", "clerk"), "case_file": ("receiver", "clerk"), "case_decide": ("receiver", "clerk"),
    "case_execute": ("receiver", "clerk"), "case_conclude": ("receiver", "clerk"),
}  # fmt: skip


def load_transfers(say=lambda text: None, now=None):
    """Tell all stories up to `now`; returns how many transfers there are, 0 if there were some before."""
    if Transfer.objects.exists():
        return 0
    now = now or timezone.now()
    with transaction.atomic():
        telling = Telling(now)
        telling.run(say)
        _have_been_read(now)
        sample.mark(telling.told_of())
    say(f"已办理 {len(telling.acts)} 个步骤，正在生成公文……")
    for letter in Letter.objects.filter(rendered_at=None, on_paper=False).order_by("pk"):
        render_letter(letter)
    return Transfer.objects.count()


class Telling:
    def __init__(self, now):
        self.now = now
        self.units = {u.code: u for u in Unit.objects.all()}
        self.officers = {o.username: o for o in Officer.objects.select_related("unit").prefetch_related("groups")}
        self.acts = sorted(
            (moment, n, m, told)
            for n, story in enumerate([*STORIES, *CASES])
            for m, (moment, told) in enumerate(self.timetable(story))
        )

    def run(self, say):
        self.tales = tales = [*(Tale(self, story) for story in STORIES), *(CaseTale(self, story) for story in CASES)]
        sweeps = [m for n in range(DAYS_BACK, -1, -1) if (m := self.at(f"{n} 09:05")) < self.now]
        for done, (moment, n, _, told) in enumerate(self.acts, 1):
            while sweeps and sweeps[0] <= moment:
                self.sweep(sweeps.pop(0))
            tales[n].do(told, moment)
            if done % 50 == 0:
                say(f"案件和移送：{done}/{len(self.acts)} 步")
        for moment in [*sweeps, self.now]:
            self.sweep(moment)

    def told_of(self):
        """The ids of all matters in the stories: each case with what was opened about it."""
        cases = {tale.record.case_id or tale.record.pk for tale in self.tales}
        return Proceeding.objects.filter(Q(pk__in=cases) | Q(case__in=cases)).values_list("pk", flat=True)

    def dated(self, entries):
        year = str(timezone.localdate(self.now).year)
        return {k: v.replace("{year}", year) if isinstance(v, str) else v for k, v in entries.items()}

    def upload(self, kind, case, officer, at):
        return files.make(kind, officer.unit, case.title, case.place, case.facts, officer, at)

    def sweep(self, moment):
        sweep.expire(moment)
        sweep.sweep(moment)

    def timetable(self, story):
        """[(moment, step)]. What would lie ahead of now is moved before it, in its order."""
        steps = [part.strip().rpartition(" ") for part in story.acts.split(";")]
        last = None
        for n, (when, _, step) in enumerate(steps):
            moment = min(self.at(when), self.now - timedelta(minutes=3 * (len(steps) - n)))
            last = moment if last is None else max(moment, last + timedelta(minutes=2))
            yield last, step

    def at(self, when):
        """ "3 09:10": that time three working days ago; "m90": ninety minutes ago."""
        if when.startswith("m"):
            return self.now - timedelta(minutes=int(when[1:]))
        back, clock = when.split()
        day = timezone.localdate(self.now)
        back = int(back)
        while back or not is_working_day(day):
            day -= timedelta(1)
            back -= is_working_day(day) and back > 0
        hour, minute = clock.split(":")
        return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=timezone.get_current_timezone())


class Tale:
    """One story being told: its record as it is now, and who acts for which side."""

    def __init__(self, telling, story):
        self.telling, self.story, self.record = telling, story, None
        self.sides = {"sender": story.sender, "receiver": story.receiver}
        self.words = {step: list(w) if isinstance(w, list) else [w] for step, w in story.words.items()}

    def said(self, step):
        """The entries that the story gives for this step; a step taken twice takes the next ones."""
        told = self.words.get(step)
        if not told:
            return {}
        return self.telling.dated(told.pop(0) if len(told) > 1 else told[0])

    def officer(self, step):
        side, post = ACTORS.get(step, ("sender", "clerk"))
        if not self.telling.units[self.sides[side]].served_here:
            side = "sender" if side == "receiver" else "receiver"
        if step == "open" and self.story.by:
            post = self.story.by
        return self.telling.officers[f"{self.sides[side]}_{post}"]

    def do(self, step, at):
        officer = self.officer(step)
        if hasattr(self, f"_{step}"):
            getattr(self, f"_{step}")(officer, at)
        else:
            self.perform(step, officer, at, self.said(step))
        self.record.refresh_from_db()

    def perform(self, step, officer, at, data, uploads=None):
        self.record = perform(
            self.record, step, officer, data, version=self.record.version, now=at, files=uploads
        ).record

    def file(self, kind, officer, at):
        case = self.record.case if self.record else self.story
        unit = self.telling.units[self.sides["receiver" if kind == "scan" and self.record else "sender"]]
        return files.make(kind, unit, case.title, case.place, case.facts, officer, at)

    # --- acts with something to fill in -----------------------------------------------------------

    def _open(self, officer, at):
        story = self.story
        found = self.telling.at(story.found) if story.found else at - timedelta(minutes=50)
        data = {
            "receiver": story.receiver, "power": story.power, "township": story.township, "title": story.title,
            "party_kind": story.party[0], "party_name": story.party[1], "place": story.place, "facts": story.facts,
            "grounds": story.because, "discovered_at": found, "violation_found_at": found - timedelta(hours=3),
            **story.more,
        }  # fmt: skip
        data = {name: value for name, value in data.items() if value not in (None, "")}
        self.record = open_proceeding("transfer", officer, data, now=at).record

    def _register_paper(self, officer, at):
        story = self.story
        data = {
            "sender": story.sender, "township": story.township, "title": story.title, "party_kind": story.party[0],
            "party_name": story.party[1], "place": story.place, "facts": story.facts, "grounds": story.because,
            "delivered_at": at - timedelta(minutes=40), **self.telling.dated(story.more),
        }  # fmt: skip
        upload = {"scan": self.file("scan", None, at)}
        self.record = open_proceeding(
            "transfer", officer, data, step_code="register_paper", now=at, files=upload
        ).record

    def _files(self, officer, at):
        for kind in self.story.files:
            stored = add_material(self.record, self.file(kind, officer, at), kind, officer, officer.unit)
            Material.objects.filter(pk=stored.pk).update(uploaded_at=at)
            Event.objects.create(
                proceeding_id=self.record.pk, step="upload_material", said=f"上传材料《{stored.name}》",
                officer=officer, officer_name=officer.name, unit=officer.unit, unit_name=officer.unit.short_name,
                at=at, recorded_at=at,
                from_state=self.record.state, to_state=self.record.state, details=[["SHA-256", stored.stored.sha256]],
            )  # fmt: skip

    def _order_stop(self, officer, at):
        case = self.record.case
        code = self.sides["sender"]
        data = {
            "act": case.facts, "provisions": case.power.legal_basis, "ordered_at": at,
            "evidence_secured": "现场照片、录像",
            "first_officer": f"{code}_clerk", "second_officer": f"{code}_leader",
        }  # fmt: skip
        perform(case, "order_stop", officer, data, version=case.version, now=at)

    def _assign(self, officer, at):
        clerk = f"{self.sides['receiver']}_clerk2"
        clerk = clerk if clerk in self.telling.officers else clerk[:-1]
        self.perform("assign", officer, at, {"officer": clerk})

    def _record_delivery(self, officer, at):
        upload = {"receipt": self.file("receipt", officer, at)}
        self.perform("record_delivery", officer, at, {"delivered_at": at - timedelta(minutes=30)}, upload)

    def _paper_accept(self, officer, at):
        """代录: the answer of a unit that is served on paper."""
        data = {"answered_at": at - timedelta(minutes=20), **self.said("paper_accept")}
        self.perform("accept", officer, at, data, {"scan": self.file("scan", officer, at)})

    def of_case(self, step, officer, at, **data):
        """A step of the case by the unit that received it, as its office book would have it."""
        case = Case.objects.get(pk=self.record.case_id)
        uploads = {"scan": self.telling.upload("decision", case, officer, at)} if step == "decide" else None
        if step in ("file", "decide"):
            data["approved_by"] = f"{self.sides['receiver']}_leader"
        perform(case, step, officer, data, version=case.version, now=at, files=uploads)

    def _case_file(self, officer, at):
        self.of_case("file", officer, at)

    def _case_decide(self, officer, at):
        """作出决定 the day before it is reported; what is executed waits for its conclusion."""
        day, words = timezone.localdate(at), self.said("case_decide")
        unit = self.telling.units[self.sides["receiver"]]
        number = f"{unit.letter_prefix}罚〔{day.year}〕{self.record.case_id % 90 + 1}号"
        self.of_case("decide", officer, at, decided_on=day, served_on=day, decision_number=number, **words)

    def _case_execute(self, officer, at):
        day = timezone.localdate(at)
        words = {"execution": "当事人已履行处罚决定。", "complete": True}
        self.of_case("record_execution", officer, at, executed_on=day, **words)

    def _case_conclude(self, officer, at):
        self.of_case("conclude", officer, at, result=self.record.outcome)

    def _reroute(self, officer, at):
        old, data = self.record, self.said("reroute")
        self.perform("reroute", officer, at, data)
        self.record = Transfer.objects.get(origin_id=old.pk)
        self.sides["receiver"] = data["receiver"]

    def _comment(self, officer, at):
        self.remark(officer, at, "comment")

    def _answer(self, officer, at):
        self.remark(officer, at, "answer")

    def remark(self, officer, at, step):
        text = self.said(step)["text"]
        Comment.objects.create(proceeding_id=self.record.pk, officer=officer, unit=officer.unit, text=text, at=at)
        for party in self.record.parties.filter(until=None).exclude(unit=officer.unit):
            Notice.objects.create(
                proceeding_id=self.record.pk, unit=party.unit, kind="comment", created_at=at,
                audience="clerks", text=f"{officer.unit.short_name}{officer.name}留言：{text[:80]}",
            )  # fmt: skip


def _have_been_read(now):
    """Older notices were read, and older matters looked at, by those whom they concern."""
    for officer in Officer.objects.filter(is_active=True, is_superuser=False).select_related("unit"):
        mark_read(officer, Notice.objects.for_officer(officer).filter(created_at__lt=now - READ_AFTER))
    clerks = {o.unit_id: o for o in Officer.objects.filter(username__endswith="_clerk")}
    for party in Party.objects.filter(kind="transfer", role="receiver", since__lt=now - timedelta(hours=20)):
        if party.unit_id in clerks:
            party.seen_at, party.seen_by = party.since + timedelta(minutes=35), clerks[party.unit_id]
            party.save(update_fields=["seen_at", "seen_by"])
