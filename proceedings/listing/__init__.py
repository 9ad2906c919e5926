"""Lists of a procedure's matters: what may be filtered, in which order, in which columns. One declaration serves the
page, REST and the ledger (台账).

    fields, filters   what a list may be filtered by; a procedure adds its own with `filters = (…)`
    orders            the orders, each served by an index, and where in one a reader is
    find              the ids of a page: a few rows of an index, whatever the total
    asked             what an address asks for: filters, order, columns, page
    columns           what a row shows; a procedure chooses with `columns = (…)`
    prefs             what an officer keeps: columns, saved views
"""
