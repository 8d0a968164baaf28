"""Policy figures, each with its mark: how far the council can rely on it."""

from dataclasses import dataclass

from reports.site.published import PublishedMarts
from reports.site.run import PolicyFigure, Run
from reports.site.section import Section


@dataclass(frozen=True)
class Policy:
    """The figures by policy table, in the order of the manifest."""

    tables: tuple[tuple[str, tuple[PolicyFigure, ...]], ...]
    unconfirmed: int
    figures: int


def section(marts: PublishedMarts, run: Run) -> Section:
    """Group the policy figures of the manifest by table."""
    del marts  # an output names the policy that decided it; this is the list of all policy
    tables: dict[str, list[PolicyFigure]] = {}
    for figure in run.policy:
        tables.setdefault(figure.table, []).append(figure)
    content = Policy(
        tables=tuple((name, tuple(figures)) for name, figures in tables.items()),
        unconfirmed=sum(1 for figure in run.policy if figure.is_unconfirmed),
        figures=len(run.policy),
    )
    return Section("policy", "Policy figures", content)
