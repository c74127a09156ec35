#!/usr/bin/env python3
"""Measures what a run costs, as ratios within one run, and fails where a limit is passed.

usage: limits.py BINARY

Start-up is compared with that of `true`, a run over the network with its longest chain of round trips, a run of many
profiles with the time that its requests need when as many as are permitted are under way.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
ROUNDS = 15
LATENCY = 0.1
PROFILES = 200
PROFILE_LATENCY = 0.05
REQUESTS_AT_ONCE = 16
CALLERS = 4


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


def serve(folder, latency, more=""):
    """Serves a healthy tenant whose every reply comes late. Returns the process and its settings."""
    scenario = os.path.join(folder, "late.toml")
    with open(scenario, "w") as file:
        file.write(f'title = "a healthy tenant, far away"\nbased_on = "healthy"\n'
                   f'[latency]\nms = {int(latency * 1000)}\n'
                   f'[caller.env]\nPBIAUTH_WORKSPACE = "Sales embed"\n'
                   f'[expect]\noutcome = "healthy"\n{more}')
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


def callers():
    """Applications beside the healthy tenant's own: Fabric takes 200 requests a minute of each, and many profiles make more."""
    scenario, found = "", []
    for number in range(1, CALLERS):
        name, digits = f"caller{number}", f"{number:012d}"
        client, secret = f"e1bedbed-4343-4c33-8c33-{digits}", f"abc8Q~this-is-a-made-up-value-of-caller-{number}"
        found.append((client, secret))
        scenario += (f'[applications.{name}]\nclient_id = "{client}"\nobject_id = "0b1ec700-4343-4c33-8c33-{digits}"\n'
                     f'name = "{name}"\nhome = "contoso"\n'
                     f'principals = {{ contoso = "5e2b1ce0-4343-4c33-8c33-{digits}" }}\n'
                     f'[applications.{name}.secrets.main]\nid = "5ec2e710-4343-4c33-8c33-{digits}"\n'
                     f'value = "{secret}"\nstarts = "-30d"\nends = "335d"\n')
    names = ", ".join(f'"{name}"' for name in ["embed", *(f"caller{number}" for number in range(1, CALLERS))])
    roles = ", ".join(f'caller{number} = "member"' for number in range(1, CALLERS))
    scenario += (f'[groups.embedders]\napplications = [{names}]\n[capacities.f64]\nholders = [{names}]\n'
                 f'[workspaces.sales]\nroles = {{ embed = "member", {roles} }}\n')
    return scenario, found


def profiles(folder):
    """Runs many profiles of a tenant that is far away. Returns the bound and the time in seconds, and the peak in MiB."""
    scenario, others = callers()
    child, settings = serve(folder, PROFILE_LATENCY, scenario)
    known = [(settings["AZURE_CLIENT_ID"], settings["AZURE_CLIENT_SECRET"]), *others]
    try:
        path = os.path.join(folder, "pbiauth.toml")
        with open(path, "w") as file:
            file.write(f'ca_file = "{settings["PBIAUTH_CA_FILE"]}"\n'
                       f'authority_host = "{settings["AZURE_AUTHORITY_HOST"]}"\n'
                       f'api_url = "{settings["PBIAUTH_API_URL"]}"\nfabric_url = "{settings["PBIAUTH_FABRIC_URL"]}"\n'
                       f'tenant = "{settings["AZURE_TENANT_ID"]}"\nworkspace = "Sales embed"\n')
            file.writelines(f'[profiles.customer-{number}]\nclient_id = "{known[number % CALLERS][0]}"\n'
                            f'client_secret = {{ env = "SECRET_{number % CALLERS}" }}\n' for number in range(PROFILES))
        secrets = {f"SECRET_{number}": secret for number, (_, secret) in enumerate(known)}
        environment = {**clean_environment(), **secrets}
        command = [BINARY, "doctor", "--config", path, "--format", "json"]
        start = time.perf_counter()
        one = subprocess.run([*command, "--profile", "customer-0"], env=environment, stdout=subprocess.DEVNULL)
        alone = time.perf_counter() - start
        assert one.returncode == 0, "the tenant is healthy"
        start = time.perf_counter()
        run = subprocess.Popen([*command, "--all-profiles"], env=environment, stdout=subprocess.PIPE)
        document = json.load(run.stdout)
        _, status, usage = os.wait4(run.pid, 0)
        wall = time.perf_counter() - start
        assert status == 0 and document["summary"]["healthy"] == PROFILES, "every profile is healthy"
    finally:
        child.terminate()
        child.wait()
    requests = sum(len(report["exchanges"]) for report in document["reports"])
    needed = max(alone, requests * PROFILE_LATENCY / REQUESTS_AT_ONCE)
    print(f"{PROFILES} profiles: {requests} requests in {wall:.2f} s; at {REQUESTS_AT_ONCE} at once they need {needed:.2f} s")
    return needed, wall, usage.ru_maxrss / 1024


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
        needed, many, memory = profiles(folder)
    hold(f"{PROFILES} profiles, beside what their requests need", many / needed, 1.5, "x")
    hold(f"{PROFILES} profiles, memory", memory, 100, "MiB")
    # Token, workspaces, report, its semantic model: four replies, each late by the latency.
    hold("doctor over the network, beside its longest chain", wall / (4 * LATENCY), 1.25, "x")
    print(f"doctor --sim, memory: {peak([BINARY, 'doctor', '--sim']):.1f} MiB; over the network: {wall * 1000:.0f} ms")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
