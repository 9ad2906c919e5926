from letters import verification


def test_a_code_holds_at_least_80_bits():
    assert verification.BITS >= 80


def test_codes_are_readable_and_do_not_repeat():
    codes = {verification.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == 20 and not set(code) & set("01OIL") for code in codes)


def test_a_code_is_recognised_however_it_is_typed():
    code = verification.new_code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", wide):
        assert verification.normalize(typed) == code


def test_what_cannot_be_a_code_is_none():
    for typed in ("", "abc", "K7M2QX-9HTRVD-4WFPN", "K7M2QX-9HTRVD-4WFPN0", "'; DROP TABLE"):
        assert verification.normalize(typed) is None
