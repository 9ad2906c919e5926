"""The act in hand: what effects, rules and letters of a procedure get to work with."""

from . import barring, bundle, clocks, sealed
from .models import Audience, Material, Notice, Outbox, Party


class Act:
    """One performance of a step. `record` is the procedure's own model, locked; `officer` is None for the
    system; `unit` the acting unit (the absent one when `paper`); `data` the cleaned entries; `now` the
    moment at which the act counts (for a paper answer: when it was delivered)."""

    def __init__(
        self,
        *,
        record,
        procedure,
        step,
        officer,
        unit,
        now,
        recorded_at,
        data=None,
        form=None,
        paper=False,
        silent=False,
    ):
        self.record, self.procedure, self.step = record, procedure, step
        self.officer, self.unit, self.now, self.recorded_at = officer, unit, now, recorded_at
        self.data, self.form, self.paper = data or {}, form, paper
        self.silent = silent
        self.event = None
        self.letter = None
        self.said = ""
        self.details = []
        self.clock_effects = []
        self.to = step.to
        self.skip = set()
        # The letter that this act issues goes to a unit that is served on paper (delivery.py).
        self.undelivered = False
        self.follow_ups = []
        # The matter that this act led to and in which the officer goes on.
        self.leads_to = None
        self.from_state = ""
        self.arrived = None
        self.autosaved = None
        # The form is another act's, and so are its files.
        self.borrowed = False
        # The mandate by which the officer signs for his leader (授权代签), a models.mandate.Held.
        self.mandate = None
        # The Preparation that this act signs, if a clerk has made it ready.
        self.prepared = None
        self._notices = []
        self.told = False
        # A record that is being opened is written in one go at the end, with its parties and clocks (effects.py).
        self.new = record._state.adding
        self.new_parties, self.new_clocks = [], []

    @property
    def drafter(self):
        """Who answers questions about the letter: the clerk who prepared it, else the acting officer."""
        return self.prepared.prepared_by if self.prepared else self.officer

    # --- parties ---------------------------------------------------------------------------------

    def join(self, role, unit):
        """Make `unit` a party in `role` from now on; a former party comes back. Refused for a unit that is barred."""
        if self.new:
            return self._join_new(role, unit)
        barring.check(self.record, unit)
        party, created = Party.objects.get_or_create(
            proceeding_id=self.record.pk, unit=unit, role=role,
            defaults={"kind": self.record.kind, "since": self.now},
        )  # fmt: skip
        if not created and party.until is not None:
            party.until = None
            party.save(update_fields=["until"])
        self._forget_parties()
        return party

    def _join_new(self, role, unit):
        there = [p for p in self.new_parties if (p.role, p.unit_id) == (role, unit.pk)]
        party = Party(proceeding_id=self.record.pk, unit=unit, role=role, kind=self.record.kind, since=self.now)
        if not there:
            self.new_parties.append(party)
        bundle.cache(self.record, "parties", self.new_parties)
        return there[0] if there else party

    def leave(self, role):
        """End `role` for whoever holds it: it may no longer act in it, nor see by it."""
        Party.objects.filter(proceeding_id=self.record.pk, role=role, until=None).update(until=self.now, turn=False)
        self._forget_parties()

    def party(self, role):
        """The unit in `role`; a LookupError is a fault of the declaration."""
        unit = self.record.unit(role)
        if unit is None:
            raise LookupError(f"{self.record.kind} {self.record.pk} has nobody in the role {role}")
        return unit

    def parties(self, role):
        """The units in `role`; at least one."""
        if not self.procedure.roles[role].many:
            return [self.party(role)]
        found = [p.unit for p in self.record.parties.all() if p.role == role and p.until is None]
        if not found:
            raise LookupError(f"{self.record.kind} {self.record.pk} has nobody in the role {role}")
        return found

    def arrive(self, at, of=None):
        """The matter reached those whose turn it is now at `at`, from the unit `of` (default: the acting one): for
        what was delivered otherwise than by this act."""
        self.arrived = at, of or self.unit

    def _forget_parties(self):
        self.record.forget_rows("parties")

    # --- clocks ----------------------------------------------------------------------------------

    def start(self, code, since=None, unit=None):
        period = self.procedure.periods[code]
        if period.applies is not None and not period.applies(self.record):
            return None
        since = since or (period.runs_from(self.record) if period.runs_from else self.now)
        bound = period.not_after(self.record) if period.not_after else None
        clock = None
        for one in [unit] if unit else self.parties(period.on):
            last = 0 if self.new else self.record.clocks.filter(period=code, unit=one).count()
            clock = clocks.begun(self.record, period, one, since, not_after=bound, revision=last + 1)
            if self.new:
                self.new_clocks.append(clock)
            else:
                clock.save()
        self.clock_effects.append(clocks.effect_words("start", clock))
        return clock

    def stop(self, code, at=None):
        """Stop the period's clocks; in a step of each party, that party's own only."""
        own = self.unit if self.step.each_party else None
        running = [c for c in self._running(code) if own is None or c.unit_id == own.pk]
        for clock in clocks.stop(running, at or self.now, write=not self.new):
            self.clock_effects.append(clocks.effect_words("stop", clock))

    def cancel(self, code, reason):
        for clock in clocks.cancel(self._running(code), reason, self.now, write=not self.new):
            self.clock_effects.append(clocks.effect_words("cancel", clock))

    def move(self, code, reason):
        """Let the period's clocks follow what was corrected in the record: they run on, and the old date is kept."""
        for clock in self._running(code):
            new, old = clocks.corrected(clock, self.record), clocks.absolute(clock)
            if (new.start, new.due_at) != (clock.started_at, clock.due_at):
                clocks.move(clock, new, reason, self.now)
                self.clock_effects.append(clocks.effect_words("move", clock, old))

    def extend(self, code, more, reason, but=()):
        """Lengthen the period's clocks by `more` of their unit, from where they stand; the old date is kept. Not `but`."""
        for clock in self._running(code):
            if clock in but:
                continue
            old = clocks.absolute(clock)
            clock.amount += more
            clocks.move(clock, clocks.deadline_of(clock), reason, self.now)
            self.clock_effects.append(clocks.effect_words("extend", clock, old))

    def suspend(self, code):
        """Let the period's clocks stand still; what is late stays late."""
        for clock in clocks.suspend(self._running(code), self.now):
            self.clock_effects.append(clocks.effect_words("suspend", clock))

    def resume(self, code):
        for clock in clocks.resume(self._running(code), self.now):
            self.clock_effects.append(clocks.effect_words("resume", clock))

    def _running(self, code):
        if self.new:
            return [c for c in self.new_clocks if c.period == code and c.running]
        return clocks.running(self.record, code)

    # --- telling ---------------------------------------------------------------------------------

    def tell(self, unit, text, *, audience=Audience.CLERKS, officer=None, kind="step", urgent=False):
        """A notice to `unit`, written in this transaction and carried outside later."""
        self._notices.append(
            Notice(
                proceeding_id=self.record.pk, unit=unit, audience=audience, officer=officer,
                kind=kind, text=text, urgent=urgent, created_at=self.now,
            )
        )  # fmt: skip

    def flush_notices(self):
        """Write the notices told so far; they point to the event, which is written after the effect."""
        from .notices import channels

        told, self._notices = [n for n in self._notices if not barring.is_barred(self.record, n.unit)], []
        if self.silent or not told:
            return
        self.told = True
        for notice in told:
            notice.event = self.event
        Notice.objects.bulk_create(told)
        Outbox.objects.bulk_create([Outbox(notice=n, channel=c) for n in told for c in channels()])

    # --- sealed identity -------------------------------------------------------------------------

    def seal(self, **entries):
        """Seal the record's identity: name, phone, number, address (Clear or str) and township, what may be shown of
        the address. The acting unit keeps it."""
        return sealed.seal(self, entries)

    def hand_over_identity(self, unit, why="", *, giver=None, keep=False):
        """The identity goes to `unit`, which may ask for it from now on; the giver (the acting unit) may no longer,
        unless it is to `keep` it for what it still owes."""
        sealed.hand_over(self, unit, why, giver=giver, keep=keep)

    def let_go_of_identity(self, unit):
        """`unit` may no longer ask for the identity, where another unit keeps it."""
        sealed.let_go(self, unit)

    # --- files and links -------------------------------------------------------------------------

    def attach(self, kind, upload, *, is_source=False):
        """Store an uploaded file as a material of this proceeding. Refused with its reason if unsafe."""
        from .materials import add_material

        return add_material(self.record, upload, kind, self.officer, self.unit, is_source=is_source)

    def adopt_materials(self):
        """Move the files that were uploaded beside the form to the proceeding that it opens."""
        if self.autosaved is not None:
            from . import materials

            materials.hush(self.autosaved, sealed.typed_by(self.form))
            Material.objects.filter(form=self.autosaved).update(form=None, proceeding_id=self.record.pk)

    def after(self, what):
        """Run `what()` last, inside the transaction (for acts on other proceedings)."""
        self.follow_ups.append(what)
