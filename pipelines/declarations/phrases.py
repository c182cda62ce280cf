"""What errors say of a value, and of what is allowed, as kinds and values: a program can tell them apart, and say them in
another language than English.
"""

from __future__ import annotations

from typing import Any, Self

# Kind -> its English. A program with kinds of its own adds them. What begins with "given" is about what came instead.
ENGLISH = {
    # options
    "numbers": "numbers from {low:g} to {high:g}",
    "whole_numbers": "whole numbers from {low:g} to {high:g}",
    "number_list": "at most {most} numbers from {low:g} to {high:g}",
    "text": "text of at most {most} characters",
    "texts": "a text of at most {length} characters, or at most {most} such texts",
    "pictures": "at most {most} pictures",
    "one_of": "one of {names}",
    "switch": "true or false",
    "colour": "a colour such as #e02020",
    "given_number": "a number of {bits} bits",
    "given_pictures": "{count} pictures",
    # entries as dictionaries
    "dictionary": "a dictionary such as {example}",
    "depth": "at most {most} inside one another",
    "only_of": "only {names} of {name}",
    "given_deeper": "a deeper dictionary",
    # pictures
    "picture_tensor": "(3, H, W) of finite numbers",
    "picture_forms": "a PIL picture, a tensor (3, H, W), or a text {prefix}...",
    "picture_text": "a text {prefix}...",
    "characters": "at most {most} characters",
    "whole_png": "a whole PNG",
    "picture_side": "at most {most} pixels a side",
    "flat_colours": "a map of at most {most} flat colours",
    "picture_to_be_like": "a picture to be like",
    "picture_of_condition": "a picture of the condition",
    "given_tensor": "a tensor of shape {shape}",
    "given_type": "a {type}",
    "given_text": "a text of {count} characters",
    "given_png": "a PNG that cannot be read ({reason})",
    "given_pixels": "a picture of {width}x{height} pixels",
    "given_colours": "<a picture of more colours>",
    # arguments of a pipeline
    "a_text": "a text",
    "text_or_texts": "a text, or a list of texts",
    "seed": "a whole number from 0 to {high}",
    "seed_or_seeds": "a whole number from 0 to {high}, or a list of them",
    "generator": "a torch.Generator of the CPU",
    "generators": "a torch.Generator of the CPU, or a list of them, one a picture",
    "instance": "an instance of {type}, such as {example}",
    "list": "a list, such as [{example}]",
    "keywords": "a dictionary of keywords",
    "floats": "floats of shape {shape}, all finite",
    "whole_from": "a whole number from {low}",
    # what the options of an entry are together
    "up_to": "numbers from 0 to {name}, {limit:g}",
    "below": "numbers below {name}, {limit:g}",
    "rule": "a rule, such as ClassifierFree(2)",
    "rule_with_strength": "a rule that has a strength, such as ClassifierFree",
    "with_rule": "{allowed} with the rule {rule}",
    "points": "at least one number for the shape 'points'",
    "weights": "none, or one each of the {count} texts and pictures",
    "sees_outside": "'x_t' or 'x0' outside of a pipeline's run",
    "sees_alone": "'x_t' where there is no prediction",
    # parts that a pipeline does not have
    "lacks classifier": "This model has no classifier that understands noise.",
    "lacks clip": "This model has no CLIP that understands noise.",
    "lacks maps": "This model's classifier has no feature maps.",
    "lacks weak": "This model has no weaker copy of itself to be compared with.",
    "lacks null": "This model was trained without a null condition.",
    "lacks attention": "This model's network has no self-attention to perturb.",
    "lacks clean_classifier": "This model has no classifier of clean pictures.",
    "lacks conditions": "This model has no network that is told of conditions.",
    "lacks controlnet": "This model has no ControlNet.",
    "lacks adapter": "This model has no T2I-Adapter.",
    "lacks global_adapter": "This model has no network that turns a picture into a part of the prompt.",
    "lacks clean_clip": "This model has no CLIP of clean pictures.",
}


class Phrase(str):
    """English words that know their `.kind`, a key of `ENGLISH`, and the `.values` in them, which may be phrases too."""

    kind: str
    values: dict[str, Any]

    def __new__(cls, kind: str, /, **values: Any) -> Self:
        made = super().__new__(cls, ENGLISH[kind].format(**values))
        made.kind, made.values = kind, values
        return made

    def __getnewargs_ex__(self):
        return (self.kind,), self.values
