#!/usr/bin/env python3
"""Measures what a run costs, as ratios within one run, and fails where a limit is passed.

usage: limits.py BINARY

Start-up is compared with that of `true`, a run over the network with its longest chain of round trips.
"""
import os
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
ROUNDS = 15
LATENCY = 0.1


def clean_environment():
    return {"PATH": os.environ.get("PATH", "")}


def timed(command, environment=None):
    """The shortest time of a command over several runs, in seconds: what else the machine does only adds to it."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, env=environment or clean_environment(),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


def peak(command):
    """The peak memory of a command, in MiB. It is read while the command waits to print into a pipe that is full."""
    out, into = os.pipe()
    os.set_blocking(into, False)
    try:
        while True:
            os.write(into, b"." * 4096)
    except BlockingIOError:
        os.set_blocking(into, True)
    child = subprocess.Popen(command, env=clean_environment(), stdout=into, stderr=subprocess.DEVNULL)
    os.close(into)
    time.sleep(0.3)
    with open(f"/proc/{child.pid}/status") as status:
        high = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    while os.read(out, 65536):
        pass
    os.close(out)
    child.wait()
    return high / 1024


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

    nothing = timed(["true"])
    version = timed([BINARY, "--version"])
    hold("--version, beside a process that does nothing", (version - nothing) * 1000, 5, "ms")
    hold("--version, memory", peak([BINARY, "--version"]), 12, "MiB")
    simulated = timed([BINARY, "doctor", "--sim"])
    hold("doctor --sim, start to exit", simulated * 1000, 100, "ms")
    hold("size of the binary", os.path.getsize(BINARY) / 2**20, 20, "MB")
    with tempfile.TemporaryDirectory() as folder:
        child, settings = serve(folder, LATENCY)
        try:
            environment = {**clean_environment(), **settings}
            wall = timed([BINARY, "doctor"], environment)
        finally:
            child.terminate()
            child.wait()
    # Token, workspaces, report, its semantic model: four replies, each late by the latency.
    hold("doctor over the network, beside its longest chain", wall / (4 * LATENCY), 1.25, "x")
    print(f"doctor --sim, memory: {peak([BINARY, 'doctor', '--sim']):.1f} MiB; over the network: {wall * 1000:.0f} ms")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
