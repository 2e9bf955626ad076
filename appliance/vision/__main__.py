"""`python -m appliance.vision`."""

import sys

from appliance.vision.process import main

sys.exit(main())
