"""The Draw tab: sketches to begin with, what can be taken onto the sheet, and the handlers behind it."""
