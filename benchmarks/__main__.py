"""``python -m benchmarks``: every ratio of one run, each measured beside its peer (alternating rounds, medians).

Understanding beside jieba on every message and a nonebot2 matcher; the durable loop beside a naive one; receiving
beside the PyPI class; memory; a cry for help until it is answered; the due table beside a job store;
claiming from the outbox beside general job queues; the desk of cases with a thousand and with a million; a report of 50,000
cases as a spreadsheet; what signed-in people take.
Words after the name of one benchmark are handed on to it.
"""

import runpy
import sys

ALL = (
    "understanding_speed",
    "durable_loop",
    "gateway_receive",
    "memory",
    "emergency_latency",
    "due_table",
    "outbox_claim",
    "many_rooms",
    "case_desk",
    "case_export",
    "web_sessions",
)


def main() -> None:
    """Run those named, or all, one after the other."""
    wanted = [sys.argv[1]] if len(sys.argv) > 1 else list(ALL)
    more = sys.argv[2:]
    for name in wanted:
        print(f"== benchmarks.{name}", flush=True)
        sys.argv = [f"benchmarks.{name}", *more]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
