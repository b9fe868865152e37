/* The limiter of 64 bits, with the whole library, of which the linker keeps what is called. */
#include "device.h"
#include "tidegate.h"

static tg_limiter limiter;

void systick(void) {}

/* Five a second, two at once: the third is told to wait 200 ms, and not a nanosecond less. */
int main(void) {
  tg_outcome outcome;
  tg_backoff backoff;
  uint64_t delay_ns;
  if (tg_limiter_init(&limiter, 5, UINT64_C(1000000000), 2) != TG_OK) return 1;
  if (tg_limiter_try_acquire(&limiter, 2, 0, NULL) != TG_OK) return 2;
  if (tg_limiter_try_acquire(&limiter, 1, 0, &outcome) != TG_DENIED) return 3;
  if (outcome.retry_after_ns != 200000000) return 4;
  if (tg_limiter_try_acquire(&limiter, 1, 199999999, NULL) != TG_DENIED) return 5;
  if (tg_limiter_try_acquire(&limiter, 1, 200000000, NULL) != TG_OK) return 6;
  if (tg_backoff_init(&backoff, 1000, 2, 60000, TG_JITTER_NONE, 0) != TG_OK) return 7;
  if (tg_backoff_delay(&backoff, 1, 1, 5, &delay_ns) != TG_OK || delay_ns != 32000) return 8;
  print("wait 200000000 ns\n");
  return 0;
}
