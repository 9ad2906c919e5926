"""Many at once: threads with connections of their own, released together."""

import threading

from django.db import connection

# What a thread got: (its answer, None) or (None, the exception).


def at_once(works):
    """Run the callables `works` in as many threads, all let go at the same moment. Returns [(answer, error)]."""
    gate = threading.Barrier(len(works))
    answers = [None] * len(works)

    def run(n, work):
        try:
            gate.wait(60)
            answers[n] = (work(), None)
        except Exception as error:  # what a thread met is for the test to judge
            answers[n] = (None, error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers
