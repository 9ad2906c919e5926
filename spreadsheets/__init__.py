"""XLSX as a library: files of others read safely, what is wrong with them said by sheet, row and column, templates written."""
