"""Why a file was not taken, said so that an officer can act on it."""


class EvidenceError(Exception):
    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.message = message
        self.code = code


class RejectedFile(EvidenceError):
    """The file is not taken; `message` is Chinese and fit to be shown, `code` is stable."""


class OffsetConflict(EvidenceError):
    """A chunk does not follow on what has arrived; go on from `expected`."""

    def __init__(self, expected: int):
        super().__init__("上传进度与服务器不一致，请从断点继续。", "offset_conflict")
        self.expected = expected


class UploadUnknown(EvidenceError):
    """No such upload (any more): it has to start again."""

    def __init__(self):
        super().__init__("上传已过期或不存在，请重新上传。", "upload_unknown")
