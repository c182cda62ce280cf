"""Pictures to look at, of prompts chosen before looking: 64 a prompt on sheets, and four a prompt on one picture."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ...guidance import ClassifierFree
from ..pictures import sheet

# world -> prompts, chosen before looking.
EMOJI = (
    "red apple",
    "微笑的猫",
    "flat rocket",
    "pizza",
    "an animal",
    "noto panda",
    "a house",
    "3d red heart",
    "musical instrument",
    "twemoji sun",
)
PROMPTS = {
    "emoji": EMOJI,
    "latent": EMOJI,
    "fashion": ("t-shirt", "裤子", "pullover", "dress", "coat", "sandal", "衬衫", "sneaker", "bag", "ankle boot"),
}
ENGLISH = {"微笑的猫": "smiling cat", "裤子": "trousers", "衬衫": "shirt"}
STRENGTHS = (0.0, 2.0, 5.0)
TEN, EACH, LABEL = "ten_prompts.jpg", 4, 150


def drawn(pipe, prompt: str, count: int, steps: int) -> list[list[Image.Image]]:
    """Pictures with seeds 0, 1, ... at each of STRENGTHS."""
    return [
        pipe(prompt, rules=[ClassifierFree(w)], seeds=range(count), num_inference_steps=steps).images for w in STRENGTHS
    ]


def sheets(pipe, prompts, folder: Path, steps: int) -> None:
    """64 pictures a prompt at each strength, w from left to right, seeds 0 to 63: one JPEG a prompt."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, prompt in enumerate(prompts, 1):
        grids = [
            sheet([pictures[k : k + 8] for k in range(0, 64, 8)], gap=0) for pictures in drawn(pipe, prompt, 64, steps)
        ]
        sheet([grids], gap=12).save(folder / f"{number:02d}.jpg", quality=80)
        print(prompt, flush=True)


def ten(pipe, prompts, steps: int) -> Image.Image:
    """A row a prompt: its words, then EACH pictures, seeds from 0, at each strength, w from left to right."""
    rows = [[sheet([pictures], gap=2) for pictures in drawn(pipe, prompt, EACH, steps)] for prompt in prompts]
    grid = sheet(rows, gap=10)
    whole = Image.new("RGB", (LABEL + grid.width, 24 + grid.height), "white")
    whole.paste(grid, (LABEL, 24))
    draw = ImageDraw.Draw(whole)
    for number, w in enumerate(STRENGTHS):
        draw.text(
            (LABEL + (number + 0.5) * grid.width / len(STRENGTHS), 12),
            f"w = {w:g}",
            "#343a40",
            ImageFont.load_default(15),
            "mm",
        )
    for number, prompt in enumerate(prompts):
        words, font = lettered(prompt)
        draw.text((LABEL - 12, 24 + (number + 0.5) * grid.height / len(prompts)), words, "#343a40", font, "rm")
    return whole


def lettered(prompt: str) -> tuple[str, ImageFont.FreeTypeFont]:
    """The words as they can be written here, and a font for them: Chinese needs one that a machine may not have."""
    if re.fullmatch(r"[ -~]*", prompt):
        return prompt, ImageFont.load_default(15)
    try:
        return prompt, ImageFont.truetype("NotoSansCJK-Regular.ttc", 15)
    except OSError:
        return ENGLISH.get(prompt, "?"), ImageFont.load_default(15)
