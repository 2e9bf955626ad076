"""`python -m appliance.cli`."""

import sys

from appliance.cli.main import main

sys.exit(main())
