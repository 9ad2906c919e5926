import pytest

from sealing.models import SealedIdentity

NAME, PHONE, NUMBER, ADDRESS = "张晓梅", "13800131234", "320831199003071239", "黎城街道健康西路18号3栋502室"


@pytest.fixture
def identity(db):
    """A complainant, sealed, in nobody's custody yet."""
    sealed = SealedIdentity().put(name=NAME, phone=PHONE, number=NUMBER, address=ADDRESS, township="黎城街道")
    sealed.save()
    return sealed
