"""Screens of the terminal interface, one a file. Only screens own workers."""
