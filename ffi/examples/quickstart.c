/* Five a second, two at once. */
#include <inttypes.h>
#include <stdio.h>

#include "tidegate.h"

int main(void) {
  static tg_limiter limiter;
  tg_outcome outcome;
  int32_t code = tg_limiter_init(&limiter, 5, 1000000000, 2); /* 5 per 10^9 ns, burst 2 */

  for (int request = 1; request <= 3 && code >= 0; request++) {
    code = tg_limiter_try_acquire(&limiter, 1, 0, &outcome); /* 1 token, now 0 ns */
    if (code == TG_OK) printf("request %d: go\n", request);
    if (code == TG_DENIED) {
      printf("request %d: wait %" PRIu64 " ms\n", request, outcome.retry_after_ns / 1000000);
    }
  }
  if (code < 0) fprintf(stderr, "%s\n", tg_strerror(code));
  return code < 0;
}
