"""JSON bodies of REST: only what can be kept (entries.read_json); all else is answered as no valid JSON."""

from rest_framework import parsers
from rest_framework.exceptions import ParseError

from jinhu_enforcement.entries import read_json


class JSONParser(parsers.JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        encoding = parsers.get_encoding(parser_context or {})
        try:
            return read_json(stream.read().decode(encoding))
        except ValueError as error:
            raise ParseError from error
