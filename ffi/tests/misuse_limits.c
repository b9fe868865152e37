/* Wrong calls of tg_limiter and tg_window. */
#include "misuse.h"

static void limiters(void) {
  static tg_limiter good, fresh;
  static tg_window window;
  tg_outcome out;

  is(TG_ERR_NULL_POINTER, "limiter: init at NULL", tg_limiter_init(NULL, 5, SECOND, 2));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: init askew", tg_limiter_init(askew(4), 5, SECOND, 2));
  is(TG_ERR_NULL_POINTER, "limiter: NULL and a bad quota", tg_limiter_init(NULL, 5, 0, 0));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "limiter: period 0", tg_limiter_init(&fresh, 5, 0, 2));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "limiter: period below 1 ms",
     tg_limiter_init(&fresh, 5, 999999, 2));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "limiter: period above 366 days",
     tg_limiter_init(&fresh, 5, 366 * DAY + 1, 2));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "limiter: longest period",
     tg_limiter_init(&fresh, 5, UINT64_MAX, 2));
  is(TG_ERR_LIMIT_TOO_HIGH, "limiter: limit above 10^9",
     tg_limiter_init(&fresh, 1000000001, DAY, 2));
  is(TG_ERR_LIMIT_TOO_HIGH, "limiter: more than one a ns",
     tg_limiter_init(&fresh, 1000001, 1000000, 2));
  is(TG_ERR_LIMIT_TOO_HIGH, "limiter: highest limit", tg_limiter_init(&fresh, UINT64_MAX, DAY, 2));
  is(TG_ERR_BURST_ZERO, "limiter: burst 0", tg_limiter_init(&fresh, 5, SECOND, 0));
  is(TG_ERR_BURST_TOO_LARGE, "limiter: burst above 2^32",
     tg_limiter_init(&fresh, 1000000000, SECOND, UINT64_C(4294967297)));
  is(TG_ERR_BURST_TOO_LARGE, "limiter: a burst that takes a century",
     tg_limiter_init(&fresh, 1, DAY, 60000));
  is(TG_ERR_BURST_TOO_LARGE, "limiter: highest burst",
     tg_limiter_init(&fresh, 5, SECOND, UINT64_MAX));
  is(TG_ERR_NOT_INITIALIZED, "limiter: acquire after a refused init",
     tg_limiter_try_acquire(&fresh, 1, 0, NULL));

  is(TG_OK, "limiter: init", tg_limiter_init(&good, 5, SECOND, 2));
  is(TG_ERR_BURST_ZERO, "limiter: a refused second init", tg_limiter_init(&good, 1, SECOND, 0));
  memset(&out, UNTOUCHED, sizeof out);
  is(TG_ERR_NULL_POINTER, "limiter: acquire at NULL", tg_limiter_try_acquire(NULL, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: acquire askew", tg_limiter_try_acquire(askew(1), 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: acquire askew by 4",
     tg_limiter_try_acquire(askew(4), 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "limiter: acquire of zeros",
     tg_limiter_try_acquire(&zeros.limiter, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "limiter: acquire of rubbish",
     tg_limiter_try_acquire(&rubbish.limiter, 1, 0, &out));
  is(TG_OK, "window: init", tg_window_init(&window, 1, SECOND));
  is(TG_ERR_NOT_INITIALIZED, "limiter: acquire of a window",
     tg_limiter_try_acquire((tg_limiter *)(void *)&window, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: outcome askew",
     tg_limiter_try_acquire(&good, 1, 0, (tg_outcome *)askew(4)));
  is(TG_ERR_NULL_POINTER, "limiter: peek at NULL", tg_limiter_peek(NULL, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: peek askew", tg_limiter_peek(askew(2), 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "limiter: peek of zeros", tg_limiter_peek(&zeros.limiter, 1, 0, &out));
  is(TG_ERR_NOT_INITIALIZED, "limiter: peek of rubbish",
     tg_limiter_peek(&rubbish.limiter, 1, 0, &out));
  is(TG_ERR_POINTER_MISALIGNED, "limiter: peek, outcome askew", tg_limiter_peek(&good, 1, 0, askew(1)));
  holds("limiter: no error wrote an outcome", is_untouched(&out, sizeof out));

  is(TG_NEVER, "limiter: more than the burst", tg_limiter_try_acquire(&good, 3, 0, &out));
  holds("limiter: never is a wait without end",
        out.retry_after_ns == UINT64_MAX && out.remaining == 0 && out.reset_after_ns == 0);
  is(TG_NEVER, "limiter: all there is", tg_limiter_try_acquire(&good, UINT64_MAX, 0, NULL));
  is(TG_OK, "limiter: errors took nothing", tg_limiter_try_acquire(&good, 2, 0, NULL));
  is(TG_OK, "limiter: n 0 of an empty bucket", tg_limiter_try_acquire(&good, 0, 0, &out));
  is(TG_DENIED, "limiter: empty", tg_limiter_try_acquire(&good, 1, 0, &out));
  holds("limiter: the wait is exact", out.retry_after_ns == SECOND / 5);
  is(TG_OK, "limiter: at the end of time", tg_limiter_try_acquire(&good, 1, UINT64_MAX, NULL));
  is(TG_DENIED, "limiter: after a clock step", tg_limiter_try_acquire(&good, 1, 0, &out));
  holds("limiter: a step waits one bucket at most", out.retry_after_ns <= 2 * SECOND / 5);
  is(TG_OK, "limiter: a limit of 0", tg_limiter_init(&good, 0, SECOND, 0));
  is(TG_NEVER, "limiter: nothing is ever allowed", tg_limiter_try_acquire(&good, 1, 0, NULL));
  is(TG_OK, "limiter: but to ask", tg_limiter_try_acquire(&good, 0, 0, NULL));
}

static void windows(void) {
  static tg_window good, fresh;
  tg_outcome out;

  is(TG_ERR_NULL_POINTER, "window: init at NULL", tg_window_init(NULL, 2, SECOND));
  is(TG_ERR_POINTER_MISALIGNED, "window: init askew", tg_window_init(askew(4), 2, SECOND));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "window: period 0", tg_window_init(&fresh, 2, 0));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "window: period below 1 ms", tg_window_init(&fresh, 2, 999999));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "window: longest period", tg_window_init(&fresh, 2, UINT64_MAX));
  is(TG_ERR_LIMIT_TOO_HIGH, "window: limit above 10^9", tg_window_init(&fresh, 1000000001, SECOND));
  is(TG_ERR_LIMIT_TOO_HIGH, "window: highest limit", tg_window_init(&fresh, UINT64_MAX, SECOND));
  is(TG_ERR_NOT_INITIALIZED, "window: acquire after a refused init",
     tg_window_try_acquire(&fresh, 1, WALL, NULL));

  is(TG_OK, "window: init", tg_window_init(&good, 2, 60 * SECOND));
  memset(&out, UNTOUCHED, sizeof out);
  is(TG_ERR_NULL_POINTER, "window: acquire at NULL", tg_window_try_acquire(NULL, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "window: acquire askew", tg_window_try_acquire(askew(4), 1, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "window: acquire of zeros",
     tg_window_try_acquire(&zeros.window, 1, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "window: acquire of rubbish",
     tg_window_try_acquire(&rubbish.window, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "window: outcome askew", tg_window_try_acquire(&good, 1, WALL, askew(3)));
  is(TG_ERR_NULL_POINTER, "window: peek at NULL", tg_window_peek(NULL, 1, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "window: peek of zeros", tg_window_peek(&zeros.window, 1, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "window: peek, outcome askew", tg_window_peek(&good, 1, WALL, askew(3)));
  holds("window: no error wrote an outcome", is_untouched(&out, sizeof out));
  is(TG_NEVER, "window: more than the limit", tg_window_try_acquire(&good, 3, WALL, NULL));
  is(TG_OK, "window: errors counted nothing", tg_window_try_acquire(&good, 2, WALL, NULL));
  is(TG_DENIED, "window: used up", tg_window_try_acquire(&good, 1, WALL, &out));
  holds("window: the wait is until its end", out.retry_after_ns == 23 * SECOND);
  is(TG_OK, "window: at the end of time", tg_window_try_acquire(&good, 1, UINT64_MAX, NULL));
  is(TG_OK, "window: a limit of 0", tg_window_init(&good, 0, SECOND));
  is(TG_NEVER, "window: nothing is ever allowed", tg_window_try_acquire(&good, 1, WALL, NULL));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  limiters();
  windows();
  return report();
}
