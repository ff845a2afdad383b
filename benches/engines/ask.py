"""Asks DuckDB and ClickHouse's engine what Candor's reports say, over the same Parquet files.

    pip install -r benches/engines/requirements.txt
    python ask.py FACTS_DIRECTORY PROJECT FROM TO RUNS

FACTS_DIRECTORY holds `day=…/*.parquet`. Prints a JSON object: of each engine its version, how many events it counted, and
the median milliseconds of each report (all of its statements together), warm.
"""

import json
import pathlib
import statistics
import sys
import time


def reports(where):
    """The statements of each report."""
    text = pathlib.Path(__file__).with_name("questions.sql").read_text()
    found, current = {}, None
    for line in text.splitlines():
        if line.startswith("-- "):
            name = line[3:]
            current = found.setdefault(name, []) if name.isidentifier() and name.islower() else None
        elif line.strip() and current is not None:
            current.append(line.rstrip(";").replace("{where}", where))
    return {name: statements for name, statements in found.items() if statements}


def measure(execute, questions, runs):
    medians = {}
    for name, statements in questions.items():
        times = []
        for _ in range(runs + 1):
            started = time.perf_counter()
            for statement in statements:
                execute(statement)
            times.append((time.perf_counter() - started) * 1e3)
        medians[name] = statistics.median(times[1:])
    return medians


def duckdb(files, questions, total, runs):
    import duckdb as engine

    connection = engine.connect()
    connection.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet('{files}', hive_partitioning = true)")
    execute = lambda statement: connection.execute(statement).fetchall()
    return {"version": engine.__version__, "total": int(execute(total)[0][0]), "ms": measure(execute, questions, runs)}


def chdb(files, questions, total, runs):
    import chdb as engine
    from chdb import session

    connection = session.Session()
    connection.query("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic")
    connection.query("USE bench")
    connection.query("SET use_hive_partitioning = 1")
    connection.query(f"CREATE VIEW facts AS SELECT * FROM file('{files}', 'Parquet')")
    execute = lambda statement: connection.query(statement, "CSV").bytes()
    return {"version": engine.engine_version, "total": int(execute(total)), "ms": measure(execute, questions, runs)}


def main():
    directory, project, first, end, runs = sys.argv[1:]
    where = f"project = '{project}' AND day >= '{first}' AND day < '{end}'"
    total = f"SELECT sum(count) FROM facts WHERE {where}"
    files = str(pathlib.Path(directory).resolve() / "*" / "*.parquet")
    questions = reports(where)
    engines = {"duckdb": duckdb, "chdb": chdb}
    json.dump({name: ask(files, questions, total, int(runs)) for name, ask in engines.items()}, sys.stdout)


main()
