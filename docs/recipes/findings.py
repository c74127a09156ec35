"""Diagnoses batches of records with one process of `pbiauth diagnose --stream`."""
import json
import queue
import subprocess
import threading

import pyarrow as pa

COMMAND = ["pbiauth", "diagnose", "--stream", "--fail-on", "never", "-"]
FOUND = pa.schema([("outcome", pa.string()), ("cause", pa.string()), ("confidence", pa.string()), ("owner", pa.string()),
                   ("key", pa.string())])


def found(line):
    """The columns of a finding: its outcome, and its first cause."""
    finding = json.loads(line)
    first = next(iter(finding["diagnoses"]), {})
    return {"outcome": finding["outcome"], "key": finding.get("key"),
            **{name: first.get(name) for name in ("cause", "confidence", "owner")}}


def diagnosed(batches, column="record"):
    """Yields Arrow batches with the columns of `FOUND` added. `column` holds one JSON record or text a row."""
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    sent = queue.Queue(maxsize=2)

    def send():
        try:
            with process.stdin as records:
                for batch in batches:
                    sent.put(batch)
                    rows = batch.column(column).to_pylist()
                    records.write("".join(f"{' '.join((row or '').splitlines())}\n" for row in rows).encode())
        finally:
            sent.put(None)

    threading.Thread(target=send, daemon=True).start()
    while (batch := sent.get()) is not None:
        rows = [found(process.stdout.readline()) for _ in range(batch.num_rows)]
        more = pa.RecordBatch.from_pylist(rows, schema=FOUND)
        yield pa.RecordBatch.from_arrays([*batch.columns, *more.columns], schema=pa.schema([*batch.schema, *FOUND]))
    if process.wait() != 0:
        raise RuntimeError(f"pbiauth ended with {process.returncode}")
