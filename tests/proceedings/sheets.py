"""Reading what the ledger export answers."""

import io

from python_calamine import CalamineWorkbook


def rows_of(answer):
    """[[cell, …]] of the first sheet of a streamed XLSX answer, headings first."""
    data = b"".join(answer.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
