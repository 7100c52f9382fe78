"""``python -m dashboard``: the command line, where the console script is not on the PATH."""

import sys

from dashboard.cli import main

sys.exit(main())
