"""A program of its own (see reading.py): an XLSX file on stdin becomes its sheets as JSON on stdout.

Usage: reader.py MOST_BYTES MOST_ROWS MOST_COLUMNS plain|formulas. A small file may ask for a dense table of 17 billion
cells, or swell without end whatever its directory says: here it may, within the limits, and takes nothing with it.
Nothing of the file is written to disk. What is wrong is one word on stderr, perhaps with a place.
"""

import io
import json
import re
import resource
import sys
import zipfile
from xml.etree import ElementTree
from xml.parsers import expat

MEMORY = 1536 * 1024**2
SECONDS = 60
SHOWN = 20  # formulas that are named
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Refused(Exception):
    pass


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parts_of(archive):
    """{sheet name: path of its part}."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  within limits
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")  # noqa: S314
    paths = {sheet.get("name"): targets.get(sheet.get(RELATION), "") for sheet in sheets}
    return {name: path.lstrip("/") if path.startswith("/") else f"xl/{path}" for name, path in paths.items()}


def look_through(part, most_rows, most_columns, formulas):
    """Row and column of the last cell within bounds, and the formulas, before anybody makes a table of it."""
    found, at = [], [""]

    def begin(name, attributes):
        name = name.rpartition(":")[2]
        if name == "c" or name == "row":
            at[0] = attributes.get("r", "") if name == "c" else f"A{attributes.get('r', '1')}"
            place = CELL.fullmatch(at[0])
            if place and int(place[2]) > most_rows:
                raise Refused("rows")
            if place and column(place[1]) > most_columns:
                raise Refused("columns")
        elif name == "f" and not formulas:
            found.append(at[0])

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    while piece := part.read(1 << 16):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return found


def column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read(data, most_bytes, most_rows, most_columns, formulas):
    from python_calamine import CalamineWorkbook

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > most_bytes:
            raise Refused("bytes")
        for name, path in parts_of(archive).items():
            with archive.open(path) as part:
                found = look_through(part, most_rows, most_columns, formulas)
            if found:
                raise Refused("formulas " + json.dumps([name, len(found), found[:SHOWN]]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [[name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in book.sheet_names]


def plain(value):
    """Dates and moments as {"day": …} and {"moment": …}; a duration or a time of day as its words."""
    if hasattr(value, "hour") and hasattr(value, "year"):
        return {"moment": value.isoformat()}
    if hasattr(value, "year"):
        return {"day": value.isoformat()}
    return str(value)


def main(most_bytes, most_rows, most_columns, formulas):
    limit()
    try:
        sheets = read(
            sys.stdin.buffer.read(), int(most_bytes), int(most_rows), int(most_columns), formulas == "formulas"
        )
    except Refused as error:
        print(str(error), file=sys.stderr)  # noqa: T201
        return 3
    except MemoryError:
        return 4
    except Exception as error:  # whatever it is, the file cannot be read, and its words might be the file's
        print(f"unreadable {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return 5
    json.dump(sheets, sys.stdout, default=plain)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
