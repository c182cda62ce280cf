"""The tabs of the page, a folder each: components, handlers, events, views, scripts, and endpoints for programs."""
