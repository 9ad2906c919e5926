from tests.proceedings.conftest import desk_of, rest  # noqa: F401
