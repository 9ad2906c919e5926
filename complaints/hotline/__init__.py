"""12345 工单: the orders of the hotline come as an XLSX file a day and are registered as complaints. See docs/adr/0025."""
