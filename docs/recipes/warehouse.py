"""Diagnoses a table on one machine: Parquet in, and out with the columns of the findings added.

usage: warehouse.py LOGS.parquet FINDINGS.parquet

Each row of LOGS is a record, with a column for each field: `SigninLogs` as Log Analytics or a lakehouse exports it.
"""
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet

from findings import FOUND, diagnosed

source, target = sys.argv[1:]
rows = duckdb.from_parquet(source)
records = rows.project(f"*, to_json({rows.alias})::VARCHAR AS record").to_arrow_reader(10_000)
schema = pa.schema([*(field for field in records.schema if field.name != "record"), *FOUND])
with parquet.ParquetWriter(target, schema) as findings:
    for batch in diagnosed(records):
        findings.write_batch(batch.select(schema.names))

causes = duckdb.from_parquet(target).filter("cause IS NOT NULL").aggregate("cause, owner, count(*) AS failures")
causes.order("failures DESC").show()
