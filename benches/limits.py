#!/usr/bin/env python3
"""Measures what a run costs, as ratios within one run, and fails where a limit is passed.

usage: limits.py BINARY

Start-up is compared with that of `true`, a run over the network with its longest chain of round trips.
"""
import os, resource, statistics, subprocess, sys, tempfile, time

BINARY = os.path.abspath(sys.argv[1])
ROUNDS = 15
LATENCY = 0.1


def clean_environment():
    return {"PATH": os.environ.get("PATH", "")}


def timed(command, environment=None):
    """The median time of a command, in seconds, and its peak memory, in MiB."""
    times, peak = [], 0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        child = subprocess.Popen(command, env=environment or clean_environment(),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
        times.append(time.perf_counter() - start)
        peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(times), peak


def serve(folder, latency):
    """Serves a healthy tenant whose every reply comes late. Returns the process and its settings."""
    scenario = os.path.join(folder, "late.toml")
    with open(scenario, "w") as file:
        file.write(f'title = "a healthy tenant, far away"\nbased_on = "healthy"\n'
                   f'[latency]\nms = {int(latency * 1000)}\n'
                   f'[caller.env]\nPBIAUTH_WORKSPACE = "Sales embed"\n'
                   f'[expect]\noutcome = "healthy"\n')
    child = subprocess.Popen([BINARY, "sim", scenario], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True, env=clean_environment())
    settings = {}
    for line in child.stdout:
        line = line.strip()
        if line == "READY":
            break
        name, _, value = line.partition("=")
        settings[name] = value.strip("'")
    return child, settings


def main():
    failures = []

    def hold(what, value, limit, unit):
        verdict = "ok" if value <= limit else "TOO MUCH"
        print(f"{what:<58} {value:8.2f} {unit:<4} at most {limit:g}  {verdict}")
        if value > limit:
            failures.append(what)

    nothing, _ = timed(["true"])
    version, memory = timed([BINARY, "--version"])
    hold("--version, beside a process that does nothing", (version - nothing) * 1000, 5, "ms")
    hold("--version, memory", memory, 12, "MiB")
    simulated, memory = timed([BINARY, "doctor", "--sim"])
    hold("doctor --sim, start to exit", simulated * 1000, 100, "ms")
    hold("size of the binary", os.path.getsize(BINARY) / 2**20, 20, "MB")
    with tempfile.TemporaryDirectory() as folder:
        child, settings = serve(folder, LATENCY)
        try:
            environment = {**clean_environment(), **settings}
            wall, _ = timed([BINARY, "doctor"], environment)
        finally:
            child.terminate()
            child.wait()
    # Token, workspaces, reports: three replies, each late by the latency.
    hold("doctor over the network, beside its longest chain", wall / (3 * LATENCY), 1.25, "x")
    print(f"doctor --sim, memory: {memory:.1f} MiB; doctor over the network: {wall * 1000:.0f} ms")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
