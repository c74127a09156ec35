#!/usr/bin/env python3
"""Measures the recipes of the documentation for Spark and DuckDB beside one process, on a day of generated sign-ins, and
fails where their findings differ.

usage: engines.py BINARY [RECORDS]

It needs Java, and the Python packages pyspark, pandas, pyarrow and duckdb.
"""
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import duckdb

from limits import write_sign_ins

RECIPES = pathlib.Path(__file__).resolve().parent.parent / "docs/recipes"
COUNTED = "SELECT outcome, cause, owner, key, count(*) FROM {} GROUP BY ALL ORDER BY ALL"
STREAMED = ("(SELECT outcome, diagnoses[1].cause AS cause, diagnoses[1].owner AS owner, key FROM read_json('{}', "
            "columns = {{outcome: 'VARCHAR', key: 'VARCHAR', diagnoses: 'STRUCT(cause VARCHAR, owner VARCHAR)[]'}}))")


def timed(what, command, environment, out=subprocess.DEVNULL):
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=RECIPES, stdout=out, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{what} ended with {done.returncode}: {done.stderr[-2000:]}")
    print(f"{what:<40} {wall:8.1f} s", flush=True)
    return wall


def on_spark(workers, log, target, environment):
    command = [os.path.join(os.path.dirname(sys.executable), "spark-submit"), "--master", f"local[{workers}]",
               "--py-files", "findings.py", "spark.py", log, target]
    return timed(f"Spark, workers: {workers}", command, environment)


def main():
    binary, records = os.path.abspath(sys.argv[1]), int((sys.argv[2:] or ["1000000"])[0])
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "pbiauth").symlink_to(binary)
        environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYSPARK_PYTHON": sys.executable,
                       "PYTHONDONTWRITEBYTECODE": "1", "SPARK_LOCAL_DIRS": folder}
        log, table = str(place / "sign-ins.jsonl"), str(place / "sign-ins.parquet")
        write_sign_ins(log, records)
        print(f"{records} sign-ins, {os.path.getsize(log) / 2**30:.1f} GiB", flush=True)
        with open(place / "findings.jsonl", "wb") as out:
            alone = timed("one process", [binary, "diagnose", "--stream", log], environment, out)
        found = {"one process": STREAMED.format(place / "findings.jsonl")}
        one = on_spark(1, log, str(place / "spark-1"), environment)
        two = on_spark(2, log, str(place / "spark-2"), environment)
        found["Spark"] = f"'{place}/spark-2/*.parquet'"
        duckdb.sql(f"COPY (SELECT * FROM read_json('{log}')) TO '{table}'")
        timed("DuckDB", [sys.executable, "warehouse.py", table, str(place / "duckdb.parquet")], environment)
        found["DuckDB"] = f"'{place}/duckdb.parquet'"
        counted = {name: duckdb.sql(COUNTED.format(source)).fetchall() for name, source in found.items()}
        outcomes = collections.Counter()
        for outcome, *_, count in counted["one process"]:
            outcomes[outcome] += count
        print(f"{dict(outcomes)}; Spark, one worker to two: {one / two:.2f} times as fast; two beside one process: {two / alone:.2f}")
        differ = [name for name, rows in counted.items() if rows != counted["one process"]]
        if differ or sum(outcomes.values()) != records:
            sys.exit(f"other findings than those of one process: {differ}")


if __name__ == "__main__":
    main()
