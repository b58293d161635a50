"""Characters that are no text."""

import re

# What no keyboard types and not every database keeps. Tabs and line ends are text.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("[\n\r\u2028\u2029]")
