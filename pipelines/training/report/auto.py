"""Auto-guidance: away from a weaker network. Which weak one is worth keeping, an early copy or a smaller one?"""

from __future__ import annotations

from pathlib import Path

from ...evaluation.intervals import Figure
from .agreement import hits
from .context import Context
from .fidelity import COLUMNS, Against
from .setup import Setting
from .tables import Section, Table

STRENGTHS = (0.5, 1.0)


def candidates(folder: Path) -> list[str]:
    """Folders of weak networks: "weak", and others beside it that begin so."""
    return sorted(path.parent.name for path in folder.glob("weak*/config.json"))


def measure(context: Context) -> Section | None:
    weak = candidates(context.folder)
    if not weak and context.leave_out("weak", "auto-guidance"):
        return None
    against = Against(getattr(context.features, context.setup.data), context)
    table = Table(
        "Away from a weak network, beside classifier-free guidance", "pictures", [*context.setup.heads, *COLUMNS]
    )
    for setting in [Setting(w=0), *(Setting(w=w, weak=name) for name in weak for w in STRENGTHS), Setting(w=1)]:
        shares = [Figure.share(hits(context, setting, head)) for head in context.setup.heads]
        table.rows[str(setting)] = [*shares, *against(context.judged(setting))]
    return Section(
        "auto",
        "Auto-guidance",
        f"""The rule (1 + w) ε − w ε_weak of Karras et al. 2024, with the same condition for both networks. Weak
networks here: {", ".join(f"`{name}/`" for name in weak)}. Columns as above.""",
        [table],
    )
