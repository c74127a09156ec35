"""Diagnoses logs on Spark: a JSON record or text a line in, a table of findings out.

usage: spark-submit --py-files findings.py spark.py LOGS FINDINGS

LOGS and FINDINGS are paths that Spark reads and writes: `abfss://…/insights-logs-signinlogs/*/PT1H.json`. The command
`pbiauth` has to be in the PATH of every worker.
"""
import sys

from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from findings import FOUND, diagnosed

source, target = sys.argv[1:]
spark = SparkSession.builder.appName("pbiauth").getOrCreate()
records = spark.read.text(source).withColumnRenamed("value", "record")
columns = "record string, " + ", ".join(f"{field.name} {field.dataType.simpleString()}" for field in from_arrow_schema(FOUND))
findings = records.mapInArrow(diagnosed, columns).drop("record")
findings.write.mode("overwrite").parquet(target)
