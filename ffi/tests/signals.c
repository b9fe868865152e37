/*
 * A signal handler that uses the limits which it has interrupted: a million times in all, with exact
 * counts, and nobody waits for a lock that the interrupted code holds.
 */
#define _XOPEN_SOURCE 700
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "tidegate.h"

#define SECOND UINT64_C(1000000000)
#define DAY (86400 * SECOND)
/* Each signal re-enters every kind of limit so often. */
#define TIMES 20
#define KINDS 5
#define SIGNALS (1000000 / TIMES / KINDS)
/* More than is asked for, so that every call of either side is let in and counted. */
#define BURST UINT64_C(4000000000)
#define LIMIT UINT64_C(1000000000) /* what counts in fewer bits has room for */

static tg_limiter bucket;
static tg_limiter32 ticks;
static tg_window window;
static tg_strict_window strict;
static tg_slot_set sets[TG_SLOT_SETS(1)];
static tg_keyed keyed;
static tg_quota quota;
static const tg_quota32 quota32 = TG_QUOTA32(1, 1, 1 << 30);

/* Takes one of each, and says how many of them were taken. */
static uint64_t take(void) {
  uint64_t taken = 0;
  taken += tg_limiter_try_acquire(&bucket, 1, 7, NULL) == TG_OK;
  taken += tg_limiter32_try_acquire(&ticks, &quota32, 1, 7, NULL) == TG_OK;
  taken += tg_window_try_acquire(&window, 1, 7, NULL) == TG_OK;
  taken += tg_strict_window_try_acquire(&strict, 1, 7, NULL) == TG_OK;
  taken += tg_keyed_try_acquire_u64(&keyed, &quota, 42, 1, 7, NULL) == TG_OK;
  return taken;
}

/* What the handler did, and whether it interrupted a take. */
static volatile sig_atomic_t is_taking, signals, interrupted;
static volatile uint64_t taken_by_handler;

static void on_alarm(int number) {
  (void)number;
  interrupted = interrupted + (is_taking != 0);
  for (int i = 0; i < TIMES; i++) taken_by_handler = taken_by_handler + take();
  signals = signals + 1;
}

static int passed, failed;

static void holds(const char *name, bool condition) {
  condition ? passed++ : failed++;
  if (!condition) printf("FAILED %s\n", name);
}

int main(void) {
  const struct itimerval often = {{0, 20}, {0, 20}}, never = {{0, 0}, {0, 0}}; /* microseconds */
  struct sigaction action;
  uint64_t taken = 0, asked = 0;
  uint32_t left = 0;
  tg_outcome outcome;

  holds("bucket", tg_limiter_init(&bucket, 1, SECOND / 100, BURST) == TG_OK);
  holds("window", tg_window_init(&window, LIMIT, DAY) == TG_OK);
  holds("strict", tg_strict_window_init(&strict, LIMIT, DAY) == TG_OK);
  holds("quota", tg_quota_init(&quota, 1, SECOND / 100, BURST) == TG_OK);
  holds("keyed", tg_keyed_init(&keyed, sets, sizeof sets / sizeof sets[0], 1, 2, TG_FULL_DENY) == TG_OK);

  memset(&action, 0, sizeof action);
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, NULL);
  holds("timer", setitimer(ITIMER_REAL, &often, NULL) == 0);

  /* Taking, and being interrupted; the calls between two alarms are as many as there is time for. */
  while (signals < SIGNALS) {
    is_taking = 1;
    taken += take();
    is_taking = 0;
    asked += KINDS;
  }
  setitimer(ITIMER_REAL, &never, NULL); /* it returns after the last alarm was handled */

  const uint64_t handled = (uint64_t)signals * TIMES * KINDS, each = (asked + handled) / KINDS;
  holds("a million re-entries", handled >= 1000000);
  holds("the handler interrupted the library", interrupted > 0);
  holds("everybody was let in", taken == asked && taken_by_handler == handled);
  holds("bucket: peek", tg_limiter_peek(&bucket, 0, 7, &outcome) == TG_OK);
  holds("bucket: every token is counted", outcome.remaining == BURST - each);
  holds("window: peek", tg_window_peek(&window, 0, 7, &outcome) == TG_OK);
  holds("window: every token is counted", outcome.remaining == LIMIT - each);
  holds("strict: peek", tg_strict_window_peek(&strict, 0, 7, &outcome) == TG_OK);
  holds("strict: every token is counted", outcome.remaining == LIMIT - each);
  holds("keyed: peek", tg_keyed_peek_u64(&keyed, &quota, 42, 0, 7, &outcome) == TG_OK);
  holds("keyed: every token is counted", outcome.remaining == BURST - each);
  holds("ticks: remaining", tg_limiter32_remaining(&ticks, &quota32, 7, &left) == TG_OK);
  holds("ticks: every token is counted", left == (1u << 30) - each);
  printf("%" PRIu64 " calls in a handler, %d of its runs inside another call\n", handled,
         (int)interrupted);
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
