"""The recipe of the documentation for tables: DuckDB and Parquet around `pbiauth diagnose --stream`.

usage: recipes.py BINARY
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import duckdb

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benches"))

from limits import write_sign_ins  # noqa: E402


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "pbiauth").symlink_to(binary)
        log, table, found = (str(place / name) for name in ("sign-ins.jsonl", "sign-ins.parquet", "findings.parquet"))
        write_sign_ins(log, 3000)
        duckdb.sql(f"COPY (SELECT * FROM read_json('{log}')) TO '{table}'")
        environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run([sys.executable, "warehouse.py", table, found], check=True, env=environment,
                       cwd=ROOT / "docs/recipes", stdout=subprocess.DEVNULL)
        rows = duckdb.sql(f"SELECT outcome, cause, key FROM '{found}'").fetchall()
        lines = subprocess.run([binary, "diagnose", "--stream", log], stdout=subprocess.PIPE, text=True).stdout
        alone = []
        for finding in map(json.loads, lines.splitlines()):
            first = next(iter(finding["diagnoses"]), {})
            alone.append((finding["outcome"], first.get("cause"), finding.get("key")))
    same = len(rows) == 3000 and collections.Counter(rows) == collections.Counter(alone)
    print("ok recipes: a table has the findings of its lines" if same else "FAILED recipes: other findings in a table")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
