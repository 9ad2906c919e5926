"""The OpenAPI description is made without a warning, and tells the columns of a list."""

import io

import pytest
from django.core.management import call_command


def test_the_description_has_no_warnings():
    call_command("spectacular", fail_on_warn=True, file="/dev/null", stdout=io.StringIO())


@pytest.mark.django_db
def test_a_list_is_described_by_its_columns(client):
    parts = client.get("/api/schema/?format=json").json()["components"]["schemas"]
    goods = parts["TransferOpenBodyRequest"]["properties"]["goods"]
    assert goods["items"]["$ref"].endswith("/TransferGoodsRowRequest")
    row = parts["TransferGoodsRowRequest"]
    assert list(row["properties"]) == ["name", "quantity", "model", "condition", "note"]
    assert row["required"] == ["name"]
    items = parts["TransferRequestSupplementBodyRequest"]["properties"]["items"]["items"]
    assert items["type"] == "string"
