"""How fast pictures are scored, beside the loop of the forerunner, in one run on the same pictures and weights.

numpy's products run in one thread each: frames are spread over the cores, not products.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
