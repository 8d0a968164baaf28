"""Judged rows on their way to the warehouse, in memory while few and on disk when many.

Rows of a file that is refused, or still being written, are dropped.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

_ROWS_IN_MEMORY = 200_000


class Stage:
    """Rows staged for one table, in the order in which they came.

    Args:
        folder: An existing scratch folder; its maker removes it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spilled: list[Path] = []
        self._batches: list[pa.RecordBatch] = []
        self._rows = 0
        self._schema: pa.Schema | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no row is staged."""
        return self._schema is None

    @property
    def schema(self) -> pa.Schema:
        """The schema of the staged rows; it means nothing while there are none."""
        return self._schema

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the staged columns."""
        return tuple(self._schema.names) if self._schema is not None else ()

    def add(self, table: pa.Table) -> None:
        """Stage a table's rows; a table without rows is ignored."""
        if table.num_rows == 0:
            return
        self._schema = table.schema
        self._batches.extend(table.to_batches())
        self._rows += table.num_rows
        if self._rows > _ROWS_IN_MEMORY:
            self._spill()

    def absorb(self, other: "Stage") -> None:
        """Take over everything that another stage holds."""
        self._spilled.extend(other._spilled)
        self._schema = self._schema or other._schema
        for batch in other._batches:
            self.add(pa.Table.from_batches([batch]))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every staged batch."""
        for path in self._spilled:
            with pa.memory_map(str(path)) as source:
                reader = pa.ipc.open_file(source)
                for number in range(reader.num_record_batches):
                    yield reader.get_batch(number)
        if self._batches:
            yield from self._together().to_batches()

    def _together(self) -> pa.Table:
        """What is in memory, as a few large batches instead of one for each small file."""
        return pa.Table.from_batches(self._batches).combine_chunks()

    def _spill(self) -> None:
        path = self._folder / f"{uuid4().hex}.arrow"
        schema = self._batches[0].schema
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            writer.write_table(self._together())
        self._spilled.append(path)
        self._batches = []
        self._rows = 0
