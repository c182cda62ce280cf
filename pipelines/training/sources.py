"""From packages to pictures: fetch with npm, match names to drawings, render on white.

Nine styles, drawn under free licences; names, tags and groups come from a tenth package.
"""

import functools
import io
import json
import re
import subprocess
import tarfile
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from .taxonomy import GROUPS, STYLES, SUBGROUPS


class Package(NamedTuple):
    """An npm package, pinned, so that the same command builds the same data; `licence` is checked on arrival."""

    name: str
    version: str
    licence: str
    credit: str

    @property
    def file(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


PACKAGES = {
    "fluent": Package("@iconify-json/fluent-emoji", "1.2.7", "MIT", "Fluent Emoji, Microsoft Corporation"),
    "flat": Package("@iconify-json/fluent-emoji-flat", "1.2.6", "MIT", "Fluent Emoji Flat, Microsoft Corporation"),
    "noto": Package("@iconify-json/noto", "1.2.9", "Apache-2.0", "Noto Emoji, Google Inc"),
    "twemoji": Package("@iconify-json/twemoji", "1.2.5", "CC-BY-4.0", "Twemoji, Twitter, Inc and other contributors"),
    "3d": Package(
        "@lobehub/fluent-emoji-3d", "1.1.0", "MIT", "Fluent Emoji 3D, Microsoft Corporation, packed by LobeHub"
    ),
    "blob": Package("@iconify-json/noto-v1", "1.2.5", "Apache-2.0", "Noto Emoji (v1), Google Inc"),
    "emojione": Package("@iconify-json/emojione", "1.2.3", "CC-BY-4.0", "Emoji One 2.3, Emoji One"),
    "firefox": Package("@iconify-json/fxemoji", "1.2.2", "Apache-2.0", "Firefox OS Emoji, Mozilla"),
    "streamline": Package("@iconify-json/streamline-emojis", "1.2.4", "CC-BY-4.0", "Streamline Emojis, Streamline"),
    "names": Package("emojibase-data", "17.0.0", "MIT", "Emojibase, Miles Johnson"),
}
SKIN_TONES = {"1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"}


class Drawing(NamedTuple):
    """A picture that can be rendered: what it shows (`hexcode`), in which `style`, and how."""

    hexcode: str
    style: str
    render: Callable[[int], np.ndarray]


def fetch(package: Package, cache: Path) -> dict[str, bytes]:
    """The files of a package by their path inside it, taken from `cache` and fetched with `npm pack` if missing.

    Raises RuntimeError when npm cannot fetch it, ValueError when its licence is not the one we rely on.
    """
    archive = Path(cache) / package.file
    if not archive.exists():
        archive.parent.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", f"{package.name}@{package.version}", "--pack-destination", str(archive.parent)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = getattr(error, "stderr", "") or error
            raise RuntimeError(
                f"Could not fetch {package.name!r} with npm: {reason}\n"
                f"Put {package.file} into {archive.parent} yourself and run again."
            ) from error
    with tarfile.open(archive) as tar:
        files = {member.name.partition("/")[2]: tar.extractfile(member).read() for member in tar if member.isfile()}
    licence = json.loads(files["package.json"]).get("license")
    if licence != package.licence:
        raise ValueError(f"Package {package.name!r} has licence {licence!r}; only {package.licence!r} was agreed to.")
    return files


def slug(label: str) -> str:
    """The key of a label: 'flag: Åland Islands' -> 'flag-aland-islands'."""
    folded = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.replace("'", "").replace("&", "and")).strip("-")


def plain_code(hexcode: str) -> str:
    """Lower-case code points without the variation selector, which sources write or leave out as they like."""
    return "-".join(part for part in hexcode.lower().split("-") if part != "fe0f")


def has_skin_tone(hexcode: str) -> bool:
    """Whether a sequence carries a skin tone. A key's ending does not tell: 'police-car-light' is a lamp."""
    return not SKIN_TONES.isdisjoint(hexcode.lower().split("-"))


def words(text: str) -> str:
    """Text as a person types it: lower case, straight apostrophes and dashes, no quotes, colons, commas or brackets."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("–", "-")
    text = re.sub(r"[“”\"(),!?]|(?<!\d):|:(?!\d)", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def read_entries(files: dict[str, bytes]) -> list[dict]:
    """Things with a name, in the order of the source; components, skin tones and letters without a group are left out.

    `group` and `subgroup` are indices into GROUPS and SUBGROUPS.
    """
    meta = json.loads(files["meta/groups.json"])
    translated = {entry["hexcode"]: entry for entry in json.loads(files["zh/data.json"])}
    groups, subgroups = list(GROUPS), list(SUBGROUPS)
    entries = []
    for entry in json.loads(files["en/data.json"]):
        group, subgroup = (meta[f"{kind}s"].get(str(entry.get(kind))) for kind in ("group", "subgroup"))
        if group not in GROUPS or subgroup not in SUBGROUPS or has_skin_tone(entry["hexcode"]):
            continue
        other = translated[entry["hexcode"]]
        english, chinese = english_name(entry["label"]), chinese_name(other["label"], subgroup)
        lands_en, lands_zh = _lands(english, chinese)
        entries.append(
            {
                "en": english,
                "zh": chinese,
                "tags_en": [tag for tag in _tags(entry) + lands_en if tag != english],
                "tags_zh": [tag for tag in _tags(other) + lands_zh if tag != chinese and is_chinese(tag)],
                "group": groups.index(group),
                "subgroup": subgroups.index(subgroup),
                "hexcode": entry["hexcode"],
                "emoji": entry["emoji"],
                "label": entry["label"],
            }
        )
    return entries


def is_chinese(text: str) -> bool:
    """Whether a text holds at least one Chinese character."""
    return any("一" <= letter <= "鿿" for letter in text)


def _tags(entry: dict) -> list[str]:
    """Tags as words, without one-letter ones and without the codes of countries ('FR', 'gbwls')."""
    codes = {tag for tag in entry.get("tags", ()) if re.fullmatch("[A-Z]{2}|gb[a-z]{3}", tag)}
    tags = dict.fromkeys(words(tag) for tag in entry.get("tags", ()) if tag not in codes)
    return [tag for tag in tags if len(tag) > 1 or is_chinese(tag)]


def english_name(label: str) -> str:
    """A label of the source as a prompt: 'flag: France' -> 'flag of france', 'man: red hair' -> 'man with red hair'."""
    label = re.sub(r"^flag: ", "flag of ", label)
    label = re.sub(r"^(\w+): bald$", r"bald \1", label)
    label = re.sub(r"^(\w+): (.*(?:hair|beard))$", r"\1 with \2", label)
    label = re.sub(r"^(\w+) button \(blood type\)$", r"blood type \1", label)
    if re.match("(kiss|couple with heart|family): ", label):
        label = re.sub(r", (?=\w+$)", " and ", label.replace(":", " of"))
    return words(label)


def chinese_name(label: str, subgroup: str) -> str:
    """A label of the source as a prompt: '旗: 法国' -> '法国国旗', '男人: 红发' -> '红发男人'."""
    flag = re.fullmatch(r"旗[::]\s*(.+)", label)
    if flag:
        return words(flag[1]) + ("国旗" if subgroup == "country-flag" else "旗")
    label = re.sub(r"^(男人|女人|成人)[::]\s*(.+)$", r"\2\1", label)
    return re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", words(label))


def _lands(english: str, chinese: str) -> tuple[list[str], list[str]]:
    """What a flag is also called: by its land, and land first."""
    if not english.startswith("flag of "):
        return [], []
    land, other = english.removeprefix("flag of "), re.sub("国?旗$", "", chinese)
    return [land, f"{land} flag"], [other, f"{other}旗"]


def match(entries: Iterable[dict], keys: Iterable[str], codes: dict[str, str]) -> dict[str, str]:
    """hexcode -> key of the drawing, by code point where `codes` knows it, else by the slug of the label.

    A set without code points (`codes` empty) may write names without separators, and by the names of Unicode: "blackdiamondsuit".
    """
    keys = dict.fromkeys(keys)
    by_code = {plain_code(code): key for code, key in codes.items() if key in keys and not has_skin_tone(code)}
    by_name = {} if codes else {key.replace("-", ""): key for key in reversed(keys)}
    found = {}
    for entry in entries:
        label = slug(entry["label"])
        candidates = [
            by_code.get(plain_code(entry["hexcode"])),
            label,
            label.removeprefix("flag-"),
            label.replace("flag-", "flag-for-", 1),
        ]
        if not codes:
            names = (*candidates[1:], *_unicode_names(entry["hexcode"]))
            candidates += [by_name.get(name.replace("-", "")) for name in names]
        key = next((candidate for candidate in candidates if candidate in keys), None)
        if key is not None:
            found[entry["hexcode"]] = key
    return found


def _unicode_names(hexcode: str) -> list[str]:
    """The name in Unicode of a thing of one code point, as a slug; none of a sequence."""
    parts = plain_code(hexcode).split("-")
    return [slug(unicodedata.name(chr(int(parts[0], 16)), ""))] if len(parts) == 1 else []


def svg(icons: dict, key: str) -> str:
    """One icon of an Iconify set as an SVG document; an alias is followed to its parent, flips and turns added up."""
    flips, turns = [False, False], 0
    while key in icons.get("aliases", {}):
        alias = icons["aliases"][key]
        flips = [flips[0] != alias.get("hFlip", False), flips[1] != alias.get("vFlip", False)]
        turns += alias.get("rotate", 0)
        key = alias["parent"]
    icon = icons["icons"][key]
    left, top = icon.get("left", icons.get("left", 0)), icon.get("top", icons.get("top", 0))
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    body = icon["body"]
    if any(flips) or turns % 4:
        x, y = left + width / 2, top + height / 2
        scale = f"scale({-1 if flips[0] else 1} {-1 if flips[1] else 1})"
        body = f'<g transform="translate({x} {y}) rotate({90 * (turns % 4)}) {scale} translate({-x} {-y})">{body}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {width} {height}" width="{width}" height="{height}">{body}</svg>'
    )


def render_svg(document: str, size: int) -> np.ndarray:
    """SVG -> (size, size, 3) uint8 on white."""
    import resvg_py

    # Filters are drawn without smoothing: at the final size their edges are ragged, from four times the size they are not.
    side = 4 * size if "<filter" in document else size
    square = re.sub(r' width="[^"]+" height="[^"]+">', f' width="{side}" height="{side}">', document, count=1)
    png = resvg_py.svg_to_bytes(svg_string=square, skip_system_fonts=True)
    return on_white(Image.open(io.BytesIO(bytes(png))), size)


def render_image(data: bytes, size: int) -> np.ndarray:
    """An encoded picture -> (size, size, 3) uint8 on white."""
    return on_white(Image.open(io.BytesIO(data)), size)


def on_white(picture: Image.Image, size: int) -> np.ndarray:
    """Composite on white, fit into a square, resize with Lanczos: (size, size, 3) uint8."""
    picture = picture.convert("RGBA")
    side = max(picture.size)
    square = Image.new("RGBA", (side, side), "white")
    square.alpha_composite(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    if side != size:
        square = square.resize((size, size), Image.Resampling.LANCZOS)
    return np.asarray(square.convert("RGB"))


def drawings(entries: list[dict], files: dict[str, dict[str, bytes]], styles: Iterable[str] = STYLES) -> list[Drawing]:
    """Every drawing of every entry in these styles, style by style, in the order of the entries."""
    found = []
    for style in styles:
        if style == "3d":
            solid = {plain_code(Path(path).stem): data for path, data in files[style].items() if path.endswith(".webp")}
            found += [
                Drawing(entry["hexcode"], style, functools.partial(render_image, solid[plain_code(entry["hexcode"])]))
                for entry in entries
                if plain_code(entry["hexcode"]) in solid
            ]
            continue
        icons = json.loads(files[style]["icons.json"])
        # The gradient set ships without code points; it has the very keys of the flat one.
        codes = json.loads(files["flat" if style == "fluent" else style]["chars.json"])
        keys = match(entries, [*icons["icons"], *icons.get("aliases", {})], codes)
        found += [Drawing(code, style, functools.partial(render_svg, svg(icons, key))) for code, key in keys.items()]
    return found
