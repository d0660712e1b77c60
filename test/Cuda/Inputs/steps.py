"""steps.py LOG: the calls of the 40 steps before the last one that was copied while others were under way.

A step begins where its batch is copied. A wait that asks again and again counts once. Prints what each of them consists of, in the order of a step, and fails when two
differ.
"""
import sys

COPY, WAITS = "cuMemcpyHtoDAsync_v2", ("cuStreamSynchronize", "cuStreamQuery")


def steps(calls):
    """The calls of each step: the wait that goes before a copy belongs to it."""
    current = []
    for call in calls:
        if call == COPY:
            head = []
            while current and current[-1] in WAITS:
                head.append(current.pop())
            yield current
            current = head
        if call != "cuStreamQuery" or current[-1:] != [call]:
            current.append(call)


def main():
    with open(sys.argv[1]) as log:
        found = list(steps(log.read().split()))
    # The first ones are op by op, the last four have no later one to wait for.
    steady = [tuple(step) for step in found[-44:-4]]
    print(f"{len(steady)} steps: ", end="")
    kinds = list(dict.fromkeys(steady[0]))
    print(", ".join(f"{kind} {steady[0].count(kind)}" for kind in kinds))
    odd = next((step for step in steady if step != steady[0]), None)
    if odd:
        sys.exit(f"another step: {odd}")


main()
