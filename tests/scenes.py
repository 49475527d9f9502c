"""What the screenshots show: each function drives the app to one scene and takes its picture.

Law: a scene is made from seeds and a clock of its own, so that it is the same every time.
``python -m tests.scenes [SCENE...]`` writes them.
"""

import sys

from tests.shoot import main

if __name__ == "__main__":
    sys.exit(main())
