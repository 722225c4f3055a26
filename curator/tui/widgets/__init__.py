"""Widgets of the terminal interface. They take domain values, draw through one door and post messages."""
