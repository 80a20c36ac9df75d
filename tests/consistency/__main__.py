"""Test every store under every fault: ``python -m tests.consistency [--long] [--write]``."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser

from tests.consistency import clients, hosts, report, session_clients
from tests.consistency.environment import DATABASES, start_servers
from tests.consistency.faults import FAULTS
from tests.consistency.run import LONG, SHORT, run_faults

STORES = {
    "DatabaseStore": "token_revocation.stores.database.DatabaseStore",
    "CachedStore": "token_revocation.stores.cached.CachedStore",
    "SnapshotStore": "token_revocation.stores.snapshot.SnapshotStore",
}


def parse_arguments():
    parser = ArgumentParser("python -m tests.consistency", description=__doc__)
    add = parser.add_argument
    add("--long", action="store_true", help="10,000 revocations for each store")
    add("--write", action="store_true", help="write the page in docs/")
    add("--database", default="postgres", choices=list(DATABASES))
    add("--store", nargs="+", default=list(STORES), choices=list(STORES))
    add("--fault", default="", help="only faults whose name contains this")
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # Exiting stops all servers.
    options = parse_arguments()
    faults = [fault for fault in FAULTS if options.fault in fault]
    length = LONG if options.long else SHORT
    command = " ".join(["python -m tests.consistency", *sys.argv[1:]])
    chapters, problems = [], []
    with start_servers(options.database) as servers:
        for name in options.store:
            rows = list(print_rows(run_faults(servers, STORES[name], {}, faults, length)))
            chapters.append(report.chapter(name, rows[0].record.bound, rows))
            problems += [found for row in rows if (found := report.problems(row))]
            if options.write:
                report.PAGES[options.database].write(chapters, command=command, **parameters())
    sys.exit(bool(problems))


def print_rows(rows):
    for row in rows:
        print(report.line(row), report.problems(row) or "", flush=True)
        yield row


def parameters():
    """Return the numbers that the page names."""
    return {
        "workers": hosts.WORKERS,
        "threads": hosts.THREADS,
        "login_clients": clients.LOGIN_CLIENTS,
        "replay_clients": clients.REPLAY_CLIENTS,
        "session_clients": session_clients.SESSION_CLIENTS,
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
