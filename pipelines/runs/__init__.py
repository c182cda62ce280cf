"""One run or several at once: pipelines, the one loop, the denoiser, and what is observed of them."""
