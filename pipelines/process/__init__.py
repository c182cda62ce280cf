"""The forward process and what is read from it: times, predictions, noise, pixels or latents."""
