"""`python -m skillmark` is the same program as `skillmark`."""

from skillmark.cli import main

if __name__ == "__main__":
    main()
