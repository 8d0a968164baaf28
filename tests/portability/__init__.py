"""The models are one body of SQL: they must read the same to DuckDB and to Spark."""
