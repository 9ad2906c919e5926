"""The sample county has shared information in every state, and can be taken out again."""

import pytest
from django.core.management import call_command

from infosharing.models import DataRequest, Information


@pytest.mark.django_db
def test_it_is_told_once_and_taken_out(at):
    from infosharing.sample import load_matters

    assert load_matters() >= 8
    assert load_matters() == 0
    states = set(Information.objects.values_list("state", flat=True))
    assert {"draft", "published"} <= states
    assert set(DataRequest.objects.values_list("state", flat=True)) == {"asked", "answered"}
    assert Information.objects.exclude(source_key="").exists()
    call_command("remove_sample_county", "--including-changed", "--yes")
    assert not Information.objects.exists()
