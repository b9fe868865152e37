/**
 * @file tidegate_posix.h
 * What tidegate.h leaves to the caller, for programs on a POSIX system: clocks, a seed, and a sleep.
 *
 * All of it is inline, so there is nothing more to link. It keeps no state and allocates nothing; all
 * functions are safe in threads, and the clocks in signal handlers too. (macOS has no clock_nanosleep.)
 *
 * In strict modes (-std=c99) define _POSIX_C_SOURCE as 200809L before the first include.
 */
#ifndef TIDEGATE_POSIX_H
#define TIDEGATE_POSIX_H

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>

#ifndef CLOCK_MONOTONIC
#  error "tidegate_posix.h: define _POSIX_C_SOURCE as 200809L before the first include"
#endif

/* The monotonic clock: one that counts on while the machine sleeps, where there is one, because the
 * windows of servers do. */
#ifdef CLOCK_BOOTTIME
#  define TG_POSIX_CLOCK CLOCK_BOOTTIME
#else
#  define TG_POSIX_CLOCK CLOCK_MONOTONIC
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline uint64_t tg_posix_clock_ns(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0 || time.tv_sec < 0) return 0;
  return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

/**
 * The now_ns of every function: nanoseconds of the monotonic clock, since the machine started.
 */
static inline uint64_t tg_posix_now_ns(void) { return tg_posix_clock_ns(TG_POSIX_CLOCK); }

/**
 * The wall_ns of every function: nanoseconds since 1970, UTC, without leap seconds. 0 when the clock is
 * set to a time before 1970.
 */
static inline uint64_t tg_posix_wall_ns(void) { return tg_posix_clock_ns(CLOCK_REALTIME); }

/**
 * Draws a number that nobody can guess, for tg_api_init, tg_keyed_init and the seeds of backoffs.
 *
 * Returns 0, or what errno would say when the system has no randomness (ENOSYS); `seed` is then as it was.
 * Waits only while the system is starting and has gathered none yet.
 */
static inline int tg_posix_seed(uint64_t *seed) {
  uint64_t drawn;
  for (;;) {
    /* Up to 256 bytes come whole or not at all. */
    if (getrandom(&drawn, sizeof drawn, 0) == (ssize_t)sizeof drawn) {
      *seed = drawn;
      return 0;
    }
    if (errno != EINTR) return errno;
  }
}

/**
 * As tg_posix_sleep_until, but a signal handler that runs meanwhile ends the sleep.
 *
 * Returns 0 when the time has come, EINTR when a handler ran first.
 */
static inline int tg_posix_sleep_until_signal(uint64_t until_ns) {
  struct timespec until;
  /* Later than the kernel's clock can say is as good as for ever. */
  const uint64_t seconds = until_ns / UINT64_C(1000000000);
  until.tv_sec = (time_t)(sizeof(time_t) < 8 && seconds > INT32_MAX ? INT32_MAX : seconds);
  until.tv_nsec = (long)(until_ns % UINT64_C(1000000000));
  return clock_nanosleep(TG_POSIX_CLOCK, TIMER_ABSTIME, &until, NULL);
}

/**
 * Sleeps until tg_posix_now_ns is `until_ns` or later, as the until_ns of a tg_step, or a now_ns and the
 * wait of an outcome. A time that has come returns at once. Signal handlers run and the sleep goes on to
 * the same time, which is not moved by how often it was interrupted.
 *
 * Returns 0, or what clock_nanosleep returns where this clock cannot be slept by.
 */
static inline int tg_posix_sleep_until(uint64_t until_ns) {
  int error;
  do {
    error = tg_posix_sleep_until_signal(until_ns);
  } while (error == EINTR);
  return error;
}

#ifdef __cplusplus
}
#endif

#endif /* TIDEGATE_POSIX_H */
