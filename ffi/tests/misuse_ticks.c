/* Wrong calls of tg_quota32, tg_limiter32 and tg_backoff32, and what their constants are. */
#include "misuse.h"

/* Constants, checked by the compiler; tg_quota32_init must come to the same. */
static const tg_quota32 radio = TG_QUOTA32(10, 32768, 3);
static const tg_quota32 whole = TG_QUOTA32(5, 1000, 2);
static const tg_quota32 longest = TG_QUOTA32(1, 1 << 30, 1);
static const tg_quota32 deepest = TG_QUOTA32(UINT32_C(4000000000), 4000000000u, UINT32_C(1) << 30);
static const tg_quota32 nothing = TG_QUOTA32(0, 0, 7);
static tg_limiter32 limiter; /* zeros are a full bucket */

static bool is_same(const tg_quota32 *constant, uint32_t count, uint32_t period, uint32_t burst) {
  tg_quota32 made;
  return tg_quota32_init(&made, count, period, burst) == TG_OK &&
         made.interval_ticks == constant->interval_ticks && made.burst == constant->burst;
}

static void quotas(void) {
  tg_quota32 quota;

  holds("quota32: a constant, rounded up", radio.interval_ticks == 3277 && radio.burst == 3);
  holds("quota32: constants are what init makes",
        is_same(&radio, 10, 32768, 3) && is_same(&whole, 5, 1000, 2) &&
            is_same(&longest, 1, UINT32_C(1) << 30, 1) &&
            is_same(&deepest, UINT32_C(4000000000), UINT32_C(4000000000), UINT32_C(1) << 30) &&
            is_same(&nothing, 0, 0, 7));
  holds("quota32: what init refuses is wrong for the macro too",
        !TG_QUOTA32_IS_RIGHT(11, 10, 1) && !TG_QUOTA32_IS_RIGHT(1, 10, 0) &&
            !TG_QUOTA32_IS_RIGHT(1, 1 << 30, 2) && !TG_QUOTA32_IS_RIGHT(-1, 10, 1) &&
            !TG_QUOTA32_IS_RIGHT(1, UINT64_C(1) << 32, 1) &&
            !TG_QUOTA32_IS_RIGHT(1, UINT32_MAX, UINT32_MAX) && TG_QUOTA32_IS_RIGHT(10, 10, 1));

  /* One on the stack, which is not zeros by itself. */
  tg_limiter32 fresh = TG_LIMITER32_INIT;
  is(TG_OK, "limiter32: made by its macro, full", tg_limiter32_try_acquire(&fresh, &radio, 3, 0, NULL));
  is(TG_DENIED, "limiter32: and then empty", tg_limiter32_try_acquire(&fresh, &radio, 1, 0, NULL));

  memset(&quota, UNTOUCHED, sizeof quota);
  is(TG_ERR_NULL_POINTER, "quota32: init at NULL", tg_quota32_init(NULL, 1, 10, 1));
  is(TG_ERR_POINTER_MISALIGNED, "quota32: init askew",
     tg_quota32_init((tg_quota32 *)askew(2), 1, 10, 1));
  is(TG_ERR_TICKS_TOO_COARSE, "quota32: fewer ticks than tokens",
     tg_quota32_init(&quota, 11, 10, 1));
  is(TG_ERR_BURST_ZERO, "quota32: burst 0", tg_quota32_init(&quota, 1, 10, 0));
  is(TG_ERR_BURST32_TOO_LARGE, "quota32: more than 2^30 ticks",
     tg_quota32_init(&quota, 1, UINT32_C(1) << 30, 2));
  is(TG_ERR_BURST32_TOO_LARGE, "quota32: the highest numbers",
     tg_quota32_init(&quota, 1, UINT32_MAX, UINT32_MAX));
  holds("quota32: no error wrote one", is_untouched(&quota, sizeof quota));
}

static void limiters(void) {
  static const tg_quota32 wild = {UINT32_MAX, UINT32_MAX}, half = {0, 5}, other = {5, 0};
  static const tg_quota32 zero = {0, 0};
  uint32_t wait;

  memset(&wait, UNTOUCHED, sizeof wait);
  is(TG_ERR_NULL_POINTER, "limiter32: acquire at NULL",
     tg_limiter32_try_acquire(NULL, &whole, 1, 0, &wait));
  is(TG_ERR_POINTER_MISALIGNED, "limiter32: acquire askew",
     tg_limiter32_try_acquire((tg_limiter32 *)askew(1), &whole, 1, 0, &wait));
  is(TG_ERR_NULL_POINTER, "limiter32: no quota",
     tg_limiter32_try_acquire(&limiter, NULL, 1, 0, &wait));
  is(TG_ERR_POINTER_MISALIGNED, "limiter32: a quota askew",
     tg_limiter32_try_acquire(&limiter, (const tg_quota32 *)askew(2), 1, 0, &wait));
  is(TG_ERR_POINTER_MISALIGNED, "limiter32: a wait askew",
     tg_limiter32_try_acquire(&limiter, &whole, 1, 0, (uint32_t *)askew(3)));
  is(TG_ERR_BURST32_TOO_LARGE, "limiter32: a wild quota",
     tg_limiter32_try_acquire(&limiter, &wild, 1, 0, &wait));
  is(TG_ERR_TICKS_TOO_COARSE, "limiter32: no interval",
     tg_limiter32_try_acquire(&limiter, &half, 1, 0, &wait));
  is(TG_ERR_BURST_ZERO, "limiter32: no burst", tg_limiter32_peek(&limiter, &other, 1, 0, &wait));
  is(TG_ERR_NULL_POINTER, "limiter32: peek at NULL", tg_limiter32_peek(NULL, &whole, 1, 0, &wait));
  is(TG_ERR_NULL_POINTER, "limiter32: remaining of NULL",
     tg_limiter32_remaining(NULL, &whole, 0, &wait));
  is(TG_ERR_NULL_POINTER, "limiter32: remaining to NULL",
     tg_limiter32_remaining(&limiter, &whole, 0, NULL));
  holds("limiter32: no error wrote a wait", is_untouched(&wait, sizeof wait));

  is(TG_OK, "limiter32: zeros are a full bucket",
     tg_limiter32_try_acquire(&zeros.limiter32, &whole, 2, 7, NULL));
  is(TG_OK, "limiter32: any bits are a bucket",
     tg_limiter32_try_acquire(&rubbish.limiter32, &whole, 2, 7, NULL));
  is(TG_NEVER, "limiter32: a quota of zeros denies everything",
     tg_limiter32_try_acquire(&limiter, &zero, 1, 0, &wait));
  is(TG_OK, "limiter32: but nothing", tg_limiter32_try_acquire(&limiter, &zero, 0, 0, &wait));
  is(TG_NEVER, "limiter32: more than the burst",
     tg_limiter32_try_acquire(&limiter, &whole, 3, 0, &wait));
  holds("limiter32: never is a wait without end", wait == UINT32_MAX);
  is(TG_OK, "limiter32: errors took nothing",
     tg_limiter32_try_acquire(&limiter, &whole, 2, UINT32_MAX - 50, NULL));
  is(TG_DENIED, "limiter32: empty", tg_limiter32_try_acquire(&limiter, &whole, 1, UINT32_MAX, &wait));
  holds("limiter32: the wait goes over the turn of the clock", wait == 150);
  is(TG_OK, "limiter32: remaining", tg_limiter32_remaining(&limiter, &whole, 149, &wait));
  holds("limiter32: one is back", wait == 1);
}

static void backoffs(void) {
  static const tg_backoff32 good = {1000, 2, 60000, TG_JITTER_FULL, 0};
  static const tg_backoff32 zero = {0, 0, 0, 0, 0};
  static const tg_backoff32 wide = {1, 1, 10, TG_JITTER_ADDITIVE, 11};
  static const tg_backoff32 unknown = {1, 1, 10, 4, 0}, negative = {1, 1, 10, -1, 0};
  static const tg_backoff32 most = {UINT32_MAX, UINT32_MAX, UINT32_MAX, TG_JITTER_NONE, UINT32_MAX};
  uint32_t delay;

  memset(&delay, UNTOUCHED, sizeof delay);
  is(TG_ERR_NULL_POINTER, "backoff32: NULL", tg_backoff32_delay(NULL, 0, 0, 0, &delay));
  is(TG_ERR_POINTER_MISALIGNED, "backoff32: askew",
     tg_backoff32_delay((const tg_backoff32 *)askew(2), 0, 0, 0, &delay));
  is(TG_ERR_NULL_POINTER, "backoff32: to NULL", tg_backoff32_delay(&good, 0, 0, 0, NULL));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff32: zeros", tg_backoff32_delay(&zero, 0, 0, 0, &delay));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff32: jitter above the cap",
     tg_backoff32_delay(&wide, 0, 0, 0, &delay));
  is(TG_ERR_UNKNOWN_JITTER, "backoff32: jitter 4", tg_backoff32_delay(&unknown, 0, 0, 0, &delay));
  is(TG_ERR_UNKNOWN_JITTER, "backoff32: jitter -1", tg_backoff32_delay(&negative, 0, 0, 0, &delay));
  holds("backoff32: no error wrote a delay", is_untouched(&delay, sizeof delay));
  is(TG_OK, "backoff32: the last attempt of all",
     tg_backoff32_delay(&good, UINT32_MAX, UINT32_MAX, UINT32_MAX, &delay));
  holds("backoff32: within the cap", delay >= 1 && delay <= 60000);
  is(TG_OK, "backoff32: the highest numbers", tg_backoff32_delay(&most, 0, 0, UINT32_MAX, &delay));
  holds("backoff32: it saturates", delay == UINT32_MAX);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  quotas();
  limiters();
  backoffs();
  return report();
}
