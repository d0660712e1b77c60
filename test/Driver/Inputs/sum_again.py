"""share_again.py PLAN: the plan with a collective at the end of its evaluation."""
import re
import sys

text = open(sys.argv[1]).read()
before, evaluate = re.split(r"(?=plan\.program @evaluate)", text, maxsplit=1)
body, rest = evaluate.split("}\n", 1)
print(before + body + "plan.all_reduce @partials\n  }\n" + rest, end="")
