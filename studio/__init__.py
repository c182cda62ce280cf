"""The studio around the pipelines: recipes, the engine that runs them, the measures and the page."""
