/*
 * The C subjects of `cargo xtask bench`: tidegate through the library that this program is linked with, and
 * the two loops that C programs write for themselves. `benches/README.md` tells what it is asked and answers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tidegate.h"
#include "tidegate_posix.h"

/* Which library this is: "tidegate-static" or "tidegate-shared". */
#ifndef SUBJECT
#error "compile with -DSUBJECT"
#endif

enum { BURST = 1000 };
static const uint64_t SECOND_NS = 1000000000, LIMIT = 1000000, STEP_NS = 1000000;

static uint64_t now_ns;

static int tidegate_allow(uint64_t times) {
  static tg_limiter limiter;
  if (tg_limiter_init(&limiter, LIMIT, SECOND_NS, BURST) != TG_OK) return 0;
  for (uint64_t i = 0; i < times; i++) {
    tg_outcome outcome;
    if (tg_limiter_try_acquire(&limiter, 1, now_ns += STEP_NS, &outcome) != TG_OK) return 0;
  }
  return 1;
}

static int tidegate_deny(uint64_t times) {
  static tg_limiter limiter;
  if (tg_limiter_init(&limiter, 1, 86400 * SECOND_NS, 1) != TG_OK) return 0;
  if (tg_limiter_try_acquire(&limiter, 1, now_ns, NULL) != TG_OK) return 0;
  for (uint64_t i = 0; i < times; i++) {
    tg_outcome outcome;
    if (tg_limiter_try_acquire(&limiter, 1, now_ns, &outcome) != TG_DENIED) return 0;
  }
  return 1;
}

static int tidegate_delay(uint64_t times) {
  static tg_backoff backoff;
  uint64_t delay_ns;
  if (tg_backoff_init(&backoff, 100000000, 2, 10000000000, TG_JITTER_FULL, 0) != TG_OK) return 0;
  for (uint64_t i = 0; i < times; i++) {
    if (tg_backoff_delay(&backoff, 7, i, (uint32_t)(i & 3), &delay_ns) != TG_OK) return 0;
  }
  return 1;
}

#ifdef PLAIN
/* A count of milliseconds, as web servers keep it: rates above 1,000,000 a second and what is below a
   millisecond are lost to rounding. One thread. */
static int milliseconds_allow(uint64_t times) {
  volatile int64_t excess = 0;
  volatile uint64_t last_ms = now_ns / 1000000;
  for (uint64_t i = 0; i < times; i++) {
    uint64_t now_ms = (now_ns += STEP_NS) / 1000000;
    int64_t left = excess - (int64_t)((now_ms - last_ms) * LIMIT) + 1000;
    if (left < 0) left = 0;
    if (left > BURST * 1000) return 0;
    excess = left, last_ms = now_ms;
  }
  return 1;
}

/* Tokens in a double. One thread. */
static int doubles_allow(uint64_t times) {
  volatile double tokens = BURST;
  volatile uint64_t last_ns = now_ns;
  for (uint64_t i = 0; i < times; i++) {
    double have = tokens + (double)((now_ns += STEP_NS) - last_ns) * 1e-9 * (double)LIMIT;
    if (have > BURST) have = BURST;
    if (have < 1) return 0;
    tokens = have - 1, last_ns = now_ns;
  }
  return 1;
}
#endif

static const struct subject {
  const char *work, *name;
  int (*run)(uint64_t times);
} SUBJECTS[] = {
    {"c/bucket/allow", SUBJECT, tidegate_allow},
    {"c/bucket/deny", SUBJECT, tidegate_deny},
    {"c/backoff/delay", SUBJECT, tidegate_delay},
#ifdef PLAIN
    {"c/bucket/allow", "plain-milliseconds", milliseconds_allow},
    {"c/bucket/allow", "plain-doubles", doubles_allow},
#endif
};
enum { COUNT = sizeof SUBJECTS / sizeof SUBJECTS[0] };

static void answer(const char *work, const char *name, uint64_t times) {
  for (size_t i = 0; i < COUNT; i++) {
    if (strcmp(SUBJECTS[i].work, work) != 0 || strcmp(SUBJECTS[i].name, name) != 0) continue;
    uint64_t start_ns = tg_posix_now_ns();
    if (SUBJECTS[i].run(times)) {
      printf("%" PRIu64 "\t-\n", tg_posix_now_ns() - start_ns);
    } else {
      puts("error\tan operation came out wrong");
    }
    return;
  }
  printf("error\tno subject %s in %s\n", name, work);
}

int main(int count, char **words) {
  char line[256];
  const char *order = count == 2 ? words[1] : "";
  if (strcmp(order, "list") == 0) {
    for (size_t i = 0; i < COUNT; i++) printf("%s\t%s\n", SUBJECTS[i].work, SUBJECTS[i].name);
    return 0;
  }
  if (strcmp(order, "serve") != 0) {
    fputs("usage: subjects list|serve (see benches/README.md)\n", stderr);
    return 2;
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    const char *work = strtok(line, "\t\n"), *name = strtok(NULL, "\t\n"), *times = strtok(NULL, "\t\n");
    if (times != NULL) {
      answer(work, name, strtoull(times, NULL, 10));
    } else {
      puts("error\tCASE, SUBJECT and TIMES are needed");
    }
    fflush(stdout);
  }
  return 0;
}
