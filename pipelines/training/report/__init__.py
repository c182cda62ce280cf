"""What a world's pictures are worth: `python -m pipelines.training.report emoji`. One section a file.

The pictures of a setting are made once, for all sections, with the same things and seeds as every other setting. A
section is `measure(context) -> Section | None`. Where the world has no network that it needs it asks `context.lacks`,
which notes what is left out for want of it: a whole section, then None, or some of its rows.
"""
