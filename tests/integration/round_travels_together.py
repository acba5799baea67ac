"""Three polls of one round find 24 of 240 processes moved: their cards are changed together, not poll by poll, and the portal's
events about these changes are read together."""
import os
import sys

from common import BIN, ROOT, check

os.environ["SEDLINK_BENCH_COUNT"] = "240"
sys.argv = [sys.argv[0], BIN, ROOT]
sys.path.insert(0, os.path.join(ROOT, "tests", "bench"))

import sweep  # noqa: E402

_, asked, changed, _ = sweep.measure("2.1", True, 0)
check(asked <= 10, f"{asked} calls to the EDMS: three polls of two calls, one more for what moved")
check(changed <= 6, f"{changed} calls to the CRM for 24 cards: a look, two of changes, a reading of the echoes")
