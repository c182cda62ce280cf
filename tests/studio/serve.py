"""The real page over the fake engine: python -m tests.studio.serve PORT [SECONDS_PER_STEP] [--waiting MOST]"""

import argparse

from studio import frame as wiring
from studio.recipe import availability as abilities
from studio.tabs.draw import availability as ways
from tests.studio.fakes import FakeEngine

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds_per_step", type=float, nargs="?", default=0.02)
    parser.add_argument("--waiting", type=int, default=None, help="how many may wait for a turn")
    arguments = parser.parse_args()
    lacking = ways.lacking  # the fake world listens to everything that is drawn and shown
    ways.lacking = abilities.lacking = lambda world: frozenset() if world == "emoji" else lacking(world)
    demo = wiring.build(FakeEngine(arguments.seconds_per_step, seconds_to_load=0.2))
    address = dict(server_name="127.0.0.1", server_port=arguments.port)
    wiring.serve(demo.queue(max_size=arguments.waiting), **address, quiet=True, **wiring.launch_options())
    demo.block_thread()
