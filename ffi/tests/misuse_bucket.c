/* Wrong calls of tg_quota, and of what a tg_limiter can do beyond taking. */
#include "misuse.h"

static tg_quota quota;

static void quotas(void) {
  static tg_quota fresh;
  static tg_limiter good;

  is(TG_ERR_NULL_POINTER, "quota: init at NULL", tg_quota_init(NULL, 5, SECOND, 2));
  is(TG_ERR_POINTER_MISALIGNED, "quota: init askew", tg_quota_init(askew(4), 5, SECOND, 2));
  is(TG_ERR_NULL_POINTER, "quota: NULL and a bad quota", tg_quota_init(NULL, 5, 0, 0));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "quota: period 0", tg_quota_init(&fresh, 5, 0, 2));
  is(TG_ERR_LIMIT_TOO_HIGH, "quota: highest limit", tg_quota_init(&fresh, UINT64_MAX, DAY, 2));
  is(TG_ERR_BURST_ZERO, "quota: burst 0", tg_quota_init(&fresh, 5, SECOND, 0));
  is(TG_ERR_BURST_TOO_LARGE, "quota: highest burst", tg_quota_init(&fresh, 5, SECOND, UINT64_MAX));
  is(TG_ERR_NOT_INITIALIZED, "quota: use after a refused init",
     tg_limiter_init_with_quota(&good, &fresh));
  is(TG_OK, "quota: init", tg_quota_init(&quota, 5, SECOND, 2));

  is(TG_ERR_NULL_POINTER, "limiter: init with quota at NULL",
     tg_limiter_init_with_quota(NULL, &quota));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: init with quota askew",
     tg_limiter_init_with_quota(askew(4), &quota));
  is(TG_ERR_NULL_POINTER, "limiter: no quota", tg_limiter_init_with_quota(&good, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: quota askew", tg_limiter_init_with_quota(&good, askew(4)));
  is(TG_ERR_NOT_INITIALIZED, "limiter: quota of zeros",
     tg_limiter_init_with_quota(&good, &zeros.quota));
  is(TG_ERR_NOT_INITIALIZED, "limiter: quota of rubbish",
     tg_limiter_init_with_quota(&good, &rubbish.quota));
  is(TG_ERR_NOT_INITIALIZED, "limiter: not made by any of them",
     tg_limiter_try_acquire(&good, 1, 0, NULL));
  is(TG_OK, "limiter: init with quota", tg_limiter_init_with_quota(&good, &quota));
  is(TG_OK, "limiter: it is full", tg_limiter_try_acquire(&good, 2, 0, NULL));
  is(TG_DENIED, "limiter: and no more than full", tg_limiter_try_acquire(&good, 1, 0, NULL));

  is(TG_ERR_NULL_POINTER, "limiter: init empty at NULL",
     tg_limiter_init_empty(NULL, 5, SECOND, 2, 0));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: init empty askew",
     tg_limiter_init_empty(askew(4), 5, SECOND, 2, 0));
  is(TG_ERR_BURST_ZERO, "limiter: init empty of burst 0",
     tg_limiter_init_empty(&good, 5, SECOND, 0, 0));
  is(TG_OK, "limiter: init empty at the end of time",
     tg_limiter_init_empty(&good, 5, SECOND, 2, UINT64_MAX));
  is(TG_DENIED, "limiter: it is empty", tg_limiter_try_acquire(&good, 1, UINT64_MAX, NULL));
}

static void batches(void) {
  static tg_limiter good;
  tg_outcome out;
  uint64_t taken;
  memset(&out, UNTOUCHED, sizeof out);
  memset(&taken, UNTOUCHED, sizeof taken);

  is(TG_OK, "up to: init", tg_limiter_init(&good, 5, SECOND, 2));
  is(TG_ERR_NULL_POINTER, "up to: at NULL", tg_limiter_acquire_up_to(NULL, 1, 0, &taken, &out));
  is(TG_ERR_POINTER_MISALIGNED, "up to: askew",
     tg_limiter_acquire_up_to(askew(4), 1, 0, &taken, &out));
  is(TG_ERR_NOT_INITIALIZED, "up to: of zeros",
     tg_limiter_acquire_up_to(&zeros.limiter, 1, 0, &taken, &out));
  is(TG_ERR_NOT_INITIALIZED, "up to: of rubbish",
     tg_limiter_acquire_up_to(&rubbish.limiter, 1, 0, &taken, &out));
  is(TG_ERR_NULL_POINTER, "up to: nowhere to tell", tg_limiter_acquire_up_to(&good, 1, 0, NULL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "up to: told askew",
     tg_limiter_acquire_up_to(&good, 1, 0, askew(4), &out));
  is(TG_ERR_POINTER_MISALIGNED, "up to: outcome askew",
     tg_limiter_acquire_up_to(&good, 1, 0, &taken, askew(4)));
  holds("up to: no error wrote",
        is_untouched(&out, sizeof out) && is_untouched(&taken, sizeof taken));
  is(TG_OK, "up to: errors took nothing",
     tg_limiter_acquire_up_to(&good, UINT64_MAX, 0, &taken, NULL));
  holds("up to: all there was", taken == 2);
  is(TG_DENIED, "up to: nothing left", tg_limiter_acquire_up_to(&good, 1, 0, &taken, &out));
  holds("up to: the wait for one", taken == 0 && out.retry_after_ns == SECOND / 5);
  is(TG_OK, "up to: none asked for", tg_limiter_acquire_up_to(&good, 0, 0, &taken, NULL));
  is(TG_OK, "up to: a limit of 0", tg_limiter_init(&good, 0, SECOND, 0));
  is(TG_NEVER, "up to: never", tg_limiter_acquire_up_to(&good, 1, 0, &taken, &out));
  holds("up to: never is a wait without end", taken == 0 && out.retry_after_ns == UINT64_MAX);
}

static void reservations(void) {
  static tg_limiter good;
  static tg_reservation first, second;
  uint64_t back;
  memset(&back, UNTOUCHED, sizeof back);
  memset(&first, UNTOUCHED, sizeof first);

  is(TG_OK, "reserve: init", tg_limiter_init(&good, 1, SECOND, 1));
  is(TG_ERR_NULL_POINTER, "reserve: at NULL", tg_limiter_reserve(NULL, 1, 0, 0, &first));
  is(TG_ERR_POINTER_MISALIGNED, "reserve: askew", tg_limiter_reserve(askew(4), 1, 0, 0, &first));
  is(TG_ERR_NOT_INITIALIZED, "reserve: of zeros",
     tg_limiter_reserve(&zeros.limiter, 1, 0, 0, &first));
  is(TG_ERR_NULL_POINTER, "reserve: nowhere to keep", tg_limiter_reserve(&good, 1, 0, 0, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "reserve: kept askew",
     tg_limiter_reserve(&good, 1, 0, 0, askew(4)));
  holds("reserve: no error wrote", is_untouched(&first, sizeof first));

  is(TG_OK, "reserve: at once", tg_limiter_reserve(&good, 1, 0, 0, &first));
  holds("reserve: errors took nothing", first.tokens == 1 && first.wait_ns == 0);
  is(TG_OK, "reserve: in a second", tg_limiter_reserve(&good, 1, SECOND, 0, &second));
  holds("reserve: it says when", second.tokens == 1 && second.wait_ns == SECOND);

  is(TG_ERR_NULL_POINTER, "cancel: at NULL", tg_limiter_cancel(NULL, &second, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "cancel: askew", tg_limiter_cancel(askew(4), &second, 0, &back));
  is(TG_ERR_NOT_INITIALIZED, "cancel: of zeros",
     tg_limiter_cancel(&zeros.limiter, &second, 0, &back));
  is(TG_ERR_NULL_POINTER, "cancel: no reservation", tg_limiter_cancel(&good, NULL, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "cancel: reservation askew",
     tg_limiter_cancel(&good, askew(4), 0, &back));
  is(TG_ERR_NOT_INITIALIZED, "cancel: reservation of zeros",
     tg_limiter_cancel(&good, &zeros.reservation, 0, &back));
  is(TG_ERR_NOT_INITIALIZED, "cancel: reservation of rubbish",
     tg_limiter_cancel(&good, &rubbish.reservation, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "cancel: told askew",
     tg_limiter_cancel(&good, &second, 0, (uint64_t *)askew(4)));
  is(TG_ERR_NULL_POINTER, "settle: at NULL", tg_limiter_settle(NULL, &second, 0, 0, &back));
  is(TG_ERR_NULL_POINTER, "settle: no reservation", tg_limiter_settle(&good, NULL, 0, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "settle: reservation askew",
     tg_limiter_settle(&good, askew(2), 0, 0, &back));
  is(TG_ERR_NOT_INITIALIZED, "settle: reservation of zeros",
     tg_limiter_settle(&good, &zeros.reservation, 0, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "settle: told askew",
     tg_limiter_settle(&good, &second, 0, 0, (uint64_t *)askew(4)));
  holds("cancel: no error wrote", is_untouched(&back, sizeof back));

  is(TG_OK, "cancel: errors used nothing up", tg_limiter_cancel(&good, &second, 0, &back));
  holds("cancel: all of it", back == 1);
  is(TG_ERR_NOT_INITIALIZED, "cancel: twice", tg_limiter_cancel(&good, &second, 0, &back));
  is(TG_ERR_NOT_INITIALIZED, "settle: after a cancel",
     tg_limiter_settle(&good, &second, 1, 0, &back));
  is(TG_OK, "settle: as it was", tg_limiter_settle(&good, &first, 1, 0, NULL));
  is(TG_ERR_NOT_INITIALIZED, "cancel: after a settle", tg_limiter_cancel(&good, &first, 0, NULL));
  is(TG_DENIED, "reserve: and nothing came back twice", tg_limiter_try_acquire(&good, 1, 0, NULL));

  is(TG_OK, "reserve: again", tg_limiter_reserve(&good, 1, SECOND, 0, &first));
  is(TG_DENIED, "reserve: too long a wait", tg_limiter_reserve(&good, 1, SECOND, 0, &first));
  holds("reserve: it says how long", first.tokens == 0 && first.wait_ns == 2 * SECOND);
  is(TG_ERR_NOT_INITIALIZED, "cancel: what was refused", tg_limiter_cancel(&good, &first, 0, NULL));
  is(TG_NEVER, "reserve: above the burst",
     tg_limiter_reserve(&good, 2, UINT64_MAX, 0, &first));
  holds("reserve: never is a wait without end", first.tokens == 0 && first.wait_ns == UINT64_MAX);
  is(TG_ERR_NOT_INITIALIZED, "settle: what can never be",
     tg_limiter_settle(&good, &first, 1, 0, NULL));
  is(TG_OK, "settle: far more than was reserved", tg_limiter_reserve(&good, 1, DAY, 0, &first));
  is(TG_OK, "settle: all there is", tg_limiter_settle(&good, &first, UINT64_MAX, 0, &back));
  holds("settle: nothing returned", back == 0);

  is(TG_OK, "refund: init", tg_limiter_init(&good, 1, SECOND, 3));
  memset(&back, UNTOUCHED, sizeof back);
  is(TG_ERR_NULL_POINTER, "refund: at NULL", tg_limiter_refund(NULL, 1, 0, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "refund: askew", tg_limiter_refund(askew(4), 1, 0, 0, &back));
  is(TG_ERR_NOT_INITIALIZED, "refund: of zeros",
     tg_limiter_refund(&zeros.limiter, 1, 0, 0, &back));
  is(TG_ERR_POINTER_MISALIGNED, "refund: told askew",
     tg_limiter_refund(&good, 1, 0, 0, (uint64_t *)askew(4)));
  holds("refund: no error wrote", is_untouched(&back, sizeof back));
  is(TG_OK, "refund: to a full bucket", tg_limiter_refund(&good, UINT64_MAX, 0, 0, &back));
  holds("refund: there was no room", back == 0);
  is(TG_OK, "refund: take", tg_limiter_try_acquire(&good, 2, 0, NULL));
  is(TG_OK, "refund: more than was taken", tg_limiter_refund(&good, UINT64_MAX, 0, 0, &back));
  holds("refund: never above the burst", back == 2);
  is(TG_OK, "refund: taken after now", tg_limiter_refund(&good, 1, UINT64_MAX, 0, NULL));
}

static void pauses(void) {
  static tg_limiter good;
  tg_outcome out;
  uint64_t taken;
  memset(&taken, UNTOUCHED, sizeof taken);

  is(TG_OK, "pause: init", tg_limiter_init(&good, 5, SECOND, 2));
  is(TG_ERR_NULL_POINTER, "drain: at NULL", tg_limiter_drain(NULL, 0, &taken));
  is(TG_ERR_POINTER_MISALIGNED, "drain: askew", tg_limiter_drain(askew(4), 0, &taken));
  is(TG_ERR_NOT_INITIALIZED, "drain: of zeros", tg_limiter_drain(&zeros.limiter, 0, &taken));
  is(TG_ERR_POINTER_MISALIGNED, "drain: told askew", tg_limiter_drain(&good, 0, askew(4)));
  is(TG_ERR_NULL_POINTER, "pause: at NULL", tg_limiter_pause_until(NULL, SECOND, 0));
  is(TG_ERR_POINTER_MISALIGNED, "pause: askew", tg_limiter_pause_until(askew(4), SECOND, 0));
  is(TG_ERR_NOT_INITIALIZED, "pause: of zeros", tg_limiter_pause_until(&zeros.limiter, SECOND, 0));
  is(TG_ERR_NOT_INITIALIZED, "pause: of rubbish",
     tg_limiter_pause_until(&rubbish.limiter, SECOND, 0));
  is(TG_ERR_NULL_POINTER, "observe: at NULL", tg_limiter_observe(NULL, 5, 0, SECOND, 0));
  is(TG_ERR_POINTER_MISALIGNED, "observe: askew", tg_limiter_observe(askew(4), 5, 0, SECOND, 0));
  is(TG_ERR_NOT_INITIALIZED, "observe: of zeros",
     tg_limiter_observe(&zeros.limiter, 5, 0, SECOND, 0));
  holds("pause: no error wrote", is_untouched(&taken, sizeof taken));
  is(TG_OK, "observe: more than there is", tg_limiter_observe(&good, UINT64_MAX, UINT64_MAX, 0, 0));
  is(TG_OK, "drain: nothing was taken before", tg_limiter_drain(&good, 0, &taken));
  holds("drain: all there was", taken == 2);
  is(TG_OK, "drain: of nothing", tg_limiter_drain(&good, 0, NULL));
  is(TG_OK, "pause: that is over", tg_limiter_pause_until(&good, 0, 5 * SECOND));
  is(TG_OK, "pause: it held nobody", tg_limiter_try_acquire(&good, 1, 5 * SECOND, NULL));
  is(TG_OK, "pause: without end", tg_limiter_pause_until(&good, UINT64_MAX, 5 * SECOND));
  is(TG_DENIED, "pause: it holds", tg_limiter_try_acquire(&good, 1, DAY, &out));
  holds("pause: for fifty years at most", out.retry_after_ns < 151 * 366 * DAY);
}

static void carries(void) {
  static tg_limiter before, after, fresh;
  static tg_quota wide;
  static tg_snapshot told;
  bool is_retired = false;
  uint64_t back;

  is(TG_OK, "carry: init", tg_limiter_init_with_quota(&before, &quota));
  is(TG_OK, "carry: quota", tg_quota_init(&wide, 20, SECOND, 20));
  is(TG_ERR_NULL_POINTER, "reconfigure: at NULL",
     tg_limiter_reconfigure(NULL, &after, &wide, TG_CARRY_KEEP, 0));
  is(TG_ERR_POINTER_MISALIGNED, "reconfigure: askew",
     tg_limiter_reconfigure(askew(4), &after, &wide, TG_CARRY_KEEP, 0));
  is(TG_ERR_NOT_INITIALIZED, "reconfigure: of zeros",
     tg_limiter_reconfigure(&zeros.limiter, &after, &wide, TG_CARRY_KEEP, 0));
  is(TG_ERR_NULL_POINTER, "reconfigure: into NULL",
     tg_limiter_reconfigure(&before, NULL, &wide, TG_CARRY_KEEP, 0));
  is(TG_ERR_POINTER_MISALIGNED, "reconfigure: into what is askew",
     tg_limiter_reconfigure(&before, askew(4), &wide, TG_CARRY_KEEP, 0));
  is(TG_ERR_NULL_POINTER, "reconfigure: no quota",
     tg_limiter_reconfigure(&before, &after, NULL, TG_CARRY_KEEP, 0));
  is(TG_ERR_POINTER_MISALIGNED, "reconfigure: quota askew",
     tg_limiter_reconfigure(&before, &after, askew(4), TG_CARRY_KEEP, 0));
  is(TG_ERR_NOT_INITIALIZED, "reconfigure: quota of zeros",
     tg_limiter_reconfigure(&before, &after, &zeros.quota, TG_CARRY_KEEP, 0));
  is(TG_ERR_UNKNOWN_CARRY, "reconfigure: carry 0",
     tg_limiter_reconfigure(&before, &after, &wide, 0, 0));
  is(TG_ERR_UNKNOWN_CARRY, "reconfigure: carry 4",
     tg_limiter_reconfigure(&before, &after, &wide, 4, 0));
  is(TG_ERR_UNKNOWN_CARRY, "reconfigure: least carry",
     tg_limiter_reconfigure(&before, &after, &wide, INT32_MIN, 0));
  is(TG_ERR_UNKNOWN_CARRY, "reconfigure: highest carry",
     tg_limiter_reconfigure(&before, &after, &wide, INT32_MAX, 0));
  is(TG_ERR_NULL_POINTER, "is retired: at NULL", tg_limiter_is_retired(NULL, &is_retired));
  is(TG_ERR_POINTER_MISALIGNED, "is retired: askew", tg_limiter_is_retired(askew(4), &is_retired));
  is(TG_ERR_NOT_INITIALIZED, "is retired: of zeros",
     tg_limiter_is_retired(&zeros.limiter, &is_retired));
  is(TG_ERR_NULL_POINTER, "is retired: nowhere to tell", tg_limiter_is_retired(&before, NULL));
  is(TG_OK, "is retired: errors retired nothing", tg_limiter_is_retired(&before, &is_retired));
  holds("is retired: no", !is_retired);
  is(TG_ERR_NOT_INITIALIZED, "reconfigure: errors made nothing",
     tg_limiter_try_acquire(&after, 1, 0, NULL));

  is(TG_OK, "reconfigure: take", tg_limiter_try_acquire(&before, 1, 0, NULL));
  is(TG_OK, "reconfigure", tg_limiter_reconfigure(&before, &after, &wide, TG_CARRY_KEEP, 0));
  is(TG_OK, "is retired", tg_limiter_is_retired(&before, &is_retired));
  holds("is retired: yes", is_retired);
  is(TG_OK, "reconfigure: one of twenty stays used", tg_limiter_try_acquire(&after, 19, 0, NULL));
  is(TG_DENIED, "reconfigure: and not one more", tg_limiter_try_acquire(&after, 1, 0, NULL));
  is(TG_DENIED, "retired: it denies", tg_limiter_try_acquire(&before, 1, DAY, NULL));
  is(TG_OK, "retired: it returns nothing", tg_limiter_refund(&before, 1, 0, 0, &back));
  holds("retired: nothing at all", back == 0);
  is(TG_DENIED, "retired: once",
     tg_limiter_reconfigure(&before, &fresh, &wide, TG_CARRY_RESET, 0));
  is(TG_ERR_NOT_INITIALIZED, "retired: nothing was made of it",
     tg_limiter_try_acquire(&fresh, 1, 0, NULL));
  is(TG_OK, "reconfigure: into itself",
     tg_limiter_reconfigure(&after, &after, &quota, TG_CARRY_PROPORTIONAL, 0));
  is(TG_DENIED, "reconfigure: all of it was used", tg_limiter_try_acquire(&after, 1, 0, NULL));
  is(TG_OK, "reconfigure: and flows in at the new pace",
     tg_limiter_try_acquire(&after, 1, SECOND / 5, NULL));

  memset(&told, UNTOUCHED, sizeof told);
  is(TG_ERR_NULL_POINTER, "snapshot: at NULL", tg_limiter_snapshot(NULL, 0, &told));
  is(TG_ERR_POINTER_MISALIGNED, "snapshot: askew", tg_limiter_snapshot(askew(4), 0, &told));
  is(TG_ERR_NOT_INITIALIZED, "snapshot: of zeros", tg_limiter_snapshot(&zeros.limiter, 0, &told));
  is(TG_ERR_NULL_POINTER, "snapshot: nowhere to keep", tg_limiter_snapshot(&after, 0, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "snapshot: kept askew", tg_limiter_snapshot(&after, 0, askew(4)));
  holds("snapshot: no error wrote", is_untouched(&told, sizeof told));
  is(TG_OK, "snapshot", tg_limiter_snapshot(&after, SECOND / 5, &told));
  holds("snapshot: what it says",
        told.remaining == 0 && told.full_after_ns == 2 * SECOND / 5 && told.reserved == 0);
  is(TG_ERR_NULL_POINTER, "restore: at NULL", tg_limiter_restore(NULL, &quota, &told, 0, 0));
  is(TG_ERR_POINTER_MISALIGNED, "restore: askew",
     tg_limiter_restore(askew(4), &quota, &told, 0, 0));
  is(TG_ERR_NULL_POINTER, "restore: no quota", tg_limiter_restore(&fresh, NULL, &told, 0, 0));
  is(TG_ERR_NOT_INITIALIZED, "restore: quota of zeros",
     tg_limiter_restore(&fresh, &zeros.quota, &told, 0, 0));
  is(TG_ERR_NULL_POINTER, "restore: no snapshot", tg_limiter_restore(&fresh, &quota, NULL, 0, 0));
  is(TG_ERR_POINTER_MISALIGNED, "restore: snapshot askew",
     tg_limiter_restore(&fresh, &quota, (const tg_snapshot *)askew(4), 0, 0));
  told.reserved = 1;
  is(TG_ERR_ABI_MISMATCH, "restore: of a later version",
     tg_limiter_restore(&fresh, &quota, &told, 0, 0));
  told.reserved = 0;
  is(TG_ERR_NOT_INITIALIZED, "restore: errors made nothing",
     tg_limiter_try_acquire(&fresh, 1, 0, NULL));
  is(TG_OK, "restore: a fifth of a second later",
     tg_limiter_restore(&fresh, &quota, &told, SECOND / 5, DAY));
  is(TG_OK, "restore: one has come", tg_limiter_try_acquire(&fresh, 1, DAY, NULL));
  is(TG_DENIED, "restore: and not one more", tg_limiter_try_acquire(&fresh, 1, DAY, NULL));
  told.remaining = told.full_after_ns = UINT64_MAX;
  is(TG_OK, "restore: of rubbish", tg_limiter_restore(&fresh, &quota, &told, 0, UINT64_MAX));
  is(TG_DENIED, "restore: rubbish grants nothing",
     tg_limiter_try_acquire(&fresh, 1, UINT64_MAX, NULL));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  quotas();
  batches();
  reservations();
  pauses();
  carries();
  return report();
}
