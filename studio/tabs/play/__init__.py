"""The Play tab: a table of guidance settings and seeds."""
