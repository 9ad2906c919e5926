"""Which procedures there are. Filled when each app's `procedures.py` is imported at start."""

_procedures = {}


def register(procedure):
    other = _procedures.get(procedure.code)
    if other is not None and other.__qualname__ != procedure.__qualname__:
        raise ValueError(f"two procedures call themselves {procedure.code!r}: {other} and {procedure}")
    _procedures[procedure.code] = procedure


def procedure_for(kind):
    """The procedure with this code. KeyError if there is none."""
    return _procedures[kind]


def all_procedures():
    return list(_procedures.values())


def reactions_to(kind, step):
    """[(reacting procedure, On)] for a step, in the order of declaration."""
    return [
        (procedure, on)
        for procedure in _procedures.values()
        for on in procedure.reacts
        if on.kind == kind and step in on.steps
    ]
