"""Five a second, two at once."""

import tidegate

limiter = tidegate.RateLimiter(5, per=1, burst=2)

for request in (1, 2, 3):
    decision = limiter.check(now_ns=0)  # leave now_ns out and it reads the clock
    if decision:
        print(f"request {request}: go")
    else:
        print(f"request {request}: wait {decision.retry_after * 1000:.0f} ms")
