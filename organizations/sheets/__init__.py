"""Spreadsheets in and out: units, officers, powers and delegations as one workbook with a sheet for each."""
