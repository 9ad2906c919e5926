"""涉案物品清单: one line for each thing, its columns parted by a comma, Chinese or not."""

import pytest

from referrals.letters import goods_table


@pytest.mark.parametrize("line", ["炭烤炉,1台,,完好", "炭烤炉，1台，，完好", "炭烤炉， 1台，,完好 "])
def test_a_line_becomes_a_row(line):
    assert goods_table([line]).rows == [["炭烤炉", "1台", "", "完好", ""]]


def test_over_rest_a_thing_may_be_an_object():
    assert goods_table([{"name": "炭烤炉", "quantity": "1台"}]).rows == [["炭烤炉", "1台", "", "", ""]]
