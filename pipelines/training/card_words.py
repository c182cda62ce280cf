"""What a card says of a world in its own words: what it is, its data, its limits."""

NETWORKS = {
    "vae": "autoencoder, 128 × 128 pixels to 16 × 16 latents and back ([card](vae/card.md))",
    "unet": "denoising U-Net, its text or class encoder, and its layout",
    "clip": "noise-aware CLIP",
    "classifier": "noise-aware classifier",
    "judge": "judge: a classifier of clean pictures that never guides",
    "judge_clip": "judge CLIP: of clean pictures, never guides",
    "upsampler": "upsampler, 64 to 128 pixels",
    "controlnet": "ControlNet of five kinds of maps, and of any subset of them",
    "adapter": "T2I-Adapter of the same maps",
    "global_adapter": "global adapter: a picture's embedding as tokens of the prompt",
    "weak": "weaker U-Net, for auto-guidance",
    "clean_classifier": "classifier that never saw noise, a guide to compare with",
    "clean_clip": "CLIP that never saw noise, a guide to compare with",
}

WHAT = {
    "emoji": "Text, style and category to 64 × 64 pictures.",
    "latent": "Text, style and category to 128 × 128 pictures of emoji in nine hands, drawn as an autoencoder's latents.",
    "fashion": "Class to 32 × 32 grey pictures of clothes: a class has real variety here, for the laws of guidance.",
}

DATA = {
    "emoji": """8,609 pictures of 1,914 emoji in five drawn styles, 64 × 64 on white, with names, tags,
groups and subgroups in English and Chinese, built by `python -m pipelines.training.data`. 400 (name, style)
pairs, listed in `pipelines/training/holdout.csv`, are left out of every training. Fluent and 3d are often near
copies of each other, so the hold-out tests a known thing in another style. The weights are under the project's
licence, Apache-2.0, with the attribution that CC-BY-4.0 asks for Twemoji.""",
    "latent": """12,204 pictures of 1,914 emoji in nine drawn styles, 128 × 128 on white, with names, tags, groups and subgroups in
English and Chinese. The 400 (name, style) pairs that the emoji world leaves out of every training are left out here too, and 160 of the
four later hands. Judges, and what is measured against the data, are the emoji world's as far as this one has none of its own: they see
its pictures at 64 × 64.""",
    "fashion": """Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): grey pictures of ten kinds of clothes, 28 × 28
with a black rim to 32 × 32, built by `python -m pipelines.training.fashion`. 200 of the training pictures of
each class evaluate the trainers; the 10,000 test pictures are seen by the report alone. The weights are under
the project's licence, Apache-2.0.""",
}

BUILD = {
    "emoji": "python -m pipelines.training.data",
    "latent": "python -m pipelines.training.data --hands 9 --size 128 --out .data/emoji128x9.npz",
    "fashion": "python -m pipelines.training.fashion",
}
ORDER = (
    "vae",
    "clip",
    "classifier",
    "judge",
    "judge_clip",
    "clean_classifier",
    "clean_clip",
    "unet",
    "weak",
    "upsampler",
    "controlnet",
    "adapter",
    "global_adapter",
)

SHEETS = """`sheets/`: 64 pictures (seeds 0 to 63) at w = 0, 2 and 5, from left to right, for each of ten
prompts that were chosen before looking: `python -m pipelines.training.report --steps 12 --sheets FOLDER`."""
TEN = """![Ten prompts at w = 0, 2 and 5, four pictures each](ten_prompts.jpg)

Ten prompts that were chosen before looking, seeds 0 to 3: `python -m pipelines.training.report {world} --ten`."""

LIMITS = {
    "emoji": """The model draws small emoji-like pictures of things that emoji show, no faces of real people,
no readable text. Shapes are often only roughly right. Most flags exist in two styles only.""",
    "latent": """The model draws emoji-like pictures of things that emoji show, no faces of real people, no readable text. Shapes are often
only roughly right, things of many parts are torn, and large areas of paint are blotched.""",
    "fashion": "The model draws small grey pictures of ten kinds of clothes and nothing else.",
}

AMED = """One intermediate time r and one scale c an interval, found by `python -m pipelines.training.amed` (`amed.json`) against
{teacher} at w = {w:g}, on {pictures} pictures. Below, of as many other pictures (other seeds), the root mean square distance of where
each ends from where the teacher ends, over pixels in [−1, 1]."""
AMED_FOUND = "The learned r and c end {than_fixed} than the fixed ones of DPM-Solver-2, and {than_ddim} than DDIM."
