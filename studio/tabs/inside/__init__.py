"""One run opened up, step by step: traced, shown, kept as a film. No gradio, and torch only while a run is traced."""
