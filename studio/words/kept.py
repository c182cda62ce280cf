"""The words for how well pictures keep what they were told, in English and Chinese."""

from __future__ import annotations

KEPT: dict[str, tuple[str, str]] = {
    "layer_empty": ("Nothing is drawn: no condition.", "什么也没画：没有条件。"),
    "nothing_told": (
        "Nothing is drawn: the pictures follow the prompt alone, without a condition.",
        "什么也没画：没有条件，图片只听提示词的。",
    ),
    "column_none": ("No condition", "无条件"),
    "column_all": ("All together", "全部一起"),
    "told_here": (
        "Besides the prompt, this column is told what was drawn:",
        "除了提示词，这一列还听画图页画的：",
    ),
    "told_how": ("strength {strength}, from {start} to {end} of the steps", "强度 {strength}，步数的 {start} 到 {end}"),
    "told_open": ("Open in Draw", "在画图页打开"),
    "told_remove": ("Take it off", "去掉"),
    "kept_edges": ("edge F1", "边缘 F1"),
    "kept_lines": ("line F1", "线稿 F1"),
    "kept_mask": ("shape IoU", "形状 IoU"),
    "kept_blocks": ("colour error", "颜色误差"),
    "kept_labels": ("same colour", "同色比例"),
    "kept_reference": ("like the picture", "与参照图相似"),
    "kept_ssim": ("SSIM with the picture", "与参照图的 SSIM"),
    "kept_agreement": ("agreement", "一致率"),
    "kept_diversity": ("distance", "距离"),
    "kept_time": ("time", "用时"),
    "drawing_column": (
        "Column {column} of {columns}, step {index} of {total}",
        "第 {column}/{columns} 列，第 {index}/{total} 步",
    ),
}
