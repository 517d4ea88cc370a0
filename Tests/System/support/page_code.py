"""Prints the code of a page's fences of one language, one after the other. Usage: page_code.py PAGE LANGUAGE"""

import re, sys

page, language = sys.argv[1:]
fences = re.findall(rf"^```{language}\n(.*?)^```$", open(page).read(), re.MULTILINE | re.DOTALL)
assert fences, f"{page} has no code in {language}"
print("\n".join(fences))
