"""``python -m blockwire.pipelines``: the command line where no console script is installed."""

from blockwire.pipelines.main import main

if __name__ == "__main__":
    main()
