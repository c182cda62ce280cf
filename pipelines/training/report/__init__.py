"""What a world's pictures are worth: `python -m pipelines.training.report emoji`. One section a file.

The pictures of a setting are made once, for all sections, with the same things and seeds as every other setting. A
section is `measure(context) -> Section | None`, None where the world has not what it needs.
"""
