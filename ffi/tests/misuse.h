/*
 * What the tests of wrong calls share. Each call must give a code, or a documented neutral result, and
 * never a signal; what was to be written stays untouched. Run them under valgrind or with sanitizers too.
 */
#ifndef MISUSE_H
#define MISUSE_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tidegate.h"

#define SECOND UINT64_C(1000000000)
#define DAY (86400 * SECOND)
#define WALL (UINT64_C(1716134437) * SECOND)

static int passed, failed;

static inline void check(bool holds, const char *name, int32_t code) {
  if (holds) {
    passed++;
  } else {
    failed++;
    printf("FAILED %s: %" PRId32 " (%s)\n", name, code, tg_strerror(code));
  }
}

/* The call gives this code. */
static inline void is(int32_t expected, const char *name, int32_t code) {
  check(code == expected, name, code);
}

/* The condition holds. */
static inline void holds(const char *name, bool condition) { check(condition, name, TG_OK); }

/* Memory in which any type lies askew, and an object of zeros or of rubbish. */
typedef union memory {
  tg_limiter limiter;
  tg_limiter32 limiter32;
  tg_window window;
  tg_first_use_window first_use;
  tg_strict_window strict;
  tg_quota quota;
  tg_reservation reservation;
  tg_lease lease;
  tg_keyed keyed;
  tg_slot_set set;
  tg_backoff backoff;
  tg_retry_quota retry_quota;
  tg_retry_throttle retry_throttle;
  tg_retry_budget retry_budget;
  tg_adaptive_throttle adaptive_throttle;
  tg_adaptive_rate adaptive_rate;
  tg_circuit_breaker breaker;
  tg_attempts attempts;
  tg_paging paging;
  tg_hints hints;
  tg_dialect dialect;
  tg_advice advice;
  tg_reader reader;
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
static inline any_pointer askew(size_t by) { return {room.bytes + by}; }
#else
static inline void *askew(size_t by) { return room.bytes + by; }
#endif

/* Whether an out-parameter that was filled with this byte still is. */
enum { UNTOUCHED = 0xa5 };

static inline bool is_untouched(const void *out, size_t size) {
  const unsigned char *byte = (const unsigned char *)out;
  while (size > 0 && *byte == UNTOUCHED) byte++, size--;
  return size == 0;
}

/* That `call`, made of the object at `it`, gives its code where `it` is no object: NULL, askew, zeros and
 * rubbish. */
#define NO_OBJECT(type, name, call)                                     \
  do {                                                                  \
    type *const places[] = {NULL, (type *)(room.bytes + 4), (type *)&zeros, (type *)&rubbish}; \
    for (int place = 0; place < 4; place++) {                           \
      type *it = places[place];                                         \
      is(place == 0   ? TG_ERR_NULL_POINTER                             \
         : place == 1 ? TG_ERR_POINTER_MISALIGNED                       \
                      : TG_ERR_NOT_INITIALIZED,                         \
         name, (call));                                                 \
    }                                                                   \
  } while (0)

/* That `call`, made of the place `it` that something is to be made or told in, gives its code where there
 * is no such place: NULL and askew. */
#define NO_PLACE(type, name, call)                                      \
  do {                                                                  \
    type *const places[] = {NULL, (type *)(room.bytes + 1)};            \
    for (int place = 0; place < 2; place++) {                           \
      type *it = places[place];                                         \
      is(place == 0 ? TG_ERR_NULL_POINTER : TG_ERR_POINTER_MISALIGNED, name, (call)); \
    }                                                                   \
  } while (0)

/* Says how it went, and returns what `main` returns. */
static inline int report(void) {
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}

#endif
