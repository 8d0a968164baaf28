"""Rules of WCAG 2.2 that a machine can judge from a page's text; each fault is one sentence."""

import re
from collections.abc import Collection, Iterator

from tests.reports.page import Element, Page, parse

FOCUSABLE = ("a", "button", "input", "select", "textarea", "summary")


def faults(html: str, beside: Collection[str] = ()) -> list[str]:
    """Every fault of a page; `beside` are the files that it may lead to."""
    page = parse(html)
    rules = (
        _document,
        _headings,
        _tables,
        _pictures,
        _identifiers,
        _offline,
        _scrolling,
        _lists,
    )
    return [*(fault for rule in rules for fault in rule(page)), *_links(page, beside)]


def _document(page: Page) -> Iterator[str]:
    root = page.root.all("html")[0]
    if root.attributes.get("lang") != "en-GB":
        yield "the page does not say that it is British English"
    if not any(title.text() for title in page.root.all("head")[0].all("title")):
        yield "the page has no title"
    if len(page.root.all("main")) != 1:
        yield "the page has no single main part"
    viewports = [m for m in page.root.all("meta") if m.attributes.get("name") == "viewport"]
    if not viewports:
        yield "the page does not fit itself to small screens"
    for viewport in viewports:
        if re.search(r"user-scalable\s*=\s*no|maximum-scale", viewport.attributes["content"]):
            yield "the page forbids zooming"
    first = next(e for e in page.root.all("body")[0].everything() if e.tag in FOCUSABLE)
    main = page.root.all("main")[:1]
    target = main[0].attributes.get("id") if main else None
    if first.tag != "a" or first.attributes.get("href") != f"#{target}":
        yield "the first link does not skip to the main content"


def _headings(page: Page) -> Iterator[str]:
    headings = page.root.all("h1", "h2", "h3", "h4", "h5", "h6")
    if [h.tag for h in headings].count("h1") != 1:
        yield "the page has not exactly one h1"
    level = 0
    for heading in headings:
        if not heading.text():
            yield "a heading is empty"
        if int(heading.tag[1]) > level + 1:
            yield f"heading {heading.text()!r} skips a level"
        level = int(heading.tag[1])


def _tables(page: Page) -> Iterator[str]:
    for table in page.root.all("table"):
        captions = [child for child in table.children if child.tag == "caption"]
        if len(captions) != 1 or not captions[0].text():
            yield "a table has no caption"
            continue
        name = captions[0].text()
        headers = table.all("th")
        if not headers:
            yield f"table {name!r} has no header"
        if any(
            header.attributes.get("scope") not in ("col", "row", "rowgroup") for header in headers
        ):
            yield f"table {name!r} has a header without scope"
        if any(not header.text() for header in headers):
            yield f"table {name!r} has an empty header"
        if len({_width(row) for row in table.all("tr")}) > 1:
            yield f"table {name!r} has rows of unequal width"


def _width(row: Element) -> int:
    return sum(int(cell.attributes.get("colspan", "1")) for cell in row.all("th", "td"))


def _pictures(page: Page) -> Iterator[str]:
    for image in page.root.all("img"):
        if "alt" not in image.attributes:
            yield "an image has no alternative"
    for svg in page.root.all("svg"):
        if svg.attributes.get("aria-hidden") == "true":
            continue
        titles = {t.attributes.get("id") for t in svg.all("title") if t.text()}
        if (
            svg.attributes.get("role") != "img"
            or svg.attributes.get("aria-labelledby") not in titles
        ):
            yield "a drawing has no alternative"


def _links(page: Page, beside: Collection[str]) -> Iterator[str]:
    identifiers = {e.attributes["id"] for e in page.root.everything() if "id" in e.attributes}
    for link in page.root.all("a"):
        target = link.attributes.get("href", "")
        if not link.text():
            yield f"the link to {target!r} has no words"
        leads_on = target.startswith("#") and target[1:] in identifiers
        if not leads_on and target.partition("#")[0] not in beside:
            yield f"the link to {target!r} leads nowhere"


def _identifiers(page: Page) -> Iterator[str]:
    used = [e.attributes["id"] for e in page.root.everything() if "id" in e.attributes]
    for identifier in sorted({each for each in used if used.count(each) > 1}):
        yield f"id {identifier!r} is used twice"
    for element in page.root.everything():
        for reference in ("aria-labelledby", "aria-describedby"):
            for name in element.attributes.get(reference, "").split():
                if name not in used:
                    yield f"{reference} names {name!r}, which is not there"


def _offline(page: Page) -> Iterator[str]:
    if page.root.all("script", "iframe", "object", "embed", "link"):
        yield "the page loads or runs something"
    for pattern in (r"https?:", r"@import", r"""\bsrc\s*=""", r"url\((?!#)", r"""=\s*["']//"""):
        if re.search(pattern, page.html):
            yield f"the page reaches outside itself ({pattern})"


def _scrolling(page: Page) -> Iterator[str]:
    for element in page.root.everything():
        if "scroll" in element.attributes.get("class", "").split() and (
            element.attributes.get("tabindex") != "0"
            or element.attributes.get("role") != "region"
            or not element.attributes.get("aria-labelledby")
        ):
            yield "a part that scrolls cannot be reached or has no name"
        if int(element.attributes.get("tabindex", "0")) > 0:
            yield "the order of the keyboard is forced"


def _lists(page: Page) -> Iterator[str]:
    for each in page.root.all("ul", "ol"):
        if not each.children or any(child.tag != "li" for child in each.children):
            yield "a list is empty or has a child that is not an item"
    for details in page.root.all("details"):
        if not details.children or details.children[0].tag != "summary":
            yield "a folded part has no summary"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours written #rrggbb, as WCAG defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
