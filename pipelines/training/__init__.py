"""Data, trainers and recipes that make the worlds; nothing here is needed to run one."""
