"""One user may send three requests a minute, and all together 1,000 tokens."""

import tidegate

users = tidegate.KeyedRateLimiter("3/minute", capacity=1000)
tokens = tidegate.RateLimiter("1000/minute")

for user, estimate, actual in (("ann", 600, 250), ("ann", 600, 600), ("bob", 600, 0)):
    if not users.try_acquire(user, now_ns=0):
        print(f"{user}: too many requests")
        continue
    try:
        reservation = tokens.reserve(estimate, timeout=20, now_ns=0)  # without now_ns: the clock
    except tidegate.AcquireTimeout as refused:
        print(f"{user}: refused, tokens come in {refused.retry_after:.0f} s")
        continue
    print(
        f"{user}: wait {reservation.wait:.0f} s, send, then give back what was not used:", end=" "
    )
    print(reservation.settle(actual, now_ns=0))
