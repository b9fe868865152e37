/* Wrong calls of skewed windows, tg_first_use_window and tg_strict_window. */
#include "misuse.h"

static void skewed(void) {
  static tg_window good, fresh;
  tg_outcome out;

  is(TG_ERR_NULL_POINTER, "skewed: init at NULL", tg_window_init_skewed(NULL, 2, SECOND, 0));
  is(TG_ERR_POINTER_MISALIGNED, "skewed: init askew", tg_window_init_skewed(askew(4), 2, SECOND, 0));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "skewed: period 0", tg_window_init_skewed(&fresh, 2, 0, -1));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "skewed: longest period",
     tg_window_init_skewed(&fresh, 2, UINT64_MAX, INT64_MIN));
  is(TG_ERR_LIMIT_TOO_HIGH, "skewed: highest limit",
     tg_window_init_skewed(&fresh, UINT64_MAX, SECOND, INT64_MAX));
  is(TG_ERR_NOT_INITIALIZED, "skewed: acquire after a refused init",
     tg_window_try_acquire(&fresh, 1, WALL, NULL));
  is(TG_OK, "skewed: least skew", tg_window_init_skewed(&good, 2, 60 * SECOND, INT64_MIN));
  is(TG_OK, "skewed: at the beginning of time", tg_window_try_acquire(&good, 1, 0, NULL));
  is(TG_OK, "skewed: highest skew", tg_window_init_skewed(&good, 2, 60 * SECOND, INT64_MAX));
  is(TG_OK, "skewed: at the end of time", tg_window_try_acquire(&good, 1, UINT64_MAX, NULL));
  is(TG_OK, "skewed: five seconds back",
     tg_window_init_skewed(&good, 2, 60 * SECOND, -5 * (int64_t)SECOND));
  is(TG_OK, "skewed: use up", tg_window_try_acquire(&good, 2, WALL, NULL));
  is(TG_DENIED, "skewed: used up", tg_window_try_acquire(&good, 1, WALL, &out));
  holds("skewed: it ends five seconds earlier", out.retry_after_ns == 18 * SECOND);
}

static void first_uses(void) {
  static tg_first_use_window good, fresh;
  tg_outcome out;
  memset(&out, UNTOUCHED, sizeof out);

  is(TG_ERR_NULL_POINTER, "first use: init at NULL", tg_first_use_window_init(NULL, 2, SECOND));
  is(TG_ERR_POINTER_MISALIGNED, "first use: init askew",
     tg_first_use_window_init(askew(8), 2, SECOND));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "first use: period 0", tg_first_use_window_init(&fresh, 2, 0));
  is(TG_ERR_LIMIT_TOO_HIGH, "first use: highest limit",
     tg_first_use_window_init(&fresh, UINT64_MAX, SECOND));
  is(TG_ERR_NOT_INITIALIZED, "first use: acquire after a refused init",
     tg_first_use_window_try_acquire(&fresh, 1, WALL, &out));
  is(TG_OK, "first use: init", tg_first_use_window_init(&good, 2, 60 * SECOND));
  is(TG_ERR_NULL_POINTER, "first use: acquire at NULL",
     tg_first_use_window_try_acquire(NULL, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "first use: acquire askew",
     tg_first_use_window_try_acquire(askew(8), 1, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "first use: acquire of zeros",
     tg_first_use_window_try_acquire(&zeros.first_use, 1, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "first use: acquire of rubbish",
     tg_first_use_window_try_acquire(&rubbish.first_use, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "first use: outcome askew",
     tg_first_use_window_try_acquire(&good, 1, WALL, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "first use: peek at NULL", tg_first_use_window_peek(NULL, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "first use: peek askew",
     tg_first_use_window_peek(askew(8), 1, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "first use: peek of zeros",
     tg_first_use_window_peek(&zeros.first_use, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "first use: peek, outcome askew",
     tg_first_use_window_peek(&good, 1, WALL, (tg_outcome *)askew(4)));
  holds("first use: no error wrote an outcome", is_untouched(&out, sizeof out));
  is(TG_NEVER, "first use: more than the limit",
     tg_first_use_window_try_acquire(&good, 3, WALL, NULL));
  is(TG_OK, "first use: errors counted nothing",
     tg_first_use_window_try_acquire(&good, 2, WALL, NULL));
  is(TG_DENIED, "first use: used up",
     tg_first_use_window_try_acquire(&good, 1, WALL + SECOND, &out));
  holds("first use: until a minute after the first", out.retry_after_ns == 59 * SECOND);
  is(TG_OK, "first use: at the end of time",
     tg_first_use_window_try_acquire(&good, 1, UINT64_MAX, NULL));
}

static void stricts(void) {
  static tg_strict_window good, fresh;
  tg_outcome out;
  uint32_t segments;
  memset(&out, UNTOUCHED, sizeof out);
  memset(&segments, UNTOUCHED, sizeof segments);

  is(TG_ERR_NULL_POINTER, "strict: init at NULL", tg_strict_window_init(NULL, 2, SECOND));
  is(TG_ERR_POINTER_MISALIGNED, "strict: init askew", tg_strict_window_init(askew(8), 2, SECOND));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "strict: period 0", tg_strict_window_init(&fresh, 2, 0));
  is(TG_ERR_LIMIT_TOO_HIGH, "strict: highest limit",
     tg_strict_window_init(&fresh, UINT64_MAX, SECOND));
  is(TG_ERR_NOT_INITIALIZED, "strict: acquire after a refused init",
     tg_strict_window_try_acquire(&fresh, 1, 0, &out));
  is(TG_OK, "strict: init", tg_strict_window_init(&good, 100, 60 * SECOND));
  is(TG_ERR_NULL_POINTER, "strict: acquire at NULL",
     tg_strict_window_try_acquire(NULL, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "strict: acquire askew",
     tg_strict_window_try_acquire(askew(8), 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "strict: acquire of zeros",
     tg_strict_window_try_acquire(&zeros.strict, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "strict: acquire of rubbish",
     tg_strict_window_try_acquire(&rubbish.strict, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "strict: outcome askew",
     tg_strict_window_try_acquire(&good, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "strict: peek at NULL", tg_strict_window_peek(NULL, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "strict: peek askew",
     tg_strict_window_peek(askew(8), 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "strict: peek of zeros",
     tg_strict_window_peek(&zeros.strict, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "strict: peek, outcome askew",
     tg_strict_window_peek(&good, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "segments: at NULL", tg_strict_window_segments(NULL, &segments));
  is(TG_ERR_POINTER_MISALIGNED, "segments: askew",
     tg_strict_window_segments(askew(8), &segments));
  is(TG_ERR_NOT_INITIALIZED, "segments: of zeros",
     tg_strict_window_segments(&zeros.strict, &segments));
  is(TG_ERR_NULL_POINTER, "segments: nowhere to tell", tg_strict_window_segments(&good, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "segments: told askew",
     tg_strict_window_segments(&good, (uint32_t *)askew(2)));
  holds("strict: no error wrote",
        is_untouched(&out, sizeof out) && is_untouched(&segments, sizeof segments));
  is(TG_OK, "segments", tg_strict_window_segments(&good, &segments));
  holds("segments: of five seconds", segments == 12);
  is(TG_NEVER, "strict: more than the limit", tg_strict_window_try_acquire(&good, 101, 0, NULL));
  is(TG_OK, "strict: errors counted nothing",
     tg_strict_window_try_acquire(&good, 100, 59 * SECOND, NULL));
  is(TG_DENIED, "strict: no edge starts it anew",
     tg_strict_window_try_acquire(&good, 1, 60 * SECOND, &out));
  holds("strict: the wait is to the segment's end", out.retry_after_ns == 60 * SECOND);
  is(TG_OK, "strict: at the end of time",
     tg_strict_window_try_acquire(&good, 1, UINT64_MAX, NULL));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  skewed();
  first_uses();
  stricts();
  return report();
}
