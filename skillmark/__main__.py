"""`python -m skillmark` is the same program as `skillmark`."""

from skillmark.start import main

if __name__ == "__main__":
    main()
