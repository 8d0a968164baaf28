"""Charts: static SVG without script, readable without colour.

Each bar has its amount as a label and each panel its name. Beside each chart is a table with the
same figures to the penny. Amounts become floats only here, and only for drawing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import altair as alt
import vl_convert

from reports.site import wording

_FONT = "Arial, Helvetica, sans-serif"
INK = "#0b0c0c"
BAR = "#1d70b8"
_LINE = "#b1b4b6"
_PANEL_GAP = 14
_BAND_WIDTH = 122


@dataclass(frozen=True)
class Bar:
    """One bar: its panel, its label and its amount in pounds."""

    panel: str
    label: str
    amount: Decimal


@dataclass(frozen=True)
class Chart:
    """One drawing for a screen width (``wide`` or ``narrow``), with its text alternative."""

    width: str
    svg: str


def aged_debt_chart(bars: Sequence[Bar]) -> tuple[Chart, ...]:
    """Draw open debt by ageing band, one panel per debt type; on phones the panels are stacked."""
    panels = list(dict.fromkeys(bar.panel for bar in bars))
    title = "Open debt by ageing band" + (" and debt type" if len(panels) > 1 else "")
    description = _description(bars, panels)
    drawings = (
        ("wide", 264 if len(panels) > 1 else 520, 3),
        ("narrow", 210, 1),
    )
    return tuple(
        Chart(width, _alone(_draw(bars, panel, columns), f"chart-{width}", title, description))
        for width, panel, columns in drawings
    )


def _description(bars: Sequence[Bar], panels: Sequence[str]) -> str:
    """The text alternative of the chart."""
    first = [bar for bar in bars if bar.panel == panels[0]]
    largest = max(first, key=lambda bar: bar.amount)
    total = sum((bar.amount for bar in first), Decimal(0))
    return (
        f"Bar chart with {wording.counted(len(panels), 'panel')} ({', '.join(panels)}), one bar "
        f"for each ageing band. The largest band is {largest.label} with "
        f"{wording.money(largest.amount)}, {wording.share(largest.amount, total)} of all debt. "
        "The table below has every figure."
    )


def _draw(bars: Sequence[Bar], panel_width: int, columns: int) -> str:
    bands = list(dict.fromkeys(bar.label for bar in bars))
    panels = list(dict.fromkeys(bar.panel for bar in bars))
    values = [_drawn(bar) for bar in bars]
    # The longest bar leaves room for its own label of about 48 pixels.
    room = 1 + 52 / max(panel_width - 52, 20)
    longest = float(max((bar.amount for bar in bars), default=Decimal(0)))
    shortest = float(min((bar.amount for bar in bars), default=Decimal(0)))
    scale = alt.Scale(domain=[min(shortest, 0.0) * room, max(longest, 1.0) * room], nice=False)
    drawing = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y(
            "band:N",
            sort=bands,
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelPadding=6, labelLimit=_BAND_WIDTH),
        ),
        x=alt.X(
            "amount:Q",
            axis=None,
            scale=scale,
        ),
    )
    marks = alt.layer(
        drawing.mark_bar(color=BAR, height=15),
        drawing.mark_text(align="left", dx=4, color=INK).encode(text="label:N"),
    ).properties(width=panel_width, height=alt.Step(22))
    chart = marks.facet(
        facet=alt.Facet(
            "panel:N",
            sort=panels,
            title=None,
            header=alt.Header(labelAnchor="start", labelPadding=6),
        ),
        columns=columns,
        spacing=_PANEL_GAP,
    )
    return str(vl_convert.vegalite_to_svg(_styled(chart).to_json()))


def _drawn(bar: Bar) -> dict[str, str | float]:
    """A bar for the renderer; the only place where money becomes a float."""
    return {
        "panel": bar.panel,
        "band": bar.label,
        "amount": float(bar.amount),
        "label": wording.short_money(bar.amount) if bar.amount else "",
    }


def _styled(chart: alt.FacetChart) -> alt.FacetChart:
    styled: alt.FacetChart = (
        chart.configure(font=_FONT, aria=False, background="transparent", padding=2)
        .configure_axis(labelFontSize=13, labelColor=INK)
        .configure_header(labelFontSize=13, labelFontWeight="bold", labelColor=INK)
        .configure_text(fontSize=12)
        .configure_view(stroke=_LINE)
    )
    return styled


def _alone(svg: str, identifier: str, title: str, description: str) -> str:
    """Make a drawing safe to embed in the page: own ids and text, no namespace address."""
    inner = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    inner = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", inner)
    inner = re.sub(r'\bid="', f'id="{identifier}-', inner)
    inner = inner.replace("url(#", f"url(#{identifier}-")
    box = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg)
    if box is None:  # pragma: no cover - the renderer always writes one
        raise ValueError("the drawing has no size")
    return (
        f'<svg role="img" aria-labelledby="{identifier}-title" '
        f'aria-describedby="{identifier}-description" focusable="false" '
        f'viewBox="0 0 {box[1]} {box[2]}" width="{box[1]}" height="{box[2]}">'
        f'<title id="{identifier}-title">{escape(title)}</title>'
        f'<desc id="{identifier}-description">{escape(description)}</desc>{inner}</svg>'
    )
