"""The networks that worlds are made of, and what they are told."""

_OURS = ("class_encoder", "classifier", "clip", "global_adapter", "judge", "layout", "text_encoder", "upsampler")

# Where older folders look for a class -> where it is.
MOVED = {f"pipelines.{name}": f"pipelines.networks.{name}" for name in _OURS} | {
    "pipelines.schedule": "pipelines.process.schedule"
}
