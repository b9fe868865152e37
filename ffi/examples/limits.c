/* What limits can do beyond one bucket: reserve, layer, limit by key, change while in use. */
#include <inttypes.h>
#include <stdio.h>

#include "tidegate.h"

#define SECOND UINT64_C(1000000000)

/* One sleep for whoever must wait: the second is told 200 ms, and gives its token back unused. */
static int32_t reserve(void) {
  static tg_limiter limiter;
  tg_reservation held;
  uint64_t returned;
  int32_t code = tg_limiter_init(&limiter, 5, SECOND, 1);
  for (int request = 1; request <= 2 && code == TG_OK; request++) {
    code = tg_limiter_reserve(&limiter, 1, SECOND, 0, &held);
    if (code == TG_OK) printf("request %d: go in %" PRIu64 " ms\n", request, held.wait_ns / 1000000);
  }
  if (code == TG_OK) code = tg_limiter_cancel(&limiter, &held, 0, &returned);
  if (code == TG_OK) printf("cancelled: %" PRIu64 " came back\n", returned);
  return code;
}

/* Ten a minute for a user, and three at once for all: both, or neither. */
static int32_t layer(void) {
  static tg_window user;
  static tg_limiter all;
  const tg_layer both[] = {{&user, 1}, {&all, 2}}; /* one request, that weighs two */
  tg_layered decision;
  int32_t code = tg_window_init(&user, 10, 60 * SECOND);
  if (code == TG_OK) code = tg_limiter_init(&all, 5, SECOND, 3);
  if (code == TG_OK) code = tg_try_acquire_all(both, 2, 0, 0, &decision);
  if (code == TG_OK) code = tg_try_acquire_all(both, 2, 0, 0, &decision);
  if (code == TG_DENIED) {
    printf("layer %" PRIu64 " denies for %" PRIu64 " ms\n", decision.layer,
           decision.outcome.retry_after_ns / 1000000);
  }
  return code;
}

/* A bucket a key in memory of ours; in a program the seed is drawn at random. */
static int32_t by_key(void) {
  static tg_slot_set sets[TG_SLOT_SETS(1000)];
  static tg_keyed keyed;
  tg_quota plan;
  size_t live = 0;
  int32_t code = tg_quota_init(&plan, 5, SECOND, 2);
  if (code == TG_OK) {
    code = tg_keyed_init(&keyed, sets, sizeof sets / sizeof sets[0], 1, 2, TG_FULL_SHARE);
  }
  if (code == TG_OK) code = tg_keyed_try_acquire(&keyed, &plan, "alice", 5, 2, 0, NULL);
  if (code == TG_OK) code = tg_keyed_try_acquire_u64(&keyed, &plan, 4711, 2, 0, NULL);
  if (code == TG_OK) code = tg_keyed_occupied(&keyed, 0, &live);
  if (code == TG_OK) printf("%zu keys in %zu bytes\n", live, sizeof sets);
  return code;
}

/* Ten a second, four used; with twenty a second sixteen are left. With threads the two limiters stand
   behind an atomic pointer: see tg_limiter_reconfigure. */
static int32_t change(void) {
  static tg_limiter before, after;
  tg_quota wide;
  uint64_t left;
  int32_t code = tg_limiter_init(&before, 10, SECOND, 10);
  if (code == TG_OK) code = tg_limiter_try_acquire(&before, 4, 0, NULL);
  if (code == TG_OK) code = tg_quota_init(&wide, 20, SECOND, 20);
  if (code == TG_OK) code = tg_limiter_reconfigure(&before, &after, &wide, TG_CARRY_KEEP, 0);
  if (code == TG_OK) code = tg_limiter_drain(&after, 0, &left);
  if (code == TG_OK) printf("%" PRIu64 " left after the change\n", left);
  return code;
}

int main(void) {
  int32_t codes[] = {reserve(), layer(), by_key(), change()};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    if (codes[i] < 0) return fprintf(stderr, "%s\n", tg_strerror(codes[i])), 1;
  }
  return 0;
}
