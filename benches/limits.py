#!/usr/bin/env python3
"""Measures what a run costs, as ratios within one run, and fails where a limit is passed.

usage: limits.py BINARY

Start-up is compared with that of `true`, a run over the network with its longest chain of round trips, a run of many
profiles with the time that its requests need when as many as are permitted are under way, reading a log with a search
for one word in it (`rg`, or `grep` where that is missing), a stream of records with Python's reader of JSON.
"""
import json
import os
import shutil
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
STREAMED = 50_000


def clean_environment():
    return {"PATH": os.environ.get("PATH", "")}


def timed(command, environment=None):
    """The shortest time of a command over several runs, in seconds: what else the machine does only adds to it. Its output
    goes into a pipe: a search that writes to the null device stops at the first hit."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, env=environment or clean_environment(),
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
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


def write_log(path, size, failures):
    """A log of so many bytes, with so many entries of three failures spread over it."""
    lines = [f"2026-11-{1 + n % 24:02}T{n % 24:02}:{n % 60:02}:{n * 7 % 60:02}.{n % 1000:03}Z INFO  [worker-{n % 16}] "
             f"refresh: model {n * 2654435761 % 2**32:08x} took {n * 37 % 9000} ms, rows={n * 7919 % 10**6}\n"
             for n in range(4000)]
    kinds = ['ERROR token: {"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys '
             'for app \'a9900001-4c1d-4e52-9b07-2f6d81c3a411\' are expired. Trace ID: %s","error_codes":[7000222]}\n',
             'ERROR GET https://api.powerbi.com/v1.0/myorg/groups/%s/reports -> 401 '
             '{"error":{"code":"PowerBINotAuthorizedException"}}\n',
             "ERROR AADSTS700016: Application with identifier 'a9900001-4c1d-4e52-9b07-2f6d81c3a411' was not found in "
             "the directory 'Contoso'. Trace ID: %s\n"]
    rounds = max(1, size // sum(map(len, lines)))
    with open(path, "w") as log:
        for n in range(rounds):
            some = failures * (n + 1) // rounds - failures * n // rounds
            for k in range(len(lines)):
                log.write(lines[k])
                for m in range(some * k // len(lines), some * (k + 1) // len(lines)):
                    log.write("2026-11-24T09:00:00.000Z " + kinds[m % 3] % f"{n:08x}-0000-4000-8000-{m:012x}")


def high_water(command):
    """The peak memory of a command that ends, in MiB."""
    child = subprocess.Popen(command, env=clean_environment(), stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss / 1024


def logs(folder, hold):
    searcher = ["rg", "-c"] if shutil.which("rg") else ["grep", "-c"]
    for name, size, failures, times in [("without failures", 256, 0, 2), ("with 25,600 failures", 256, 25_600, 4)]:
        log = os.path.join(folder, "a.log")
        write_log(log, size * 2**20, failures)
        subprocess.run(["cat", log], stdout=subprocess.DEVNULL)
        search = timed([*searcher, "AADSTS", log])
        read = timed([BINARY, "diagnose", log])
        hold(f"a log {name}, beside {searcher[0]}", read / search, times, "x")
        hold(f"a log {name}, memory", high_water([BINARY, "diagnose", log]), 64, "MiB")


def write_sign_ins(path, count):
    """A sign-in log of so many records, as Microsoft Graph has them: a third failed, in three ways, by a thousand applications."""
    codes = [(53003, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
             (7000222, "The provided client secret keys for app '{identifier}' are expired."),
             (50126, "Error validating credentials due to invalid username or password.")]
    with open(path, "w") as log:
        for n in range(count):
            code, reason = codes[n // 3 % 3] if n % 3 == 0 else (0, "Other.")
            policies = [{"id": f"5e4a7{m:03x}-6f1d-4b5e-8a77-90b1c2d3e4ff", "displayName": f"Policy {m}",
                         "enforcedGrantControls": ["Mfa"], "enforcedSessionControls": [],
                         "result": "failure" if code == 53003 and m == 0 else "notApplied"} for m in range(4)]
            record = {"id": f"{n:08x}-6f1d-4b5e-8a77-90b1c2d3e4ff",
                      "createdDateTime": f"2026-11-24T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z",
                      "appId": f"5e4a0{n % 1000:03x}-6f1d-4b5e-8a77-90b1c2d3e401", "appDisplayName": "Contoso refresh",
                      "userPrincipalName": f"user{n % 5000}@contoso.example", "ipAddress": "203.0.113.7",
                      "correlationId": f"{n:08x}-6f1d-4b5e-8a77-90b1c2d3e4aa", "clientAppUsed": "Browser",
                      "resourceId": "00000009-0000-0000-c000-000000000000", "resourceDisplayName": "Power BI Service",
                      "status": {"errorCode": code, "failureReason": reason}, "signInEventTypes": ["nonInteractiveUser"],
                      "deviceDetail": {"operatingSystem": "Linux", "browser": "Python Requests 2.32"},
                      "location": {"city": "Bern", "countryOrRegion": "CH"}, "appliedConditionalAccessPolicies": policies}
            log.write(json.dumps(record) + "\n")


def streams(folder, hold):
    """A stream of records beside the shortest program that reads them: Python's own reader of JSON, which is C."""
    log, more = os.path.join(folder, "sign-ins.jsonl"), os.path.join(folder, "more.jsonl")
    write_sign_ins(log, STREAMED)
    write_sign_ins(more, 4 * STREAMED)
    read = timed([sys.executable, "-c", f"import json\nfor line in open({log!r}): json.loads(line)"])
    command = [BINARY, "diagnose", "--stream"]
    wall = timed([*command, log])
    cores = os.cpu_count() or 1
    print(f"{STREAMED} sign-ins: {STREAMED / wall:.0f} a second on {cores} cores; json.loads {STREAMED / read:.0f} on one")
    hold("a stream of sign-ins, beside json.loads", wall / read, 1, "x", 1.5)
    hold("its summary, beside json.loads", timed([*command, "--summary", log]) / read, 1.5, "x", 1.5)
    hold("four times as many sign-ins, memory beside", high_water([*command, more]) / high_water([*command, log]), 1.25, "x")


def main():
    failures = []

    def hold(what, value, limit, unit, slack=1):
        """`slack`: how many times the limit fails. A time that is no ratio holds for a machine at rest; others are slower."""
        verdict = "ok" if value <= limit else "TOO MUCH" if value > limit * slack else "more than on a machine at rest"
        print(f"{what:<58} {value:8.2f} {unit:<4} at most {limit:g}  {verdict}")
        if value > limit * slack:
            failures.append(what)

    nothing = timed(["true"])
    version = timed([BINARY, "--version"])
    hold("--version, beside a process that does nothing", (version - nothing) * 1000, 5, "ms")
    hold("--version, memory", peak([BINARY, "--version"]), 12, "MiB")
    simulated = timed([BINARY, "doctor", "--sim"])
    hold("doctor --sim, start to exit", simulated * 1000, 100, "ms")
    hold("explain CODE, start to exit", timed([BINARY, "explain", "AADSTS7000215"]) * 1000, 15, "ms", 2)
    with tempfile.TemporaryDirectory() as folder:
        error = os.path.join(folder, "error.txt")
        with open(error, "w") as file:
            file.write("AADSTS7000215: Invalid client secret provided. Trace ID: 1c9f3e2a-5b77-4c0e-9a41-77d0c1b2a300")
        hold("diagnose of a pasted error, start to exit", timed([BINARY, "diagnose", error]) * 1000, 15, "ms", 2)
        logs(folder, hold)
        streams(folder, hold)
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
