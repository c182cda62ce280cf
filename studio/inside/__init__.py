"""One run opened up, step by step: traced, shown and kept as a film. No gradio, and torch only while a run is traced."""
