"""Opens the studio: python app.py [--port 7860] [--share]"""

import argparse
import os
import sys

STARTED = __name__ == "__main__"


def _arguments(given):
    parser = argparse.ArgumentParser(description="Guidance studio: see what guidance does to a diffusion model.")
    parser.add_argument(
        "--host",
        default=None,
        help="address to listen at; 0.0.0.0 for every network (default: this machine only)",
    )
    parser.add_argument(
        "--port", type=int, default=None, help="port to listen at (default: the first free one from 7860)"
    )
    parser.add_argument("--share", action="store_true", help="also open a public link for a few days")
    parser.add_argument("--no-warm", action="store_true", help="load the model at the first picture, not at once")
    parser.add_argument(
        "--history",
        metavar="FOLDER",
        default=None,
        help="where drawn pictures are kept (default: $STUDIO_HISTORY, or the data folder of the user; "
        "but on a hosted Space, or when others can reach the page, each visitor's go when they leave)",
    )
    parser.add_argument(
        "--clip",
        metavar="MODEL",
        default=None,
        help="an open_clip model that judges the measures, as ViT-B-32/laion2b_s34b_b79k, hf-hub:ORG/NAME or "
        "local-dir:FOLDER (default: $STUDIO_CLIP, or the world's own judge)",
    )
    parser.add_argument(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        help="in what numbers the networks compute: auto is bfloat16 where the processor or the GPU has matrix units for "
        "it, else float32 (default: $STUDIO_PRECISION, or auto)",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    return parser.parse_args(given)


ARGUMENTS = _arguments(sys.argv[1:] if STARTED else [])
# On few cores torch's idle threads must sleep, not spin: they would keep the page from showing the preview.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if ARGUMENTS.precision:
    os.environ["STUDIO_PRECISION"] = ARGUMENTS.precision
print("Guidance studio: opening the page; the model loads behind it.", flush=True)

from studio import frame as wiring
from studio.engine import (
    Engine,
    clips,
)
from studio.history import histories
from studio.page import examples
from studio.recipe import RecipeError
from studio.recipe.precision import precision
from studio.sweeps import PictureCache

try:
    precision()
    engine = Engine(clip=clips.own(ARGUMENTS.clip))
except RecipeError as error:
    sys.exit(str(error))
others = ARGUMENTS.share or ARGUMENTS.host not in (None, "127.0.0.1", "localhost", "::1")
demo = wiring.build(engine, examples.load(), histories(ARGUMENTS.history, others), PictureCache())


def main(arguments) -> None:
    """Serve the page, then load the model behind it."""
    wiring.serve(
        demo.queue(max_size=64),
        server_name=arguments.host,
        server_port=arguments.port,
        share=arguments.share,
        inbrowser=arguments.open,
        **wiring.launch_options(),
    )
    if not arguments.no_warm:
        engine.warm()
    demo.block_thread()


if STARTED:
    main(ARGUMENTS)
