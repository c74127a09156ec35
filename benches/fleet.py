#!/usr/bin/env python3
"""Measures a fleet: thousands of tenants in parts, with faults, with workers that are killed. Run it by hand: it takes minutes.

usage: fleet.py BINARY [TENANTS] [PARTS]         default: 5000 tenants in 8 parts, of which 2 run at a time

Each worker runs its part against a tenant that is served with latency. Its bound is what its own requests need: as many at
once as are permitted, each as long as it took. (Where the machine is busy, that is longer than the latency, which is told
too.) The first worker of all is killed in its middle and starts again. At the end, the reports of all parts are merged. It fails where a worker's bound is
less than 0.9 of its time, a process takes more than 100 MiB, or a tenant is lost or has another diagnosis than its fault.
"""
import concurrent.futures
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from limits import CALLERS, REQUESTS_AT_ONCE, callers, clean_environment, serve

BINARY = os.path.abspath(sys.argv[1])
TENANTS = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
PARTS = int(sys.argv[3]) if len(sys.argv) > 3 else 8
AT_ONCE = 2
LATENCY = 0.25
# Of each hundred tenants so many have a wrong secret, don't exist, or have no address.
WRONG_SECRET, UNKNOWN, UNREACHABLE = 5, 3, 2
LEAST = 0.9
MOST_MEMORY = 100


def fault_of(number):
    place = number * 37 % 100
    for fault, share in (("wrong", WRONG_SECRET), ("unknown", UNKNOWN), ("unreachable", UNREACHABLE)):
        if place < share:
            return fault
        place -= share
    return None


def settings(folder, served, number_of_server, known):
    """A settings file of the whole fleet, whose healthy tenants are at the address of one server."""
    path = os.path.join(folder, f"pbiauth-{number_of_server}.toml")
    with open(path, "w") as file:
        file.write(f'ca_file = "{served["PBIAUTH_CA_FILE"]}"\nauthority_host = "{served["AZURE_AUTHORITY_HOST"]}"\n'
                   f'api_url = "{served["PBIAUTH_API_URL"]}"\nfabric_url = "{served["PBIAUTH_FABRIC_URL"]}"\n'
                   'workspace = "Sales embed"\n')
        for number in range(TENANTS):
            fault = fault_of(number)
            caller = number // PARTS % CALLERS
            secret = "WRONG" if fault == "wrong" else f"SECRET_{caller}"
            tenant = f"nobody-{number}.example" if fault == "unknown" else served["AZURE_TENANT_ID"]
            file.write(f'[profiles.tenant-{number:05}]\ntenant = "{tenant}"\nclient_id = "{known[caller][0]}"\n'
                       f'client_secret = {{ env = "{secret}" }}\n')
            if fault == "unreachable":
                file.write('authority_host = "https://127.0.0.1:1"\n')
    return path


class Worker:
    """Runs one part. Its peak memory and its time are those of the process that ends."""

    def __init__(self, part, config, secrets, done):
        self.part, self.done = part, done
        self.command = [BINARY, "doctor", "--config", config, "--all-profiles", "--partition", f"{part}/{PARTS}",
                        "--resume", done, "--fail-on", "never", "--format", "openmetrics", "--output",
                        os.path.join(done, f"part-{part}.prom")]
        self.environment = {**clean_environment(), **secrets}

    def run(self):
        start = time.perf_counter()
        child = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall, self.memory, self.exit = time.perf_counter() - start, usage.ru_maxrss / 1024, child.returncode
        self.cpu = usage.ru_utime + usage.ru_stime
        return self

    def kill_in_the_middle(self):
        """Starts, waits until a third is finished, and kills. Returns the files that were finished."""
        child = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(glob.glob(os.path.join(self.done, "*.json"))) < TENANTS // PARTS // 3:
            assert child.poll() is None, "the worker ended before it could be killed"
            time.sleep(0.1)
        child.send_signal(signal.SIGKILL)
        child.wait()
        return {path: os.stat(path).st_mtime_ns for path in glob.glob(os.path.join(self.done, "*.json"))}


def report(path):
    with open(path) as file:
        return json.load(file)


def needed(done):
    """How many requests a worker sent, and the seconds that they need as long as they took, and by the latency alone."""
    exchanges = [exchange for path in glob.glob(os.path.join(done, "*.json")) for exchange in report(path)["exchanges"]]
    answered = sum(1 for exchange in exchanges if "status" in exchange)
    took = sum(exchange["ms"] for exchange in exchanges) / 1000
    return len(exchanges), took / REQUESTS_AT_ONCE, answered * LATENCY / REQUESTS_AT_ONCE


def memory_while(command, environment):
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024


def main():
    failures = []

    def hold(what, value, is_well, limit):
        print(f"{what:<46} {value:10.2f}   {limit:<14} {'ok' if is_well else 'NOT HELD'}", flush=True)
        if not is_well:
            failures.append(what)

    with tempfile.TemporaryDirectory() as folder:
        scenario, others = callers()
        servers = [serve(folder, LATENCY, scenario) for _ in range(AT_ONCE)]
        try:
            known = [(servers[0][1]["AZURE_CLIENT_ID"], servers[0][1]["AZURE_CLIENT_SECRET"]), *others]
            secrets = {f"SECRET_{number}": secret for number, (_, secret) in enumerate(known)}
            secrets["WRONG"] = "abc8Q~0123456789012345678901234567890123"
            configs = [settings(folder, served, place, known) for place, (_, served) in enumerate(servers)]
            free, lock = list(range(AT_ONCE)), threading.Lock()

            def work(part):
                with lock:
                    server = free.pop()
                done = os.path.join(folder, f"part-{part}")
                os.mkdir(done)
                worker = Worker(part, configs[server], secrets, done)
                before = worker.kill_in_the_middle() if part == 0 else {}
                worker.run()
                again = [path for path, time in before.items() if os.stat(path).st_mtime_ns != time]
                with lock:
                    free.append(server)
                return worker, before, again

            start = time.perf_counter()
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                ended = list(pool.map(work, range(PARTS)))
            wall = time.perf_counter() - start
        finally:
            for child, _ in servers:
                child.terminate()
                child.wait()
        for worker, before, again in ended:
            requests, bound, least = needed(worker.done)
            if before:
                hold("the killed worker: finished before", len(before), True, "")
                hold("the killed worker: of these asked again", len(again), not again, "0")
            else:
                print(f"part {worker.part}: {requests} requests in {worker.wall:.1f} s, {worker.cpu:.1f} s of them on a processor; "
                      f"they need {bound:.1f} s, or {least:.1f} s by the latency alone")
                hold(f"part {worker.part}: its bound, beside its time", bound / worker.wall, bound / worker.wall >= LEAST, f"at least {LEAST}")
            hold(f"part {worker.part}: memory, MiB", worker.memory, worker.memory <= MOST_MEMORY, f"at most {MOST_MEMORY}")
        merged = os.path.join(folder, "fleet.json")
        exit_code, memory = memory_while([BINARY, "reports", "merge", *(worker.done for worker, *_ in ended), "--format", "json",
                                          "--output", merged, "--format", "openmetrics", "--output", os.path.join(folder, "fleet.prom"),
                                          "--format", "html", "--output", os.path.join(folder, "fleet.html")], clean_environment())
        hold("merge of all: memory, MiB", memory, memory <= MOST_MEMORY, f"at most {MOST_MEMORY}")
        found = {path for worker, *_ in ended for path in glob.glob(os.path.join(worker.done, "*.json"))}
        reports = {entry["profile"]: entry for entry in report(merged)["summary"]["profiles"]}
        expected = {f"tenant-{number:05}" for number in range(TENANTS)}
        hold("tenants that are lost", len(expected - set(reports)), not expected - set(reports), "0")
        metrics = sum(open(os.path.join(worker.done, f"part-{worker.part}.prom")).read().count("\npbiauth_healthy{")
                      for worker, *_ in ended)
        hold("tenants in the metrics of all workers", metrics, metrics == TENANTS, f"{TENANTS}")
        wrong = [name for name, entry in reports.items() if entry.get("cause") != {
            "wrong": "client-secret-wrong", "unknown": "tenant-not-found", "unreachable": "network-unreachable", None: None}[fault_of(int(name[-5:]))]]
        hold("tenants with another diagnosis than their fault", len(wrong), not wrong, "0")
        print(f"{TENANTS} tenants in {wall:.0f} s, {len(found)} reports, merge ended with {exit_code}; wrong: {wrong[:3]}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
