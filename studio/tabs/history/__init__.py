"""The History tab: what was drawn, to search, open, star, delete and export."""
