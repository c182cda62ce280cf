"""What visitors leave in memory: over the fake engine, as `python -m tests.benchmark` asks."""

from __future__ import annotations

import urllib.request


def row(count: int = 400):
    """What each further visitor leaves in memory, once there have been as many as the page keeps anything of."""
    from studio import frame as wiring
    from studio.page.jobs import PAGES
    from tests.studio.fakes import FakeEngine

    from .benchmark import Row, resident

    demo = wiring.build(FakeEngine())
    demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    try:
        sizes = []
        for number in range(PAGES + count):
            for address in ("", f"config?session={number}"):
                with urllib.request.urlopen(demo.local_url + address, timeout=30) as answer:
                    answer.read()
            demo.state_holder[f"visitor {number}"]  # as the first event of a page does
            sizes.append(resident())
    finally:
        demo.close()
    return Row(
        f"memory that each of {count} further visitors leaves", 1e6 * (sizes[-1] - sizes[PAGES - 1]) / count, "KB", 50
    )
