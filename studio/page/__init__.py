"""The page that all tabs stand on: its look, its scripts, its open pages, and how it is served."""
