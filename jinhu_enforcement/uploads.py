"""Uploads that never touch the disk: for files whose content is sealed where it is kept.

Django writes what is larger than FILE_UPLOAD_MAX_MEMORY_SIZE to a temporary file. A view that is marked here gets its
files in memory, and what is larger than it takes is not kept anywhere. The mark is read by InputCheckMiddleware, before
anything has looked at the body.
"""

from django.core.files.uploadhandler import MemoryFileUploadHandler


def kept_in_memory(most_bytes):
    """For views with an upload; `request.upload_too_large` says that the body was larger than `most_bytes`."""

    def mark(view):
        view.kept_in_memory = most_bytes
        return view

    return mark


class InMemory(MemoryFileUploadHandler):
    def __init__(self, request, most_bytes):
        super().__init__(request)
        self.most_bytes = most_bytes

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        # One that is not activated drops what comes, and there is no other one to take it.
        self.activated = content_length <= self.most_bytes
        self.request.upload_too_large = not self.activated


def receive(request, view):
    if most_bytes := getattr(view, "kept_in_memory", 0):
        request.upload_handlers = [InMemory(request, most_bytes)]
