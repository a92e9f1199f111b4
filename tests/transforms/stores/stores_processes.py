"""Another process that uses a store, to be watched and killed. Run as a program with a URL, a task and its arguments."""

import sys
import time

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.transforms.stores.contract import StoreError
from blockwire.transforms.stores.opening import open_store


def main() -> int:
    url, task = sys.argv[1:3]
    try:
        with open_store(url, load_mappings()) as store, store.lock():
            sys.stdout.write("locked\n")
            sys.stdout.flush()
            if task == "hold":
                time.sleep(600)
    except StoreError as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
