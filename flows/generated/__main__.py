"""Writes every generated file again: `python -m flows.generated`."""

from flows.generated.files import MARTS_PAGE, generated_files
from flows.generated.marts_page import marts_page, parse_project


def main() -> None:
    """Write the files that come from contracts, then the page that needs dbt to have read those."""
    for path, content in generated_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content(), "utf-8")
    MARTS_PAGE.write_text(marts_page(parse_project()), "utf-8")


if __name__ == "__main__":
    main()
