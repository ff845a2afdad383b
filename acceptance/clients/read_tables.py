"""Reads a collector's tables with nothing but public engines: python read_tables.py DATA

Prints, of each table, how many rows Delta Lake's own package counts, and how many DuckDB counts in the Parquet files that
the newest version names; of tables with a column `count` also its sum by both.
"""

import json
import sys
from pathlib import Path

import duckdb
from deltalake import DeltaTable, QueryBuilder


def read(directory):
    table = DeltaTable(str(directory))
    columns = [field.name for field in table.schema().fields]
    total = "CAST(sum(count) AS BIGINT)" if "count" in columns else "CAST(0 AS BIGINT)"
    question = f"SELECT count(*) AS n, {total} AS total, count(DISTINCT day) AS days FROM t"
    by_delta = QueryBuilder().register("t", table).execute(question).read_all()
    delta = [int(by_delta[name][0].as_py() or 0) for name in ("n", "total", "days")]
    connection = duckdb.connect()
    files = table.file_uris()
    if files:
        connection.read_parquet(files, hive_partitioning=True, union_by_name=True).create_view("t")
        by_duckdb = [int(value or 0) for value in connection.sql(question).fetchall()[0]]
    else:
        by_duckdb = [0, 0, 0]
    return {"deltalake": delta, "duckdb": by_duckdb}


tables = Path(sys.argv[1]) / "tables"
print(json.dumps({table.name: read(table) for table in sorted(tables.iterdir())}))
