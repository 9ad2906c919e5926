"""The sample county shows every state and both directions, and loading it again changes nothing."""

import pytest
from django.utils import timezone

from proceedings import sample
from proceedings.models import Clock, Event, Party, Proceeding
from referrals.models import Transfer
from referrals.procedures import TransferProcedure
from referrals.sample import load_transfers, stories

pytestmark = pytest.mark.django_db
BUSY = ("licheng", "shijian", "shuiwu", "chengguan", "taji")


def test_the_county_at_work(monkeypatch):
    monkeypatch.setattr("referrals.sample.render_letter", lambda letter: None)  # letters have tests of their own
    count = load_transfers()
    assert count > 45
    assert set(Transfer.objects.values_list("state", flat=True)) == set(TransferProcedure.states)

    now = timezone.now()
    assert not Event.objects.filter(at__gt=now).exists(), "nothing happens in the future"
    assert not Proceeding.objects.filter(is_open=True, holder=None).exists()
    assert not Clock.objects.filter(next_at__lte=now).exists(), "whoever was to be told was told"
    for code in BUSY:
        assert Party.objects.filter(unit__code=code, turn=True).count() >= 3, code
    kinds = {(s.unit("sender").is_township, s.receiver.is_township) for s in Transfer.objects.all()}
    assert len(kinds) == 4, "every direction"

    others = Proceeding.objects.exclude(pk__in=sample.matters().values("pk"))
    assert not others.exists(), "remove_sample_county knows each of them"

    assert load_transfers() == 0
    assert Transfer.objects.count() == count
    assert len(stories.STORIES) <= count
