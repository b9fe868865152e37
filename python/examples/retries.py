"""One request to a server that is ill for a while: what to ask before it is sent again."""

import itertools

import tidegate

backoff = tidegate.Backoff(0.1, cap=20, jitter="equal")
budget = tidegate.RetryBudget(window=10, ratio=0.2, reserve=3)
breaker = tidegate.CircuitBreaker.consecutive(5, open_for=30)

answers = iter([(503, {}), (429, {"RateLimit": '"burst";r=0;t=4'}), (200, {})])
now = 0  # nanoseconds; without now_ns each of these reads the clock

budget.deposit(now_ns=now)
for attempt in itertools.count():
    passage = breaker.try_call(now_ns=now)
    if not isinstance(passage, tidegate.Passage):
        print(f"the breaker is open for {passage:.0f} s")
        break
    if attempt > 0 and not budget.try_withdraw(now_ns=now):
        breaker.cancelled(passage)
        print("no retry is left in the budget")
        break

    status, headers = next(answers)  # in a program: send it
    if status >= 500:
        breaker.failed(passage, now_ns=now)
    else:  # a refusal for its rate is no failure of the server
        breaker.succeeded(passage, now_ns=now)
    if status == 200:
        print(f"200: done, {budget.available(now_ns=now)} more retries to spend")
        break

    told = tidegate.Advice(headers).wait_ns()  # by whatever header the server tells it
    wait = backoff.delay_ns(attempt, seed=7) if told is None else told
    print(f"{status}: again in {wait / 10**9:.3f} s")
    now += wait  # in a program: sleep
