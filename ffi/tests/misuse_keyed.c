/* Wrong calls of tg_keyed. */
#include "misuse.h"

static tg_slot_set sets[TG_SLOT_SETS(6)];

static void making(void) {
  static tg_keyed fresh;
  static tg_quota quota;

  is(TG_OK, "keyed: quota", tg_quota_init(&quota, 5, SECOND, 2));
  is(TG_ERR_NULL_POINTER, "keyed: init at NULL", tg_keyed_init(NULL, sets, 4, 1, 2, TG_FULL_DENY));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: init askew",
     tg_keyed_init(askew(4), sets, 4, 1, 2, TG_FULL_DENY));
  is(TG_ERR_NULL_POINTER, "keyed: no sets, said to be some",
     tg_keyed_init(&fresh, NULL, 4, 1, 2, TG_FULL_DENY));
  for (size_t by = 8; by < 64; by += 8) {
    is(TG_ERR_POINTER_MISALIGNED, "keyed: sets askew",
       tg_keyed_init(&fresh, askew(by), 1, 1, 2, TG_FULL_DENY));
  }
  is(TG_ERR_BUFFER_TOO_SHORT, "keyed: more sets than there is memory",
     tg_keyed_init(&fresh, sets, SIZE_MAX, 1, 2, TG_FULL_DENY));
  is(TG_ERR_BUFFER_TOO_SHORT, "keyed: as many bytes as there is memory",
     tg_keyed_init(&fresh, sets, SIZE_MAX / sizeof sets[0], 1, 2, TG_FULL_DENY));
  is(TG_ERR_UNKNOWN_FULL, "keyed: full 0", tg_keyed_init(&fresh, sets, 4, 1, 2, 0));
  is(TG_ERR_UNKNOWN_FULL, "keyed: full 4", tg_keyed_init(&fresh, sets, 4, 1, 2, 4));
  is(TG_ERR_UNKNOWN_FULL, "keyed: least full", tg_keyed_init(&fresh, sets, 4, 1, 2, INT32_MIN));
  is(TG_ERR_UNKNOWN_FULL, "keyed: highest full", tg_keyed_init(&fresh, sets, 4, 1, 2, INT32_MAX));
  is(TG_ERR_NOT_INITIALIZED, "keyed: acquire after a refused init",
     tg_keyed_try_acquire_u64(&fresh, &quota, 7, 1, 0, NULL));

  is(TG_OK, "keyed: no sets at all", tg_keyed_init(&fresh, NULL, 0, 1, 2, TG_FULL_DENY));
  is(TG_DENIED, "keyed: no room", tg_keyed_try_acquire_u64(&fresh, &quota, 7, 1, 0, NULL));
  is(TG_OK, "keyed: no sets, shared", tg_keyed_init(&fresh, sets, 0, 1, 2, TG_FULL_SHARE));
  is(TG_OK, "keyed: the shared bucket", tg_keyed_try_acquire_u64(&fresh, &quota, 7, 2, 0, NULL));
  is(TG_DENIED, "keyed: is shared", tg_keyed_try_acquire_u64(&fresh, &quota, 8, 1, 0, NULL));
  is(TG_OK, "keyed: no sets, allowed", tg_keyed_init(&fresh, NULL, 0, 1, 2, TG_FULL_ALLOW));
  for (int i = 0; i < 5; i++) {
    is(TG_OK, "keyed: allowed", tg_keyed_try_acquire_u64(&fresh, &quota, 7, 2, 0, NULL));
  }
  uint64_t overflowed;
  is(TG_OK, "keyed: counted", tg_keyed_overflowed(&fresh, &overflowed));
  holds("keyed: each of them", overflowed == 5);
}

static void asking(void) {
  static tg_keyed good;
  static tg_quota quota;
  tg_outcome out;
  memset(&out, UNTOUCHED, sizeof out);

  is(TG_OK, "keyed: quota", tg_quota_init(&quota, 5, SECOND, 2));
  is(TG_OK, "keyed: init", tg_keyed_init(&good, sets, 4, 1, 2, TG_FULL_DENY));
  is(TG_ERR_NULL_POINTER, "keyed: acquire at NULL",
     tg_keyed_try_acquire(NULL, &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: acquire askew",
     tg_keyed_try_acquire(askew(4), &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: acquire of zeros",
     tg_keyed_try_acquire(&zeros.keyed, &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: acquire of rubbish",
     tg_keyed_try_acquire(&rubbish.keyed, &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "keyed: no quota",
     tg_keyed_try_acquire(&good, NULL, "a", 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: quota askew",
     tg_keyed_try_acquire(&good, askew(4), "a", 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: quota of zeros",
     tg_keyed_try_acquire(&good, &zeros.quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: quota of rubbish",
     tg_keyed_try_acquire(&good, &rubbish.quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "keyed: no key, said to be one",
     tg_keyed_try_acquire(&good, &quota, NULL, 1, 1, 0, &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "keyed: an endless key",
     tg_keyed_try_acquire(&good, &quota, "a", SIZE_MAX, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: outcome askew",
     tg_keyed_try_acquire(&good, &quota, "a", 1, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "keyed: number at NULL",
     tg_keyed_try_acquire_u64(NULL, &quota, 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: number askew",
     tg_keyed_try_acquire_u64(askew(4), &quota, 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: number of zeros",
     tg_keyed_try_acquire_u64(&zeros.keyed, &quota, 1, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "keyed: number, no quota",
     tg_keyed_try_acquire_u64(&good, NULL, 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: number, quota of zeros",
     tg_keyed_try_acquire_u64(&good, &zeros.quota, 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: number, outcome askew",
     tg_keyed_try_acquire_u64(&good, &quota, 1, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "keyed: peek at NULL",
     tg_keyed_peek(NULL, &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: peek askew",
     tg_keyed_peek(askew(4), &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: peek of zeros",
     tg_keyed_peek(&zeros.keyed, &quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "keyed: peek, no quota", tg_keyed_peek(&good, NULL, "a", 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: peek, quota of zeros",
     tg_keyed_peek(&good, &zeros.quota, "a", 1, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "keyed: peek, no key", tg_keyed_peek(&good, &quota, NULL, 1, 1, 0, &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "keyed: peek, an endless key",
     tg_keyed_peek(&good, &quota, "a", SIZE_MAX, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: peek, outcome askew",
     tg_keyed_peek(&good, &quota, "a", 1, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "keyed: peek number at NULL",
     tg_keyed_peek_u64(NULL, &quota, 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: peek number askew",
     tg_keyed_peek_u64(askew(4), &quota, 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: peek number of zeros",
     tg_keyed_peek_u64(&zeros.keyed, &quota, 1, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "keyed: peek number, no quota",
     tg_keyed_peek_u64(&good, NULL, 1, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "keyed: peek number, quota of zeros",
     tg_keyed_peek_u64(&good, &zeros.quota, 1, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "keyed: peek number, outcome askew",
     tg_keyed_peek_u64(&good, &quota, 1, 1, 0, (tg_outcome *)askew(4)));
  holds("keyed: no error wrote an outcome", is_untouched(&out, sizeof out));

  static const unsigned char number[8] = {7};
  is(TG_OK, "keyed: errors took nothing", tg_keyed_try_acquire(&good, &quota, "a", 1, 2, 0, NULL));
  is(TG_DENIED, "keyed: the key is limited", tg_keyed_try_acquire(&good, &quota, "a", 1, 1, 0, &out));
  holds("keyed: the wait is exact", out.retry_after_ns == SECOND / 5);
  is(TG_NEVER, "keyed: above the burst", tg_keyed_try_acquire(&good, &quota, "a", 1, 3, 0, &out));
  is(TG_OK, "keyed: the empty key", tg_keyed_try_acquire(&good, &quota, NULL, 0, 2, 0, NULL));
  is(TG_DENIED, "keyed: is a key too", tg_keyed_peek(&good, &quota, "a", 0, 1, 0, NULL));
  is(TG_OK, "keyed: a number", tg_keyed_try_acquire_u64(&good, &quota, 7, 2, 0, NULL));
  is(TG_DENIED, "keyed: is its eight bytes", tg_keyed_peek(&good, &quota, number, 8, 1, 0, NULL));
  is(TG_DENIED, "keyed: or itself", tg_keyed_peek_u64(&good, &quota, 7, 1, 0, NULL));
  is(TG_OK, "keyed: at the end of time",
     tg_keyed_try_acquire_u64(&good, &quota, UINT64_MAX, 2, UINT64_MAX, NULL));
}

static void counting(void) {
  static tg_keyed good;
  static tg_quota quota;
  tg_occupant found;
  size_t slots, slot = 0;
  uint64_t overflowed;
  memset(&slots, UNTOUCHED, sizeof slots);
  memset(&overflowed, UNTOUCHED, sizeof overflowed);
  memset(&found, UNTOUCHED, sizeof found);

  /* The same seed: the buckets of the keys before go on. */
  is(TG_OK, "keyed: init over the same sets", tg_keyed_init(&good, sets, 4, 1, 2, TG_FULL_DENY));
  is(TG_OK, "keyed: quota", tg_quota_init(&quota, 5, SECOND, 2));
  is(TG_DENIED, "keyed: they are owed", tg_keyed_peek(&good, &quota, "a", 1, 1, 0, NULL));
  is(TG_OK, "keyed: to the nanosecond",
     tg_keyed_peek(&good, &quota, "a", 1, 1, SECOND / 5, NULL));
  is(TG_ERR_NULL_POINTER, "capacity: at NULL", tg_keyed_capacity(NULL, &slots));
  is(TG_ERR_POINTER_MISALIGNED, "capacity: askew", tg_keyed_capacity(askew(4), &slots));
  is(TG_ERR_NOT_INITIALIZED, "capacity: of zeros", tg_keyed_capacity(&zeros.keyed, &slots));
  is(TG_ERR_NULL_POINTER, "capacity: nowhere to tell", tg_keyed_capacity(&good, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "capacity: told askew", tg_keyed_capacity(&good, askew(1)));
  is(TG_ERR_NULL_POINTER, "occupied: at NULL", tg_keyed_occupied(NULL, 0, &slots));
  is(TG_ERR_POINTER_MISALIGNED, "occupied: askew", tg_keyed_occupied(askew(4), 0, &slots));
  is(TG_ERR_NOT_INITIALIZED, "occupied: of zeros", tg_keyed_occupied(&zeros.keyed, 0, &slots));
  is(TG_ERR_NULL_POINTER, "occupied: nowhere to tell", tg_keyed_occupied(&good, 0, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "occupied: told askew", tg_keyed_occupied(&good, 0, askew(1)));
  is(TG_ERR_NULL_POINTER, "overflowed: at NULL", tg_keyed_overflowed(NULL, &overflowed));
  is(TG_ERR_POINTER_MISALIGNED, "overflowed: askew", tg_keyed_overflowed(askew(4), &overflowed));
  is(TG_ERR_NOT_INITIALIZED, "overflowed: of zeros",
     tg_keyed_overflowed(&zeros.keyed, &overflowed));
  is(TG_ERR_NULL_POINTER, "overflowed: nowhere to tell", tg_keyed_overflowed(&good, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "overflowed: told askew", tg_keyed_overflowed(&good, askew(4)));
  is(TG_ERR_NULL_POINTER, "next: at NULL", tg_keyed_next(NULL, 0, &slot, &found));
  is(TG_ERR_POINTER_MISALIGNED, "next: askew", tg_keyed_next(askew(4), 0, &slot, &found));
  is(TG_ERR_NOT_INITIALIZED, "next: of zeros", tg_keyed_next(&zeros.keyed, 0, &slot, &found));
  is(TG_ERR_NULL_POINTER, "next: no slot", tg_keyed_next(&good, 0, NULL, &found));
  is(TG_ERR_POINTER_MISALIGNED, "next: slot askew", tg_keyed_next(&good, 0, askew(1), &found));
  is(TG_ERR_NULL_POINTER, "next: nowhere to tell", tg_keyed_next(&good, 0, &slot, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "next: told askew",
     tg_keyed_next(&good, 0, &slot, (tg_occupant *)askew(4)));
  holds("keyed: no error wrote", is_untouched(&slots, sizeof slots) &&
                                     is_untouched(&overflowed, sizeof overflowed) &&
                                     is_untouched(&found, sizeof found) && slot == 0);

  is(TG_OK, "capacity", tg_keyed_capacity(&good, &slots));
  holds("capacity: four slots a set", slots == 16);
  is(TG_OK, "occupied", tg_keyed_occupied(&good, 0, &slots));
  holds("occupied: the four keys", slots == 4);
  size_t count = 0, at_once = 0;
  while (tg_keyed_next(&good, 0, &slot, &found) == TG_OK && found.fingerprint != 0) {
    count++;
    at_once += found.full_at_ns == 2 * SECOND / 5;
  }
  holds("next: each of them", count == 4 && at_once == 3);
  holds("next: then nothing", found.fingerprint == 0 && found.full_at_ns == 0 && slot == 16);
  is(TG_OK, "next: behind the last", tg_keyed_next(&good, 0, &slot, &found));
  slot = SIZE_MAX;
  is(TG_OK, "next: far behind it", tg_keyed_next(&good, 0, &slot, &found));
  holds("next: still nothing", found.fingerprint == 0 && slot == 16);
  is(TG_OK, "overflowed", tg_keyed_overflowed(&good, &overflowed));
  holds("overflowed: nobody", overflowed == 0);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  making();
  asking();
  counting();
  return report();
}
