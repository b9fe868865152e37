/* Wrong calls of tg_backoff. */
#include "misuse.h"

/* What every constructor refuses, each made with this initial delay, cap, jitter and spread. */
typedef int32_t constructor(tg_backoff *, uint64_t initial, uint64_t cap, int32_t jitter,
                            uint64_t spread);

static int32_t whole(tg_backoff *it, uint64_t initial, uint64_t cap, int32_t jitter, uint64_t spread) {
  return tg_backoff_init(it, initial, 2, cap, jitter, spread);
}
static int32_t ratio(tg_backoff *it, uint64_t initial, uint64_t cap, int32_t jitter, uint64_t spread) {
  return tg_backoff_init_ratio(it, initial, 3, 2, cap, jitter, spread);
}
static int32_t linear(tg_backoff *it, uint64_t initial, uint64_t cap, int32_t jitter,
                      uint64_t spread) {
  return tg_backoff_init_linear(it, initial, UINT64_MAX, cap, jitter, spread);
}
static int32_t polynomial(tg_backoff *it, uint64_t initial, uint64_t cap, int32_t jitter,
                          uint64_t spread) {
  return tg_backoff_init_polynomial(it, initial, UINT32_MAX, cap, jitter, spread);
}
static int32_t list(tg_backoff *it, uint64_t initial, uint64_t cap, int32_t jitter, uint64_t spread) {
  return tg_backoff_init_list(it, &initial, 1, cap, jitter, spread);
}

static const struct {
  const char *name;
  constructor *make;
} constructors[] = {
    {"backoff", whole},          {"backoff: a ratio", ratio},
    {"backoff: constant", tg_backoff_init_constant}, {"backoff: linear", linear},
    {"backoff: a power", polynomial}, {"backoff: Fibonacci", tg_backoff_init_fibonacci},
    {"backoff: a list", list},
};

static void made(void) {
  uint64_t delay = 77;
  for (size_t i = 0; i < sizeof constructors / sizeof constructors[0]; i++) {
    const char *name = constructors[i].name;
    constructor *make = constructors[i].make;
    tg_backoff fresh;
    memset(&fresh, 0, sizeof fresh);
    NO_PLACE(tg_backoff, name, make(it, SECOND, DAY, TG_JITTER_NONE, 0));
    for (int32_t jitter = TG_JITTER_NONE; jitter <= TG_JITTER_DECORRELATED_V2; jitter++) {
      is(TG_ERR_BACKOFF_OUT_OF_RANGE, name, make(&fresh, 0, DAY, jitter, 0));
      is(TG_ERR_BACKOFF_OUT_OF_RANGE, name, make(&fresh, SECOND, SECOND - 1, jitter, 0));
    }
    is(TG_ERR_UNKNOWN_JITTER, name, make(&fresh, SECOND, DAY, -1, 0));
    is(TG_ERR_UNKNOWN_JITTER, name, make(&fresh, SECOND, DAY, 8, 0));
    is(TG_ERR_UNKNOWN_JITTER, name, make(&fresh, SECOND, DAY, INT32_MIN, 0));
    is(TG_ERR_UNKNOWN_JITTER, name, make(&fresh, SECOND, DAY, INT32_MAX, 0));
    is(TG_ERR_BACKOFF_OUT_OF_RANGE, name, make(&fresh, SECOND, DAY, TG_JITTER_ADDITIVE, DAY + 1));
    is(TG_ERR_BACKOFF_OUT_OF_RANGE, name, make(&fresh, SECOND, DAY, TG_JITTER_AROUND, 1000001));
    is(TG_ERR_BACKOFF_OUT_OF_RANGE, name, make(&fresh, SECOND, DAY, TG_JITTER_ABOVE, 1000001));
    /* 2^32 millionths are not 0. */
    is(TG_ERR_BACKOFF_OUT_OF_RANGE, name,
       make(&fresh, SECOND, DAY, TG_JITTER_AROUND, UINT64_C(1) << 32));
    is(TG_ERR_BACKOFF_OUT_OF_RANGE, name, make(&fresh, SECOND, DAY, TG_JITTER_ABOVE, UINT64_MAX));
    is(TG_ERR_NOT_INITIALIZED, name, tg_backoff_delay(&fresh, 0, 0, 0, &delay));
    holds(name, delay == 77);
    is(TG_OK, name, make(&fresh, SECOND, DAY, TG_JITTER_FULL, UINT64_MAX));
    is(TG_OK, name, make(&fresh, SECOND, DAY, TG_JITTER_ABOVE, 1000000));
    is(TG_OK, name, make(&fresh, SECOND, DAY, TG_JITTER_DECORRELATED_V2, UINT64_MAX));
  }
}

static void growths(void) {
  static const uint64_t nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, with_zero[] = {1, 0, 3};
  tg_backoff fresh;
  uint64_t delay;
  memset(&fresh, 0, sizeof fresh);

  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff: factor 0",
     tg_backoff_init(&fresh, SECOND, 0, DAY, TG_JITTER_FULL, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "ratio: denominator 0",
     tg_backoff_init_ratio(&fresh, SECOND, 1, 0, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "ratio: below 1",
     tg_backoff_init_ratio(&fresh, SECOND, 1, 2, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "ratio: above 1 and below 1.01",
     tg_backoff_init_ratio(&fresh, SECOND, 10099, 10000, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_NULL_POINTER, "list: NULL",
     tg_backoff_init_list(&fresh, NULL, 1, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_POINTER_MISALIGNED, "list: askew",
     tg_backoff_init_list(&fresh, (const uint64_t *)askew(4), 1, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_BUFFER_TOO_SHORT, "list: an impossible count",
     tg_backoff_init_list(&fresh, nine, SIZE_MAX, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "list: none",
     tg_backoff_init_list(&fresh, NULL, 0, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "list: a 0 in it",
     tg_backoff_init_list(&fresh, with_zero, 3, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "list: above the cap",
     tg_backoff_init_list(&fresh, nine, 8, 7, TG_JITTER_NONE, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "list: one too many",
     tg_backoff_init_list(&fresh, nine, TG_BACKOFF_DELAYS + 1, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_NOT_INITIALIZED, "growth: errors made nothing",
     tg_backoff_delay(&fresh, 0, 0, 0, &delay));
  is(TG_OK, "list: the most",
     tg_backoff_init_list(&fresh, nine, TG_BACKOFF_DELAYS, DAY, TG_JITTER_NONE, 0));
  is(TG_OK, "list: its last", tg_backoff_delay(&fresh, 0, 0, UINT32_MAX, &delay));
  holds("list: goes on for ever", delay == 8);
  is(TG_OK, "list: cut short",
     tg_backoff_init_list(&fresh, nine, 2, DAY, TG_JITTER_NONE, 0));
  is(TG_OK, "list: behind its end", tg_backoff_delay(&fresh, 0, 0, 2, &delay));
  holds("list: no delay of before", delay == 2);
}

static void delays(void) {
  static tg_backoff good;
  uint64_t delay = 77;

  is(TG_OK, "backoff: spread does not count without a jitter",
     tg_backoff_init(&good, SECOND, UINT32_MAX, UINT64_MAX, TG_JITTER_NONE, UINT64_MAX));
  NO_OBJECT(tg_backoff, "delay: no backoff", tg_backoff_delay(it, 0, 0, 0, &delay));
  NO_PLACE(uint64_t, "delay: nowhere to write", tg_backoff_delay(&good, 0, 0, 0, it));
  NO_OBJECT(tg_backoff, "at once: no backoff", tg_backoff_first_at_once(it));
  holds("backoff: no error wrote a delay", delay == 77);
  is(TG_OK, "backoff: the last attempt of all",
     tg_backoff_delay(&good, UINT64_MAX, UINT64_MAX, UINT32_MAX, &delay));
  holds("backoff: it saturates", delay == UINT64_MAX);
  is(TG_OK, "at once", tg_backoff_first_at_once(&good));
  is(TG_OK, "at once: twice is once", tg_backoff_first_at_once(&good));
  is(TG_OK, "at once: the first", tg_backoff_delay(&good, 0, 0, 0, &delay));
  holds("at once: does not wait", delay == 0);
  is(TG_OK, "at once: the second", tg_backoff_delay(&good, 0, 0, 1, &delay));
  holds("at once: is what the first was", delay == SECOND);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  made();
  growths();
  delays();
  return report();
}
