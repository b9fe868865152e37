/* tidegate_posix.h: clocks that go, seeds that differ, and a sleep that signals do not shorten. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tidegate.h"
#include "tidegate_posix.h"

#define MILLISECOND UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

static int passed, failed;

static void holds(const char *name, bool condition) {
  condition ? passed++ : failed++;
  if (!condition) printf("FAILED %s\n", name);
}

/* The clocks are the system's, and the wall clock is set. */
static void clocks(void) {
  uint64_t first = tg_posix_now_ns(), then = tg_posix_now_ns();
  uint64_t wall = tg_posix_wall_ns(), seconds = (uint64_t)time(NULL);
  holds("the monotonic clock does not step back", first > 0 && then >= first);
  holds("the wall clock is that of time()", wall / SECOND <= seconds && wall / SECOND + 1 >= seconds);
}

/* A drawn number is another one each time: equal by chance once in 2^64. */
static void seeds(void) {
  uint64_t first = 0, second = 0;
  holds("a seed is drawn", tg_posix_seed(&first) == 0 && tg_posix_seed(&second) == 0);
  holds("seeds differ", first != second && first != 0 && second != 0);
}

static volatile sig_atomic_t handled;
static void on_signal(int number) {
  (void)number;
  handled = handled + 1;
}

/* Signals to the thread that is to sleep, until it is cancelled in its own sleep. */
static void *disturb(void *sleeper) {
  const struct timespec pause = {0, 1000000};
  while (pthread_kill(*(const pthread_t *)sleeper, SIGUSR1) == 0) nanosleep(&pause, NULL);
  return NULL;
}

static void sleeping(void) {
  struct sigaction action;
  pthread_t self = pthread_self(), other;
  uint64_t until;
  holds("a time that has come is not waited for", tg_posix_sleep_until(0) == 0);
  holds("nor is now", tg_posix_sleep_until(tg_posix_now_ns()) == 0);

  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, NULL);
  if (pthread_create(&other, NULL, disturb, &self) != 0) abort();

  until = tg_posix_now_ns() + 20 * MILLISECOND;
  holds("the sleep goes on", tg_posix_sleep_until(until) == 0);
  holds("to its time", tg_posix_now_ns() >= until);
  holds("although it was interrupted", handled > 0);

  /* A day: only a signal can end it. */
  until = tg_posix_now_ns() + 86400 * SECOND;
  holds("a signal ends it when asked", tg_posix_sleep_until_signal(until) == EINTR);
  holds("before its time", tg_posix_now_ns() < until);
  pthread_cancel(other);
  pthread_join(other, NULL);
}

/* The loop of a program: denied, asleep until the time it was told, and let in. */
static void loop(void) {
  static tg_limiter limiter;
  tg_outcome outcome = {0, 0, 0};
  uint64_t now = tg_posix_now_ns();
  holds("init", tg_limiter_init(&limiter, 100, SECOND, 1) == TG_OK);
  holds("first", tg_limiter_try_acquire(&limiter, 1, now, NULL) == TG_OK);
  holds("second", tg_limiter_try_acquire(&limiter, 1, now, &outcome) == TG_DENIED);
  holds("10 ms", outcome.retry_after_ns == 10 * MILLISECOND);
  holds("slept", tg_posix_sleep_until(now + outcome.retry_after_ns) == 0);
  holds("third", tg_limiter_try_acquire(&limiter, 1, tg_posix_now_ns(), NULL) == TG_OK);
}

int main(void) {
  clocks();
  seeds();
  sleeping();
  loop();
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
