/* The fastest of 40 rounds of decisions through tidegate.h, in picoseconds a decision: see benches/c.rs. */
#include <inttypes.h>
#include <stdio.h>

#include "tidegate.h"
#include "tidegate_posix.h"

enum { ROUNDS = 40, DECISIONS = 100000 };

int main(void) {
  static tg_limiter limiter;
  uint64_t fastest = UINT64_MAX, now_ns = 0;
  if (tg_limiter_init(&limiter, 1000000000, 1000000000, 1000000) != TG_OK) return 1;
  for (int round = 0; round < ROUNDS; round++) {
    uint64_t start_ns = tg_posix_now_ns(), took_ns;
    for (int i = 0; i < DECISIONS; i++) {
      tg_outcome outcome;
      if (tg_limiter_try_acquire(&limiter, 1, ++now_ns, &outcome) != TG_OK) return 2;
    }
    took_ns = tg_posix_now_ns() - start_ns;
    if (took_ns < fastest) fastest = took_ns;
  }
  printf("%" PRIu64 "\n", fastest * 1000 / DECISIONS);
  return 0;
}
