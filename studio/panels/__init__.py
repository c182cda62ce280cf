"""The tabs of the page, one file a tab: each builds components and returns a NamedTuple of them."""
