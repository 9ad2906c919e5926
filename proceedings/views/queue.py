"""逐件签发: what waits for one officer's signature, letter after letter, and at the end what was done.

A queue is a list of preparations, fixed when it was opened, and stands in the address. What became of each is read from
the preparations themselves: nothing is kept in the session, two windows do not disturb each other, and what somebody
else signed or withdrew meanwhile is seen at once.
"""

from collections import Counter

from django.db.models import F, OuterRef, Subquery
from django.shortcuts import redirect, render
from django.urls import reverse

from proceedings.authority import has_office
from proceedings.mandates import for_step
from proceedings.models import Letter, Party, Preparation
from proceedings.models.mandate import held
from proceedings.office import learn
from proceedings.registry import procedure_for
from workdays.words import stamp

# What one does in a row; the end of it offers the next ones.
LONGEST = 50
PENDING = Preparation.Status.PENDING


def signs(officer):
    """Whether signing is this officer's task at all: a leader's, or of who signs for one."""
    return officer.is_leader or bool(held(officer))


def waiting(officer):
    """The preparations that `officer` may sign now, soonest due first."""
    unit = officer.acting_unit
    if unit is None:
        return []
    turn = Party.objects.filter(proceeding=OuterRef("proceeding"), unit=unit, turn=True, until=None)
    found = Preparation.objects.filter(unit=unit, status=PENDING).select_related("proceeding")
    found = found.annotate(due=Subquery(turn.order_by("due_at").values("due_at")[:1]))
    return [p for p in found.order_by(F("due").asc(nulls_last=True), "pk") if is_for(officer, p, unit)]


def is_for(officer, preparation, unit):
    record = preparation.proceeding
    step = procedure_for(record.kind).steps[preparation.step]
    if has_office(officer, step, unit):
        return True
    return preparation.prepared_by_id != officer.pk and bool(for_step(record, step, officer, unit))


class Queue:
    """`ids`: of preparations, in their order."""

    def __init__(self, officer, ids):
        self.officer, self.ids = officer, ids
        found = Preparation.objects.filter(pk__in=ids, unit=officer.acting_unit)
        found = {p.pk: p for p in found.select_related("proceeding", "decided_by")}
        self.items = [found[pk] for pk in ids if pk in found]

    @classmethod
    def asked(cls, request):
        """The queue that the address or the form names, or None; read once, and anew after an act (`forget`)."""
        if not hasattr(request, "_queue"):
            ids = parse(request.POST.get("queue") or request.GET.get("queue"))
            queue = cls(learn(request.user), ids) if ids else None
            request._queue = queue if queue and queue.items else None
        return request._queue

    @classmethod
    def around(cls, request, record, step_code):
        """The one that was asked for if this letter is in it; else all that waits, if there is more than this."""
        queue = cls.asked(request)
        if queue is not None and queue.item(record, step_code) is not None:
            return queue
        ids = [p.pk for p in waiting(learn(request.user))][:LONGEST]
        queue = cls(request.user, ids) if len(ids) > 1 else None
        return queue if queue and queue.item(record, step_code) is not None else None

    @staticmethod
    def forget(request):
        request.__dict__.pop("_queue", None)

    def __str__(self):
        return "-".join(str(p.pk) for p in self.items)

    @property
    def end_url(self):
        return f"{reverse('signing')}?queue={self}"

    def url(self, item):
        return f"{reverse(f'{item.proceeding.kind}:sign', args=[item.proceeding_id, item.step])}?queue={self}"

    def item(self, record, step_code):
        return next((p for p in self.items if p.proceeding_id == record.pk and p.step == step_code), None)

    def after(self, item):
        """Where one goes on: the next that is still to be decided, else an earlier one that was left, else the end."""
        at = self.items.index(item)
        left = [p for p in [*self.items[at + 1 :], *self.items[:at]] if p.status == PENDING]
        return self.url(left[0]) if left else self.end_url

    def beside(self, item):
        """Position, and what lies before and behind of what is still to be decided."""
        at = self.items.index(item)
        earlier = [p for p in self.items[:at] if p.status == PENDING]
        later = [p for p in self.items[at + 1 :] if p.status == PENDING]
        return {
            "queue": str(self), "position": at + 1, "total_to_sign": len(self.items),
            "previous_url": self.url(earlier[-1]) if earlier else None,
            "next_url": self.url(later[0]) if later else self.end_url, "last": not later,
        }  # fmt: skip


def parse(text):
    """ "31-35-38" → [31, 35, 38]; nothing of what is no such list."""
    parts = (text or "").split("-")[:LONGEST]
    return list(dict.fromkeys(int(p) for p in parts if p.isascii() and p.isdecimal() and len(p) < 16))


def signature(preparation):
    return procedure_for(preparation.proceeding.kind).steps[preparation.step].signature()


def what_became(preparation, officer):
    """ "周建国 今天 10:32 已签发" """
    done = {"signed": signature(preparation).done, "returned": "已退回修改"}.get(preparation.status)
    if done is None:
        return "已撤回或另有办理，不必再办"
    who = "您" if preparation.decided_by_id == officer.pk else getattr(preparation.decided_by, "name", "")
    return f"{who} {stamp(preparation.decided_at)} {done}"


def signing(request):
    """Open a queue, or say at its end what was done."""
    officer = learn(request.user)
    queue = Queue.asked(request)
    more = waiting(officer)
    if queue is None:
        if more:
            opened = Queue(officer, [p.pk for p in more[:LONGEST]])
            return redirect(opened.url(opened.items[0]))
        return render(request, "proceedings/signed.html", {"rows": []})
    mine = [p for p in queue.items if p.decided_by_id == officer.pk]
    returned = sum(p.status == "returned" for p in mine)
    done = Counter(signature(p).done.removeprefix("已") for p in mine if p.status == "signed")
    left = [p for p in queue.items if p.status == PENDING]
    others = len(queue.items) - done.total() - returned - len(left)
    known = set(queue.ids)
    return render(request, "proceedings/signed.html", {
        "rows": rows(queue, officer), "total": len(queue.items), "left": len(left),
        "done": "，".join(
            f"{word} {n} 件" for word, n in (*done.items(), ("退回", returned), ("他人办理或撤回", others)) if n
        ) or "还没有办理",
        "left_url": queue.url(left[0]) if left else None, "more": sum(p.pk not in known for p in more),
    })  # fmt: skip


def rows(queue, officer):
    """[{title, url, said, letter}] of what was in the queue."""
    signed = {(p.proceeding_id, p.decided_at) for p in queue.items if p.status == "signed"}
    about = Letter.objects.filter(proceeding_id__in=[pk for pk, _ in signed])
    letters = {(one.proceeding_id, one.issued_at): one for one in about}
    return [
        {
            "title": p.proceeding.title, "url": queue.url(p) if p.status == PENDING else p.proceeding.get_absolute_url(),
            "said": "" if p.status == PENDING else what_became(p, officer), "left": p.status == PENDING,
            "letter": letters.get((p.proceeding_id, p.decided_at)), "remarks": p.remarks,
        }
        for p in queue.items
    ]  # fmt: skip
