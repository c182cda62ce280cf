"""One look for the whole studio, light and dark, with the fonts of the system, and one palette of rules."""

from __future__ import annotations

import json
from pathlib import Path

from ..words import WORDS

# A rule keeps its colour in columns, figures and legends: (on light, on dark).
PALETTE = {
    "unguided": ("#64748b", "#94a3b8"),
    "unconditional": ("#a8a29e", "#78716c"),
    "classifier": ("#c2570c", "#fb923c"),
    "clip": ("#0f766e", "#2dd4bf"),
    "classifier_free": ("#4338ca", "#a5b4fc"),
    "mixed": ("#be185d", "#f472b6"),
    "other": ("#0369a1", "#38bdf8"),
}

TABS = ("play", "draw", "frontier", "compare", "inside", "lab", "history", "rules_page")  # words for their names

FONTS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "sans-serif",
)
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono", "monospace")


def theme():
    """The gradio theme."""
    from gradio import themes

    return themes.Base(
        primary_hue=themes.colors.indigo,
        secondary_hue=themes.colors.slate,
        neutral_hue=themes.colors.slate,
        font=list(FONTS),
        font_mono=list(MONO),
        radius_size=themes.sizes.radius_md,
        spacing_size=themes.sizes.spacing_sm,
    ).set(
        body_background_fill="#f8fafc",
        body_background_fill_dark="#0b1020",
        block_background_fill="*background_fill_primary",
        block_border_width="0px",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_title_text_weight="600",
        block_title_text_size="*text_sm",
        block_info_text_size="*text_sm",
        block_info_text_color="*neutral_500",
        block_info_text_color_dark="*neutral_400",
        panel_background_fill="transparent",
        panel_border_width="0px",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_600",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="#ffffff",
        button_secondary_background_fill_dark="#1b2440",
        button_secondary_background_fill_hover_dark="*neutral_700",
        checkbox_label_background_fill_dark="#1b2440",
        slider_color="*primary_600",
        slider_color_dark="*primary_400",
    )


def css() -> str:
    """The style sheet, with the palette as variables."""
    rules = "".join(
        f".rule-{rule} {{ --rule: {light}; }} .dark .rule-{rule} {{ --rule: {dark}; }}\n"
        for rule, (light, dark) in PALETTE.items()
    )
    here = Path(__file__)
    first = here.with_suffix(".css")
    others = (path for path in here.parents[1].rglob("*.css") if path != first)
    sheets = [first, *sorted(others, key=lambda path: path.name)]
    return rules + "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def head() -> str:
    """For the head of the page. The style sheet is here, because gradio rewrites what it gets as `css`."""
    tabs = json.dumps([WORDS[key] for key in TABS if key in WORDS], ensure_ascii=False)
    parts = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("kit.js", "page.js")]
    script = "\n".join(parts).replace("__TABS__", tabs)
    return f"<script>{script}</script><style>{css()}</style>"
