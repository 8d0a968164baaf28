"""A written report read back as a reader meets it: sections, tables and words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from reports.site.build import write_site
from tests.reports.published_day import PublishedDay

INLINE = {"a", "strong", "span", "code", "b", "i", "u"}
VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "line", "wbr", "source", "col"}


@dataclass(repr=False)
class Element:
    """One element with its attributes, its children and its text."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    pieces: list["str | Element"] = field(default_factory=list)

    def text(self) -> str:
        """Everything readable inside, spaces folded."""
        return " ".join(self._raw_text().split())

    def _raw_text(self) -> str:
        inside = "".join(p if isinstance(p, str) else p._raw_text() for p in self.pieces)
        return inside if self.tag in INLINE else f" {inside} "

    def all(self, *tags: str) -> list["Element"]:
        """Every element inside with one of these tags, in document order."""
        found = []
        for child in self.children:
            if child.tag in tags:
                found.append(child)
            found += child.all(*tags)
        return found

    def everything(self) -> list["Element"]:
        """Every element inside, in document order."""
        return [e for child in self.children for e in (child, *child.everything())]


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        self._open[-1].pieces.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open[-1].tag != tag:
            raise AssertionError(f"</{tag}> closes <{self._open[-1].tag}>")
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].pieces.append(data)


@dataclass(frozen=True, repr=False)
class Page:
    """The page's text and its tree."""

    html: str
    root: Element

    def section(self, anchor: str) -> Element:
        """The section with this id."""
        return next(e for e in self.root.all("section") if e.attributes.get("id") == anchor)

    def words(self, anchor: str) -> str:
        """The section's text."""
        return self.section(anchor).text()

    def table(self, anchor: str, caption: str) -> dict[str, list[str]]:
        """A table of a section, found by the start of its caption: cells by row heading."""
        for table in self.section(anchor).all("table"):
            if table.all("caption")[0].text().startswith(caption):
                rows = [row.all("th", "td") for row in table.all("tr")]
                return {row[0].text(): [cell.text() for cell in row[1:]] for row in rows}
        raise AssertionError(f"no table {caption!r} in {anchor}")


def parse(html: str) -> Page:
    """Read a page; a tag that closes another is an error."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return Page(html, builder.root)


def read_page(day: PublishedDay, file: str = "index.html") -> Page:
    """Write the day's report and read one of its pages back."""
    output = day.folder / "reports"
    write_site(day.write_marts(), day.manifest, output)
    return parse((output / file).read_text(encoding="utf-8"))
