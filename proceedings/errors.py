"""What perform() may answer instead of doing it. Each knows its HTTP status; pages and REST share them."""


class ProceedingError(Exception):
    """`code` is stable for machines; `message` tells the officer in Chinese what to do."""

    status = 400
    code = "invalid"

    def __init__(self, message, **extra):
        super().__init__(message)
        self.message = message
        self.extra = extra


class Invalid(ProceedingError):
    """The entries are not acceptable. `fields`: {field name: [messages]}, "__all__" for the whole."""

    def __init__(self, fields, message="请按提示更正后再办理。", form=None):
        super().__init__(message)
        self.fields = {name: list(errors) for name, errors in fields.items()}
        self.form = form


class Refused(Invalid):
    """A rule of the regulation refuses; `field` is where the officer can mend it."""

    def __init__(self, message, field="__all__"):
        super().__init__({field: [message]}, message)


class NotVisible(ProceedingError):
    status = 404
    code = "not_found"

    def __init__(self, message="没有这个事项，或者本单位不能查看。"):
        super().__init__(message)


class NotPermitted(ProceedingError):
    status = 403
    code = "not_permitted"


class Conflict(ProceedingError):
    """Wrong state or stale version. `happened`: what others did meanwhile, newest last."""

    status = 409
    code = "conflict"

    def __init__(self, message, happened=()):
        super().__init__(message)
        self.happened = list(happened)


class KeyReused(ProceedingError):
    status = 422
    code = "idempotency_key_reused"

    def __init__(self):
        super().__init__("这个幂等键已用于另一份内容。请换一个新的键再提交。")
