"""How strongly a map is told where nobody says: so that a prompt for another thing than the map shows keeps its say.

At strength 1 a map of colours says what a thing is more loudly than the prompt does; at these, classifier-free guidance
with w = 2 draws what the prompt asks for in about half of the pictures or more (the emoji world's card, "The maps of
another thing than the prompt's").
"""

USUAL = {"edges": 1.0, "lines": 0.7, "mask": 0.85, "blocks": 0.5, "labels": 0.45}
