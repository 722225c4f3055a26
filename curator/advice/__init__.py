"""Should you fine-tune at all? Intervals, comparisons, costs and the verdict; it asks no model and opens no file."""
