/*
 * Wrong calls, each of which must give a code, or a documented neutral result, and never a signal.
 * What was to be written stays untouched. Run it under valgrind or with sanitizers too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tidegate.h"

#define SECOND UINT64_C(1000000000)
#define DAY (86400 * SECOND)
#define WALL (UINT64_C(1716134437) * SECOND)

static int passed, failed;

static void check(bool holds, const char *name, int32_t code) {
  if (holds) {
    passed++;
  } else {
    failed++;
    printf("FAILED %s: %" PRId32 " (%s)\n", name, code, tg_strerror(code));
  }
}

/* The call gives this code. */
static void is(int32_t expected, const char *name, int32_t code) {
  check(code == expected, name, code);
}

/* The condition holds. */
static void holds(const char *name, bool condition) { check(condition, name, TG_OK); }

/* Memory in which any type lies askew, and an object of zeros or of rubbish. */
typedef union memory {
  tg_limiter limiter;
  tg_window window;
  tg_backoff backoff;
  tg_hints hints;
  tg_api api;
  tg_call call;
  unsigned char bytes[sizeof(tg_api) + 16];
} memory;

static memory zeros, rubbish, room;

#ifdef __cplusplus
/* C++ turns no void pointer into another by itself. */
struct any_pointer {
  void *pointer;
  template <class T> operator T *() const { return static_cast<T *>(pointer); }
};
static any_pointer askew(size_t by) { return {room.bytes + by}; }
#else
static void *askew(size_t by) { return room.bytes + by; }
#endif

/* Whether an out-parameter that was filled with this byte still is. */
enum { UNTOUCHED = 0xa5 };

static bool is_untouched(const void *out, size_t size) {
  const unsigned char *byte = (const unsigned char *)out;
  while (size > 0 && *byte == UNTOUCHED) byte++, size--;
  return size == 0;
}

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

static void backoffs(void) {
  static tg_backoff good, fresh;
  uint64_t delay = 77;

  is(TG_ERR_NULL_POINTER, "backoff: init at NULL",
     tg_backoff_init(NULL, SECOND, 2, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_POINTER_MISALIGNED, "backoff: init askew",
     tg_backoff_init(askew(1), SECOND, 2, DAY, TG_JITTER_NONE, 0));
  is(TG_ERR_UNKNOWN_JITTER, "backoff: jitter -1", tg_backoff_init(&fresh, SECOND, 2, DAY, -1, 0));
  is(TG_ERR_UNKNOWN_JITTER, "backoff: jitter 4", tg_backoff_init(&fresh, SECOND, 2, DAY, 4, 0));
  is(TG_ERR_UNKNOWN_JITTER, "backoff: least jitter",
     tg_backoff_init(&fresh, SECOND, 2, DAY, INT32_MIN, 0));
  is(TG_ERR_UNKNOWN_JITTER, "backoff: highest jitter",
     tg_backoff_init(&fresh, SECOND, 2, DAY, INT32_MAX, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff: initial 0",
     tg_backoff_init(&fresh, 0, 2, DAY, TG_JITTER_FULL, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff: factor 0",
     tg_backoff_init(&fresh, SECOND, 0, DAY, TG_JITTER_FULL, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff: cap below initial",
     tg_backoff_init(&fresh, SECOND, 2, SECOND - 1, TG_JITTER_FULL, 0));
  is(TG_ERR_BACKOFF_OUT_OF_RANGE, "backoff: jitter above cap",
     tg_backoff_init(&fresh, SECOND, 2, DAY, TG_JITTER_ADDITIVE, DAY + 1));
  is(TG_ERR_NOT_INITIALIZED, "backoff: delay after a refused init",
     tg_backoff_delay(&fresh, 0, 0, 0, &delay));

  is(TG_OK, "backoff: jitter_ns counts for additive only",
     tg_backoff_init(&good, SECOND, UINT32_MAX, UINT64_MAX, TG_JITTER_NONE, UINT64_MAX));
  is(TG_ERR_NULL_POINTER, "backoff: delay at NULL", tg_backoff_delay(NULL, 0, 0, 0, &delay));
  is(TG_ERR_POINTER_MISALIGNED, "backoff: delay askew", tg_backoff_delay(askew(4), 0, 0, 0, &delay));
  is(TG_ERR_NULL_POINTER, "backoff: nowhere to write", tg_backoff_delay(&good, 0, 0, 0, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "backoff: written askew", tg_backoff_delay(&good, 0, 0, 0, askew(4)));
  is(TG_ERR_NOT_INITIALIZED, "backoff: delay of zeros",
     tg_backoff_delay(&zeros.backoff, 0, 0, 0, &delay));
  is(TG_ERR_NOT_INITIALIZED, "backoff: delay of rubbish",
     tg_backoff_delay(&rubbish.backoff, 0, 0, 0, &delay));
  holds("backoff: no error wrote a delay", delay == 77);
  is(TG_OK, "backoff: the last attempt of all",
     tg_backoff_delay(&good, UINT64_MAX, UINT64_MAX, UINT32_MAX, &delay));
  holds("backoff: it saturates", delay == UINT64_MAX);
}

static void retry_afters(void) {
  static const char *const garbage[] = {
      "",     " ",         "-1",   "+1",    "1.5",   "1e3",  "0x10",  "soon", "1 2", "1,2",
      "\t \t", "\xff\xfe", "١٢٣", "Sun, 06 Nov 1994 08:49:37", "Sun, 99 Nov 1994 08:49:37 GMT",
      "sun, 06 nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 08:49:37 GMT+1"};
  static char digits[10000];
  tg_retry_after out;

  memset(&out, UNTOUCHED, sizeof out);
  is(TG_ERR_NULL_POINTER, "retry_after: no value", tg_retry_after_parse(NULL, 3, &out));
  is(TG_ERR_NULL_POINTER, "retry_after: nowhere to write", tg_retry_after_parse("1", 1, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "retry_after: written askew", tg_retry_after_parse("1", 1, askew(4)));
  is(TG_ERR_BUFFER_TOO_SHORT, "retry_after: an impossible length",
     tg_retry_after_parse("1", SIZE_MAX, &out));
  is(TG_ERR_NULL_POINTER, "retry_after_at: no value", tg_retry_after_parse_at(NULL, 3, 0, &out));
  is(TG_ERR_NULL_POINTER, "retry_after_at: nowhere to write",
     tg_retry_after_parse_at("1", 1, UINT64_MAX, NULL));
  is(TG_ERR_BUFFER_TOO_SHORT, "retry_after_at: an impossible length",
     tg_retry_after_parse_at("1", SIZE_MAX / 2 + 1, 0, &out));
  holds("retry_after: no error wrote a value", is_untouched(&out, sizeof out));
  is(TG_OK, "retry_after: NULL of length 0", tg_retry_after_parse(NULL, 0, &out));
  holds("retry_after: is the empty text", out.kind == TG_RETRY_AFTER_NONE);
  for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
    bool ok = tg_retry_after_parse(garbage[i], strlen(garbage[i]), &out) == TG_OK;
    holds("retry_after: garbage says nothing",
          ok && out.kind == TG_RETRY_AFTER_NONE && out.delay_ns == 0 && out.date_ns == 0);
  }
  memset(digits, '9', sizeof digits);
  is(TG_OK, "retry_after: 10 kB of digits", tg_retry_after_parse(digits, sizeof digits, &out));
  holds("retry_after: they saturate",
        out.kind == TG_RETRY_AFTER_DELAY && out.delay_ns == UINT64_MAX);
  is(TG_OK, "retry_after: 10^18 s", tg_retry_after_parse(" 1000000000000000000", 20, &out));
  holds("retry_after: saturate too", out.delay_ns == UINT64_MAX);
}

static void headers(void) {
  static tg_hints good;
  tg_hints_values values;
  int32_t field = 77;

  is(TG_ERR_NULL_POINTER, "hints: init at NULL", tg_hints_init(NULL));
  is(TG_ERR_POINTER_MISALIGNED, "hints: init askew", tg_hints_init(askew(1)));
  is(TG_OK, "hints: init", tg_hints_init(&good));
  is(TG_ERR_NULL_POINTER, "hints: header at NULL",
     tg_hints_header(NULL, "Date", 4, "1", 1, &field));
  is(TG_ERR_POINTER_MISALIGNED, "hints: header askew",
     tg_hints_header(askew(1), "Date", 4, "1", 1, &field));
  is(TG_ERR_NOT_INITIALIZED, "hints: header of zeros",
     tg_hints_header(&zeros.hints, "Date", 4, "1", 1, &field));
  is(TG_ERR_NOT_INITIALIZED, "hints: header of rubbish",
     tg_hints_header(&rubbish.hints, "Date", 4, "1", 1, &field));
  is(TG_ERR_NULL_POINTER, "hints: no name", tg_hints_header(&good, NULL, 4, "1", 1, &field));
  is(TG_ERR_NULL_POINTER, "hints: no value", tg_hints_header(&good, "Date", 4, NULL, 1, &field));
  is(TG_ERR_POINTER_MISALIGNED, "hints: field askew",
     tg_hints_header(&good, "Date", 4, "1", 1, askew(2)));
  is(TG_ERR_BUFFER_TOO_SHORT, "hints: an impossible name",
     tg_hints_header(&good, "Date", SIZE_MAX, "1", 1, &field));
  is(TG_ERR_BUFFER_TOO_SHORT, "hints: an impossible value",
     tg_hints_header(&good, "Date", 4, "1", SIZE_MAX, &field));
  holds("hints: no error wrote a field", field == 77);
  is(TG_OK, "hints: NULL of length 0", tg_hints_header(&good, NULL, 0, NULL, 0, &field));
  holds("hints: is unknown", field == TG_FIELD_UNKNOWN);
  is(TG_OK, "hints: garbage",
     tg_hints_header(&good, "x-ratelimit-LIMIT", 17, "\xff\0 1", 4, &field));
  holds("hints: is invalid", field == TG_FIELD_INVALID);
  is(TG_OK, "hints: nobody asks", tg_hints_header(&good, "X-RateLimit-Reset", 17, "-1", 2, NULL));

  memset(&values, UNTOUCHED, sizeof values);
  is(TG_ERR_NULL_POINTER, "hints: get at NULL", tg_hints_get(NULL, &values));
  is(TG_ERR_POINTER_MISALIGNED, "hints: get askew", tg_hints_get(askew(1), &values));
  is(TG_ERR_NOT_INITIALIZED, "hints: get of zeros", tg_hints_get(&zeros.hints, &values));
  is(TG_ERR_NULL_POINTER, "hints: nowhere to write", tg_hints_get(&good, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "hints: written askew", tg_hints_get(&good, askew(1)));
  holds("hints: no error wrote values", is_untouched(&values, sizeof values));
  is(TG_OK, "hints: get", tg_hints_get(&good, &values));
  holds("hints: garbage was counted and not taken",
        values.invalid == 2 && !values.has_limit && values.limit == 0 && !values.has_reset);
}

static void bodies(void) {
  static const char nested[] =
      "{\"success\":false,\"error\":{\"code\":\"E\",\"message\":\"a\\u00e9\\n\","
      "\"details\":{\"errors\":[{\"path\":\"\",\"message\":\"m\"}]}}}";
  static const char *const neutral[] = {"",     "null", "[]",        "{",       "<html>",
                                        "{\"code\":\"X\"", "\xff", "{\"code\":\"\\u12\"}", "{}{}"};
  static char deep[4096];
  char text[TG_ERROR_BODY_TEXT_SIZE];
  tg_error_body out;
  size_t needed = 77, len = sizeof nested - 1;

  memset(&out, UNTOUCHED, sizeof out);
  memset(text, UNTOUCHED, sizeof text);
  is(TG_ERR_NULL_POINTER, "body: no body", tg_error_body_scan(NULL, 1, text, 9, &needed, &out));
  is(TG_ERR_NULL_POINTER, "body: no text", tg_error_body_scan(nested, len, NULL, 9, &needed, &out));
  is(TG_ERR_NULL_POINTER, "body: nowhere to write",
     tg_error_body_scan(nested, len, text, sizeof text, &needed, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "body: written askew",
     tg_error_body_scan(nested, len, text, sizeof text, &needed, askew(4)));
  is(TG_ERR_POINTER_MISALIGNED, "body: needed askew",
     tg_error_body_scan(nested, len, text, sizeof text, askew(1), &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "body: an impossible length",
     tg_error_body_scan(nested, SIZE_MAX, text, sizeof text, &needed, &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "body: an impossible buffer",
     tg_error_body_scan(nested, len, text, SIZE_MAX, &needed, &out));
  holds("body: these errors wrote nothing", needed == 77);
  is(TG_ERR_BUFFER_TOO_SHORT, "body: no buffer",
     tg_error_body_scan(nested, len, NULL, 0, &needed, &out));
  holds("body: tells what it needs", needed == 2 + 5 + 1 + 2);
  is(TG_ERR_BUFFER_TOO_SHORT, "body: a buffer too short by one",
     tg_error_body_scan(nested, len, text, needed - 1, NULL, &out));
  holds("body: no error wrote", is_untouched(&out, sizeof out) && is_untouched(text, sizeof text));
  is(TG_OK, "body: a buffer that just fits",
     tg_error_body_scan(nested, len, text, needed, NULL, &out));
  holds("body: is decoded", strcmp(out.message.data, "a\xc3\xa9\n") == 0 && out.message.len == 4 &&
                                out.field_count == 1 && out.fields[0].path.len == 0 &&
                                out.fields[1].path.data == NULL && out.request_id.data == NULL);
  holds("body: and no byte more is written",
        is_untouched(text + needed, sizeof text - needed));
  for (size_t i = 0; i < sizeof neutral / sizeof neutral[0]; i++) {
    bool ok = tg_error_body_scan(neutral[i], strlen(neutral[i]), NULL, 0, &needed, &out) == TG_OK;
    holds("body: what is no body says nothing",
          ok && needed == 0 && out.code.data == NULL && out.message.data == NULL &&
              out.field_count == 0 && out.fields[0].path.data == NULL);
  }
  memset(deep, '[', sizeof deep);
  is(TG_OK, "body: too deep", tg_error_body_scan(deep, sizeof deep, NULL, 0, NULL, &out));
  is(TG_OK, "body: NULL of length 0", tg_error_body_scan(NULL, 0, NULL, 0, NULL, &out));
}

static tg_request request_of(int32_t method, const char *path, const char *key) {
  tg_request request;
  memset(&request, 0, sizeof request);
  request.method = method;
  request.path = path;
  request.path_len = strlen(path);
  request.key = key;
  request.key_len = strlen(key);
  return request;
}

static void requests(void) {
  int32_t method = 77;
  is(TG_ERR_NULL_POINTER, "method: no name", tg_method_parse(NULL, 3, &method));
  is(TG_ERR_NULL_POINTER, "method: nowhere to write", tg_method_parse("GET", 3, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "method: written askew", tg_method_parse("GET", 3, askew(1)));
  is(TG_ERR_UNKNOWN_METHOD, "method: lower case", tg_method_parse("get", 3, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: empty", tg_method_parse("", 0, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: NULL of length 0", tg_method_parse(NULL, 0, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: of another protocol", tg_method_parse("TRACE", 5, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: with its NUL", tg_method_parse("GET", 4, &method));
  is(TG_ERR_NOT_TEXT, "method: not UTF-8", tg_method_parse("\xff", 1, &method));
  is(TG_ERR_BUFFER_TOO_SHORT, "method: an impossible length",
     tg_method_parse("GET", SIZE_MAX, &method));
  holds("method: no error wrote a method", method == 77);
}

static void apis(void) {
  static tg_api good, fresh;
  static tg_call call;
  static tg_admission out;
  tg_request request = request_of(TG_METHOD_GET, "/a", "alice"), bad;
  uint64_t overflowed = 77;

  is(TG_ERR_NULL_POINTER, "api: init at NULL", tg_api_init(NULL, "stackflow", 9, 0));
  is(TG_ERR_POINTER_MISALIGNED, "api: init askew by 8", tg_api_init(askew(8), "stackflow", 9, 0));
  is(TG_ERR_NULL_POINTER, "api: no name", tg_api_init(&fresh, NULL, 9, 0));
  is(TG_ERR_UNKNOWN_API, "api: NULL of length 0", tg_api_init(&fresh, NULL, 0, 0));
  is(TG_ERR_UNKNOWN_API, "api: unknown name", tg_api_init(&fresh, "StackFlow", 9, 0));
  is(TG_ERR_UNKNOWN_API, "api: half a name", tg_api_init(&fresh, "stackflow", 5, 0));
  is(TG_ERR_NOT_TEXT, "api: a name not in UTF-8", tg_api_init(&fresh, "\xc3", 1, 0));
  is(TG_ERR_BUFFER_TOO_SHORT, "api: an impossible name",
     tg_api_init(&fresh, "stackflow", SIZE_MAX, 0));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: window 0",
     tg_api_init_with_window(&fresh, "stackflow", 9, 0, 0));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: window of parts of a second",
     tg_api_init_with_window(&fresh, "stackflow", 9, 0, SECOND + 1));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: window above 366 days",
     tg_api_init_with_window(&fresh, "velaflows", 9, 0, 367 * DAY));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: longest window",
     tg_api_init_with_window(&fresh, "velaflows", 9, 0, UINT64_MAX));
  is(TG_ERR_UNKNOWN_API, "api: unknown name with a window",
     tg_api_init_with_window(&fresh, "x", 1, 0, SECOND));
  is(TG_ERR_NULL_POINTER, "api: with a window at NULL",
     tg_api_init_with_window(NULL, "stackflow", 9, 0, SECOND));

  is(TG_OK, "api: init", tg_api_init(&good, "stackflow", 9, 0));
  memset(&out, UNTOUCHED, sizeof out);
  is(TG_ERR_NOT_INITIALIZED, "api: admit after a refused init",
     tg_api_admit(&fresh, &request, 0, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "api: admit of zeros",
     tg_api_admit(&zeros.api, &request, 0, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "api: admit of rubbish",
     tg_api_admit(&rubbish.api, &request, 0, WALL, &out));
  is(TG_ERR_NULL_POINTER, "api: admit at NULL", tg_api_admit(NULL, &request, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "api: admit askew by 8", tg_api_admit(askew(8), &request, 0, WALL, &out));
  is(TG_ERR_NULL_POINTER, "api: no request", tg_api_admit(&good, NULL, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "api: a request askew", tg_api_admit(&good, askew(4), 0, WALL, &out));
  is(TG_ERR_NULL_POINTER, "api: nowhere to write", tg_api_admit(&good, &request, 0, WALL, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "api: written askew", tg_api_admit(&good, &request, 0, WALL, askew(4)));
  bad = request, bad.method = 0;
  is(TG_ERR_UNKNOWN_METHOD, "api: method 0", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.method = 8;
  is(TG_ERR_UNKNOWN_METHOD, "api: method 8", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.method = 257;
  is(TG_ERR_UNKNOWN_METHOD, "api: method 257", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.method = INT32_MIN;
  is(TG_ERR_UNKNOWN_METHOD, "api: least method", tg_api_admit(&good, &bad, 0, WALL, &out));
  memset(&bad, 0, sizeof bad);
  is(TG_ERR_UNKNOWN_METHOD, "api: a request of zeros", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.path = NULL;
  is(TG_ERR_NULL_POINTER, "api: no path", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.path_len = 0;
  is(TG_ERR_PATH_INVALID, "api: an empty path", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request_of(TG_METHOD_GET, "a/b", "alice");
  is(TG_ERR_PATH_INVALID, "api: a path without its slash",
     tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request_of(TG_METHOD_GET, "/\xe9", "alice");
  is(TG_ERR_NOT_TEXT, "api: a path not in UTF-8", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.path_len = SIZE_MAX;
  is(TG_ERR_BUFFER_TOO_SHORT, "api: an impossible path", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.key_len = 0;
  is(TG_ERR_KEY_EMPTY, "api: an empty key", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.key = NULL;
  is(TG_ERR_NULL_POINTER, "api: no key", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.key_len = SIZE_MAX;
  is(TG_ERR_BUFFER_TOO_SHORT, "api: an impossible key", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.role = "root", bad.role_len = 4;
  is(TG_ERR_UNKNOWN_ROLE, "api: an unknown role", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.role = "\xff\xff";
  is(TG_ERR_NOT_TEXT, "api: a role not in UTF-8", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.role = NULL;
  is(TG_ERR_NULL_POINTER, "api: no role of length 4", tg_api_admit(&good, &bad, 0, WALL, &out));
  holds("api: no error wrote an admission", is_untouched(&out, sizeof out));
  is(TG_OK, "api: admit", tg_api_admit(&good, &request, 0, WALL, &out));
  holds("api: errors counted nothing",
        out.remaining == 299 && out.header_count == 4 && strcmp(out.category, "read") == 0 &&
            strcmp(out.headers[2].value, "1716134460") == 0 && out.code[0] == '\0');
  is(TG_OK, "api: at the end of time", tg_api_admit(&good, &request, UINT64_MAX, UINT64_MAX, &out));
  is(TG_ERR_NOT_INITIALIZED, "api: a call of zeros as api",
     tg_call_init(&call, &zeros.api, &request));

  is(TG_ERR_NULL_POINTER, "api: overflowed at NULL", tg_api_overflowed(NULL, &overflowed));
  is(TG_ERR_NOT_INITIALIZED, "api: overflowed of zeros",
     tg_api_overflowed(&zeros.api, &overflowed));
  is(TG_ERR_NULL_POINTER, "api: overflowed to nowhere", tg_api_overflowed(&good, NULL));
  holds("api: no error wrote a count", overflowed == 77);
  is(TG_OK, "api: a second init starts anew", tg_api_init(&good, "stackflow", 9, 0));
  bool all = true;
  for (int i = 0; i <= TG_API_KEYS; i++) {
    char key[2] = {(char)('!' + i), '\0'};
    bad = request_of(TG_METHOD_GET, "/", key);
    all = all && tg_api_admit(&good, &bad, 0, WALL, &out) == TG_OK;
  }
  holds("api: one key more than there are places is admitted", all && out.remaining == 298);
  is(TG_OK, "api: overflowed", tg_api_overflowed(&good, &overflowed));
  holds("api: the two that share the last place are counted", overflowed == 2);
}

static void calls(void) {
  static tg_api api;
  static tg_call call;
  static tg_hints hints;
  char name[TG_NAME_SIZE];
  tg_request request = request_of(TG_METHOD_GET, "/a", "alice"), bad;
  tg_step step;

  is(TG_OK, "call: an api", tg_api_init(&api, "stackflow", 9, 7));
  is(TG_OK, "call: hints", tg_hints_init(&hints));
  is(TG_ERR_NULL_POINTER, "call: init at NULL", tg_call_init(NULL, &api, &request));
  is(TG_ERR_POINTER_MISALIGNED, "call: init askew", tg_call_init(askew(4), &api, &request));
  is(TG_ERR_NULL_POINTER, "call: no api", tg_call_init(&call, NULL, &request));
  is(TG_ERR_POINTER_MISALIGNED, "call: an api askew by 8", tg_call_init(&call, askew(8), &request));
  is(TG_ERR_NOT_INITIALIZED, "call: an api of rubbish",
     tg_call_init(&call, &rubbish.api, &request));
  is(TG_ERR_NULL_POINTER, "call: no request", tg_call_init(&call, &api, NULL));
  bad = request, bad.method = -1;
  is(TG_ERR_UNKNOWN_METHOD, "call: method -1", tg_call_init(&call, &api, &bad));
  bad = request_of(TG_METHOD_GET, "?", "alice");
  is(TG_ERR_PATH_INVALID, "call: a path that is a query", tg_call_init(&call, &api, &bad));
  bad = request_of(TG_METHOD_GET, "/a", "");
  is(TG_ERR_KEY_EMPTY, "call: an empty key", tg_call_init(&call, &api, &bad));
  bad = request, bad.role = "admin", bad.role_len = 5;
  is(TG_ERR_UNKNOWN_ROLE, "call: an unknown role", tg_call_init(&call, &api, &bad));

  memset(&step, UNTOUCHED, sizeof step);
  is(TG_ERR_NOT_INITIALIZED, "call: next after a refused init",
     tg_call_next(&call, &api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next of zeros",
     tg_call_next(&zeros.call, &api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next of rubbish",
     tg_call_next(&rubbish.call, &api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: answered of zeros",
     tg_call_answered(&zeros.call, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_NOT_INITIALIZED, "call: failed of zeros",
     tg_call_failed(&zeros.call, &api, TG_FAILURE_RESET, 0, WALL));
  is(TG_OK, "call: init", tg_call_init(&call, &api, &request));
  is(TG_ERR_NULL_POINTER, "call: next at NULL", tg_call_next(NULL, &api, 0, WALL, &step));
  is(TG_ERR_NULL_POINTER, "call: next without api", tg_call_next(&call, NULL, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next with an api of zeros",
     tg_call_next(&call, &zeros.api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next of an api",
     tg_call_next((tg_call *)(void *)&api, &api, 0, WALL, &step));
  is(TG_ERR_NULL_POINTER, "call: next to nowhere", tg_call_next(&call, &api, 0, WALL, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "call: next askew", tg_call_next(&call, &api, 0, WALL, askew(4)));
  is(TG_ERR_OUT_OF_ORDER, "call: answered before it was sent",
     tg_call_answered(&call, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_OUT_OF_ORDER, "call: failed before it was sent",
     tg_call_failed(&call, &api, TG_FAILURE_RESET, 0, WALL));
  holds("call: no error wrote a step", is_untouched(&step, sizeof step));

  is(TG_OK, "call: next", tg_call_next(&call, &api, 0, WALL, &step));
  holds("call: errors sent nothing", step.kind == TG_STEP_SEND && step.attempts == 1);
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 0",
     tg_call_answered(&call, &api, 0, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 99",
     tg_call_answered(&call, &api, 99, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 600",
     tg_call_answered(&call, &api, 600, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status -1",
     tg_call_answered(&call, &api, -1, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 2^16 + 200",
     tg_call_answered(&call, &api, 65736, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: highest status",
     tg_call_answered(&call, &api, INT32_MAX, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_NOT_INITIALIZED, "call: hints of zeros",
     tg_call_answered(&call, &api, 200, &zeros.hints, NULL, 0, 0, WALL));
  is(TG_ERR_POINTER_MISALIGNED, "call: hints askew",
     tg_call_answered(&call, &api, 200, askew(1), NULL, 0, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: no body",
     tg_call_answered(&call, &api, 200, &hints, NULL, 5, 0, WALL));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: an impossible body",
     tg_call_answered(&call, &api, 200, &hints, "", SIZE_MAX, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: answered at NULL",
     tg_call_answered(NULL, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: answered without api",
     tg_call_answered(&call, NULL, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure 0", tg_call_failed(&call, &api, 0, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure 7", tg_call_failed(&call, &api, 7, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure -1", tg_call_failed(&call, &api, -1, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure 257", tg_call_failed(&call, &api, 257, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: failed at NULL", tg_call_failed(NULL, &api, 1, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: failed without api", tg_call_failed(&call, NULL, 1, 0, WALL));
  is(TG_OK, "call: next in flight", tg_call_next(&call, &api, 0, WALL, &step));
  holds("call: it is still in flight", step.kind == TG_STEP_PENDING && step.attempts == 1);
  is(TG_OK, "call: a 503 with a body of garbage and without hints",
     tg_call_answered(&call, &api, 503, NULL, "\xff{\0", 3, 0, WALL));
  is(TG_ERR_OUT_OF_ORDER, "call: answered twice",
     tg_call_answered(&call, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_OK, "call: next of a wait", tg_call_next(&call, &api, 0, WALL, &step));
  holds("call: waits",
        step.kind == TG_STEP_WAIT && step.delay_ns >= SECOND && !step.has_server_delay);
  is(TG_OK, "call: next at the end of time",
     tg_call_next(&call, &api, UINT64_MAX, UINT64_MAX, &step));
  holds("call: sends", step.kind == TG_STEP_SEND);
  is(TG_OK, "call: a clock that ran back",
     tg_call_answered(&call, &api, 404, &hints, NULL, 0, 0, 0));
  is(TG_OK, "call: next of the end", tg_call_next(&call, &api, 0, 0, &step));
  holds("call: gave up", step.kind == TG_STEP_GIVE_UP && step.reason == TG_REASON_NOT_RETRYABLE);

  memset(name, UNTOUCHED, sizeof name);
  is(TG_ERR_NULL_POINTER, "call: category at NULL",
     tg_call_category(NULL, &api, name, sizeof name));
  is(TG_ERR_NULL_POINTER, "call: category without api", tg_call_category(&call, NULL, name, 9));
  is(TG_ERR_NOT_INITIALIZED, "call: category of zeros",
     tg_call_category(&zeros.call, &api, name, sizeof name));
  is(TG_ERR_NULL_POINTER, "call: category to nowhere", tg_call_category(&call, &api, NULL, 9));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: category to nothing", tg_call_category(&call, &api, NULL, 0));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: no room for the NUL", tg_call_category(&call, &api, name, 4));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: an impossible buffer",
     tg_call_category(&call, &api, name, SIZE_MAX));
  holds("call: no error wrote a name", is_untouched(name, sizeof name));
  is(TG_OK, "call: category that just fits", tg_call_category(&call, &api, name, 5));
  holds("call: is named", strcmp(name, "read") == 0 && is_untouched(name + 5, sizeof name - 5));

  request.has_deadline = 1;
  is(TG_OK, "call: a deadline at 0", tg_call_init(&call, &api, &request));
  is(TG_OK, "call: next after it", tg_call_next(&call, &api, 1, WALL, &step));
  holds("call: is given up",
        step.kind == TG_STEP_GIVE_UP && step.reason == TG_REASON_DEADLINE_TOO_CLOSE);
}

static void abi(void) {
  const size_t sizes[] = {sizeof(tg_limiter), sizeof(tg_window) + 8};
  static const size_t many[99] = {sizeof(tg_limiter)};
  is(TG_OK, "abi: this header", tg_abi_matches());
  is(TG_OK, "abi: an older header that knows less", tg_abi_check(TG_ABI_VERSION, sizes, 1));
  is(TG_ERR_ABI_MISMATCH, "abi: version 0", tg_abi_check(0, sizes, 1));
  is(TG_ERR_ABI_MISMATCH, "abi: the next version", tg_abi_check(TG_ABI_VERSION + 1, sizes, 1));
  is(TG_ERR_ABI_MISMATCH, "abi: another size", tg_abi_check(TG_ABI_VERSION, sizes, 2));
  is(TG_ERR_ABI_MISMATCH, "abi: a newer header that knows more",
     tg_abi_check(TG_ABI_VERSION, many, 99));
  is(TG_ERR_NULL_POINTER, "abi: no sizes", tg_abi_check(TG_ABI_VERSION, NULL, 1));
  is(TG_ERR_POINTER_MISALIGNED, "abi: sizes askew", tg_abi_check(TG_ABI_VERSION, askew(1), 1));
  is(TG_ERR_BUFFER_TOO_SHORT, "abi: an impossible count",
     tg_abi_check(TG_ABI_VERSION, sizes, SIZE_MAX));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  limiters();
  windows();
  backoffs();
  retry_afters();
  headers();
  bodies();
  requests();
  apis();
  calls();
  abi();
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
