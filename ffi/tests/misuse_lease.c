/* Wrong calls of tg_lease. */
#include "misuse.h"

static void leases(void) {
  static tg_lease good, fresh;
  static tg_limiter parent;
  static tg_quota whole, reduced;
  tg_outcome out;
  uint64_t told;
  memset(&out, UNTOUCHED, sizeof out);
  memset(&told, UNTOUCHED, sizeof told);

  is(TG_OK, "lease: quota", tg_quota_init(&whole, 1000, SECOND, 200));
  is(TG_ERR_NULL_POINTER, "parent: no quota", tg_lease_parent_quota(NULL, SECOND / 20, &reduced));
  is(TG_ERR_POINTER_MISALIGNED, "parent: quota askew",
     tg_lease_parent_quota(askew(4), SECOND / 20, &reduced));
  is(TG_ERR_NOT_INITIALIZED, "parent: quota of zeros",
     tg_lease_parent_quota(&zeros.quota, SECOND / 20, &reduced));
  is(TG_ERR_NULL_POINTER, "parent: nowhere to make it",
     tg_lease_parent_quota(&whole, SECOND / 20, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "parent: made askew",
     tg_lease_parent_quota(&whole, SECOND / 20, askew(4)));
  is(TG_ERR_LEASE_OUT_OF_RANGE, "parent: a life that takes the burst",
     tg_lease_parent_quota(&whole, SECOND / 5, &reduced));
  is(TG_ERR_LEASE_OUT_OF_RANGE, "parent: the longest life",
     tg_lease_parent_quota(&whole, UINT64_MAX, &reduced));
  is(TG_ERR_NOT_INITIALIZED, "parent: errors made nothing",
     tg_limiter_init_with_quota(&parent, &reduced));
  is(TG_OK, "parent: quota", tg_lease_parent_quota(&whole, SECOND / 20, &reduced));
  is(TG_OK, "parent: init", tg_limiter_init_with_quota(&parent, &reduced));

  is(TG_ERR_NULL_POINTER, "lease: init at NULL", tg_lease_init(NULL, 16, SECOND / 20));
  is(TG_ERR_POINTER_MISALIGNED, "lease: init askew", tg_lease_init(askew(4), 16, SECOND / 20));
  is(TG_ERR_LEASE_OUT_OF_RANGE, "lease: size 0", tg_lease_init(&fresh, 0, SECOND / 20));
  is(TG_ERR_NOT_INITIALIZED, "lease: acquire after a refused init",
     tg_lease_try_acquire(&fresh, &parent, 1, 0, NULL));
  is(TG_OK, "lease: init", tg_lease_init(&good, 16, SECOND / 20));

  is(TG_ERR_NULL_POINTER, "lease: acquire at NULL",
     tg_lease_try_acquire(NULL, &parent, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "lease: acquire askew",
     tg_lease_try_acquire(askew(4), &parent, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "lease: acquire of zeros",
     tg_lease_try_acquire(&zeros.lease, &parent, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "lease: acquire of rubbish",
     tg_lease_try_acquire(&rubbish.lease, &parent, 1, 0, &out));
  is(TG_ERR_NULL_POINTER, "lease: no parent", tg_lease_try_acquire(&good, NULL, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "lease: parent askew",
     tg_lease_try_acquire(&good, askew(4), 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "lease: parent of zeros",
     tg_lease_try_acquire(&good, &zeros.limiter, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "lease: outcome askew",
     tg_lease_try_acquire(&good, &parent, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "held: at NULL", tg_lease_held(NULL, 0, &told));
  is(TG_ERR_POINTER_MISALIGNED, "held: askew", tg_lease_held(askew(4), 0, &told));
  is(TG_ERR_NOT_INITIALIZED, "held: of zeros", tg_lease_held(&zeros.lease, 0, &told));
  is(TG_ERR_NULL_POINTER, "held: nowhere to tell", tg_lease_held(&good, 0, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "held: told askew", tg_lease_held(&good, 0, askew(4)));
  is(TG_ERR_NULL_POINTER, "give back: at NULL", tg_lease_give_back(NULL, &parent, 0, &told));
  is(TG_ERR_POINTER_MISALIGNED, "give back: askew",
     tg_lease_give_back(askew(4), &parent, 0, &told));
  is(TG_ERR_NOT_INITIALIZED, "give back: of zeros",
     tg_lease_give_back(&zeros.lease, &parent, 0, &told));
  is(TG_ERR_NULL_POINTER, "give back: no parent", tg_lease_give_back(&good, NULL, 0, &told));
  is(TG_ERR_NOT_INITIALIZED, "give back: parent of zeros",
     tg_lease_give_back(&good, &zeros.limiter, 0, &told));
  is(TG_ERR_POINTER_MISALIGNED, "give back: told askew",
     tg_lease_give_back(&good, &parent, 0, (uint64_t *)askew(4)));
  holds("lease: no error wrote",
        is_untouched(&out, sizeof out) && is_untouched(&told, sizeof told));

  is(TG_NEVER, "lease: more than its size", tg_lease_try_acquire(&good, &parent, 17, 0, &out));
  is(TG_OK, "lease: nothing is held", tg_lease_held(&good, 0, &told));
  holds("lease: nothing at all", told == 0);
  is(TG_OK, "lease: one", tg_lease_try_acquire(&good, &parent, 1, 0, &out));
  holds("lease: fifteen more", out.remaining == 15 && out.reset_after_ns == SECOND / 20);
  is(TG_OK, "lease: held", tg_lease_held(&good, SECOND / 20, &told));
  holds("lease: to the end of its life", told == 15);
  is(TG_OK, "lease: a nanosecond later", tg_lease_held(&good, SECOND / 20 + 1, &told));
  holds("lease: no longer", told == 0);
  is(TG_OK, "give back", tg_lease_give_back(&good, &parent, 0, &told));
  holds("give back: what was not used", told == 15);
  is(TG_OK, "give back: twice", tg_lease_give_back(&good, &parent, 0, &told));
  holds("give back: nothing more", told == 0);
  is(TG_OK, "give back: told nowhere", tg_lease_give_back(&good, &parent, 0, NULL));
  is(TG_OK, "parent: one of 150 was used", tg_limiter_try_acquire(&parent, 149, 0, NULL));
  is(TG_DENIED, "lease: the parent has none", tg_lease_try_acquire(&good, &parent, 1, 0, &out));
  holds("lease: its wait for one", out.retry_after_ns == SECOND / 1000);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  leases();
  return report();
}
