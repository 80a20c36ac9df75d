"""Show what every store does under every fault: ``python -m tests.consistency [--long] [--write]``."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser

from tests.consistency import crowd, hosts, report
from tests.consistency.faults import FAULTS
from tests.consistency.run import LONG, SHORT, rows
from tests.consistency.stage import DATABASES, servers

STORES = {
    "DatabaseStore": "token_revocation.stores.database.DatabaseStore",
    "CachedStore": "token_revocation.stores.cached.CachedStore",
    "SnapshotStore": "token_revocation.stores.snapshot.SnapshotStore",
}


def parse():
    parser = ArgumentParser("python -m tests.consistency", description=__doc__)
    add = parser.add_argument
    add("--long", action="store_true", help="10,000 revocations for each store")
    add("--write", action="store_true", help="write the page in docs/")
    add("--database", default="postgres", choices=list(DATABASES))
    add("--store", nargs="+", default=list(STORES), choices=list(STORES))
    add("--fault", default="", help="only faults whose name contains this")
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # What was started is stopped.
    options = parse()
    faults = [fault for fault in FAULTS if options.fault in fault]
    length = LONG if options.long else SHORT
    command = " ".join(["python -m tests.consistency", *sys.argv[1:]])
    chapters, found = [], []
    with servers(options.database) as ready:
        for name in options.store:
            done = list(told(rows(ready, STORES[name], {}, faults, length)))
            chapters.append(report.chapter(name, done[0].ledger.bound, done))
            found += [problem for row in done if (problem := report.problems(row))]
            if options.write:
                report.PAGES[options.database].write(chapters, command=command, **numbers())
    sys.exit(bool(found))


def told(results):
    for row in results:
        print(report.line(row), report.problems(row) or "", flush=True)
        yield row


def numbers():
    return {
        "workers": hosts.WORKERS,
        "threads": hosts.THREADS,
        "visitors": crowd.VISITORS,
        "hammerers": crowd.HAMMERERS,
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
