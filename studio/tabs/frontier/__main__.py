"""python -m studio.tabs.frontier: draws assets/frontier/ again, and prints its table."""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from ...engine import Engine
from .first import FOLDER, markdown, write

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write (default: %(default)s)")
    began = time.perf_counter()
    found = write(Engine(), parser.parse_args().folder)
    print(f"{time.perf_counter() - began:.0f} s\n\n{markdown(found)}")
