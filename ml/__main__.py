"""`python -m ml COMMAND …`."""

from ml.cli import main

raise SystemExit(main())
