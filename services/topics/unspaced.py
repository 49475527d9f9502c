"""Scripts that put no space between words: Thai, Lao, Burmese, Khmer, kana, Chinese characters.

Law: plain data; whoever takes a text apart means the same letters by it.
"""

import re
from typing import Final

UNSPACED: Final = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Their letters, as they stand between the brackets of a pattern."""
IS_UNSPACED: Final = re.compile(rf"[{UNSPACED}]")
