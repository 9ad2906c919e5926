"""A text that holds the sealed name, a telephone or an identity number is stopped, with a hint that does not repeat it."""

import pytest
from django.core.exceptions import ValidationError

from sealing import clear, guard
from sealing.clear import Clear

from .conftest import NAME, NUMBER, PHONE

SECRETS = [
    Clear(NAME, clear.NAME),
    Clear(PHONE, clear.PHONE),
    Clear("0517-86881234", clear.PHONE),
    Clear("G1234567", clear.NUMBER),
]


@pytest.mark.parametrize(
    "text",
    [
        "张晓梅反映楼下烧烤店油烟扰民", "投诉人张 晓 梅", "张晓\n梅女士", "（張晓梅即张晓梅）",
        "联系13800131234", "电话：138 0013 1234。", "138-0013-1234", "+86 13800131234", "8613912345678",
        "13800131235 2026年11月来电", "13800131235、13900139000", "138-001-31235", "1380 013 1235", "１３９１２３４５６７８",
        "手机139.1234.5678", "可致电0517-86881235", "（0517）86881235", "051786881235", "010 62345678",
        "证号320831199003071239", "32083119900307123 9", "３２０８３１１９９００３０７１２３９",
        "回拨86881234即可", "护照G1234567", "护照 g1234567",
    ],
)  # fmt: skip
def test_it_is_stopped_with_a_hint_that_does_not_repeat_it(text):
    with pytest.raises(ValidationError) as stopped:
        guard.check(text, SECRETS)
    hint = stopped.value.messages[0]
    assert "封存的身份信息" in hint
    for secret in SECRETS:
        assert secret.clear not in hint


@pytest.mark.parametrize(
    "text",
    [
        "", None, "2026年11月25日14时30分，工园路8号", "案号金黎执移〔2026〕12号", "12345热线工单20261125013812345678",
        "罚款人民币13800元", "营业执照91320831MA1X2Y3Z4K", "320831199013071232", "320831199003071233", "晓梅超市", "张某",
        "110、12345、96110",
        "17/11/2026 100", "13.5 12.33 45.1 6.7", "15-16 2026-11-25 3", "长138米，宽0013厘米，厚1234毫米", "2026-10-08 09:10 至 2026-10-09 17:30", "0517",
    ],
)  # fmt: skip
def test_what_only_looks_alike_goes_through(text):
    guard.check(text, SECRETS)


def test_lists_are_looked_through():
    with pytest.raises(ValidationError):
        guard.check([{"name": "照片", "note": "张晓梅提供"}], SECRETS)
    guard.check(["照片三张"], SECRETS)


def test_a_name_of_one_sign_is_found_everywhere_and_stops_nothing():
    guard.check("王某在场", [Clear("王", clear.NAME)])


@pytest.mark.django_db
def test_an_erased_identity_stops_nothing_and_one_that_no_key_opens_everything(identity, settings):
    assert [s.clear for s in guard.secrets_of(identity)] == [NAME, PHONE, NUMBER]
    from sealing.keyring import new_entries

    settings.SEALING_KEYS = new_entries()
    with pytest.raises(ValidationError, match="打不开"):
        guard.secrets_of(identity)
    identity.erased_at = identity.created_at
    assert guard.secrets_of(identity) == []
