/**
 * @file tidegate_shared.h
 * Limiters that the processes of a machine share, whatever language they are in: the files behind
 * tg_shared_attach. Linux only, because it must know when the machine started.
 *
 *   tg_limiter *limiter;
 *   int32_t code = tg_shared_open("openai", 500, 60000000000, 500, &limiter, NULL);
 *   if (code >= 0) code = tg_limiter_try_acquire(limiter, 1, tg_posix_now_ns(), NULL);
 *
 * It is a tg_limiter like any other and lives until the process ends; a child of fork has it too. All that
 * open one name must come with one quota. A process that is killed at any instruction takes with it what
 * it had taken, and nothing else.
 *
 * All of it is inline, so there is nothing more to link. In strict modes (-std=c99) define
 * _POSIX_C_SOURCE as 200809L, or _GNU_SOURCE, before the first include.
 */
#ifndef TIDEGATE_SHARED_H
#define TIDEGATE_SHARED_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tidegate.h"
#include "tidegate_posix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of a name: where it lies. A name that begins with a slash is a path. 0, or -1: it is no name. */
static inline int tg_shared_path(const char *name, char path[4096]) {
  const size_t length = name == NULL ? 0 : strlen(name);
  if (length > 0 && name[0] == '/') {
    if (length >= 4096) return -1;
    memcpy(path, name, length + 1);
    return 0;
  }
  if (length == 0 || length > 100 || name[0] == '.') return -1;
  if (strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != length) return -1;
  snprintf(path, 4096, "/dev/shm/tidegate-%lu-%s", (unsigned long)geteuid(), name);
  return 0;
}

/* The clock of tg_posix_now_ns, as every process tells it: 0, or -1 with errno. */
static inline int tg_shared_clock_of_this_machine(tg_shared_clock *clock) {
  static const char hex[] = "0123456789abcdef";
  char text[64];
  uint64_t half[2] = {0, 0};
  int digits = 0;
  struct stat facts;
  const int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  const ssize_t length = read(file, text, sizeof text);
  close(file);
  for (ssize_t at = 0; at < length; at++) {
    const char *const digit = (const char *)memchr(hex, text[at], 16);
    if (digit == NULL) continue;
    uint64_t *const to = &half[digits++ / 16 & 1];
    *to = *to << 4 | (uint64_t)(digit - hex);
  }
  if (digits != 32) {
    errno = ENOTSUP;
    return -1;
  }
  /* A process in a time namespace has a clock of its own. */
  const uint64_t name_space = stat("/proc/self/ns/time", &facts) == 0 ? (uint64_t)facts.st_ino : 0;
  clock->id = (name_space << 8 | 7) & INT64_MAX; /* 7 is CLOCK_BOOTTIME */
  clock->boot_high = half[0] | 1;
  clock->boot_low = half[1] | 1;
  return 0;
}

/* The file in memory with a page behind it that is this process's own, or NULL with errno. */
static inline void *tg_shared_map(int file, size_t bytes) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  /* The file is mapped beyond its end first, so that there is room for the page: nobody else maps there. */
  char *const memory =
      (char *)mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == (char *)MAP_FAILED) return NULL;
  /* A private page of the file itself; what it says there is written over by the limiter. */
  if (mmap(memory + bytes, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0) ==
      MAP_FAILED) {
    munmap(memory, bytes + page);
    return NULL;
  }
  return memory;
}

/* A file of ours of so many zeros that has a name when it is whole. 0, or -1 with errno. */
static inline int tg_shared_make(const char *path, size_t bytes) {
  char beside[4096 + 32];
  uint64_t drawn = 0;
  int error = tg_posix_seed(&drawn);
  if (error == 0) {
    snprintf(beside, sizeof beside, "%s.%016llx", path, (unsigned long long)drawn);
    const int file = open(beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return -1;
    /* Room for all of it: who finds none later, in memory that is mapped, is killed. */
    error = posix_fallocate(file, 0, (off_t)bytes);
    if (error == 0 && link(beside, path) != 0 && errno != EEXIST) error = errno;
    unlink(beside);
    close(file);
  }
  errno = error;
  return error == 0 ? 0 : -1;
}

/* Opens the file of a name, made if there is none, and hands its memory over to tg_shared_attach or
 * tg_shared_attach_keyed. */
static inline int32_t tg_shared_open_layout(const char *name, tg_shared_layout *layout,
                                            tg_limiter **limiter, tg_keyed **keyed,
                                            tg_shared_found *found) {
  char path[4096];
  size_t needed;
  uint64_t seed[2] = {0, 0};
  tg_shared_found there = {0, {0, 0, 0}};
  if (found != NULL) *found = there;
  if (tg_shared_path(name, path) != 0) return TG_ERR_SHARED_NAME_INVALID;
  if (tg_shared_clock_of_this_machine(&layout->clock) != 0) return TG_ERR_SHARED_UNAVAILABLE;
  int32_t code = tg_shared_size(layout, (size_t)sysconf(_SC_PAGESIZE), &needed);
  if (code < 0) return code;
  errno = tg_posix_seed(&seed[0]);
  if (errno == 0) errno = tg_posix_seed(&seed[1]);
  if (errno != 0) return TG_ERR_SHARED_UNAVAILABLE;
  for (int tries = 0; tries < 1000; tries++) {
    struct stat facts, named;
    /* Not waiting: a pipe of that name must not stop anybody. */
    const int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
      if (errno == ELOOP || errno == EISDIR || errno == ENXIO) return TG_ERR_SHARED_INVALID;
      if (errno != ENOENT || tg_shared_make(path, needed) != 0) return TG_ERR_SHARED_UNAVAILABLE;
      continue;
    }
    if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != geteuid() ||
        (facts.st_mode & 022) != 0) {
      close(file);
      return TG_ERR_SHARED_INVALID;
    }
    if (facts.st_size <= 0 || (uint64_t)facts.st_size % (uint64_t)sysconf(_SC_PAGESIZE) != 0) {
      close(file);
      if (found != NULL) found->fault = TG_SHARED_LENGTH, found->found[0] = needed;
      return TG_ERR_SHARED_INVALID;
    }
    const size_t bytes = (size_t)facts.st_size;
    void *const memory = tg_shared_map(file, bytes);
    if (memory == NULL) {
      close(file);
      return TG_ERR_SHARED_UNAVAILABLE;
    }
    code = limiter != NULL
               ? tg_shared_attach(memory, bytes, layout, seed[0], seed[1], limiter, &there)
               : tg_shared_attach_keyed(memory, bytes, layout, seed[0], seed[1], keyed, &there);
    if (code < 0) munmap(memory, bytes + (size_t)sysconf(_SC_PAGESIZE));
    if (code >= 0 || there.fault != TG_SHARED_STALE) {
      close(file);
      if (found != NULL) *found = there;
      return code;
    }
    /* From before the machine started anew: whoever has the lock removes it, if the name still leads to
     * it. Closing gives the lock back. */
    if (flock(file, LOCK_EX | LOCK_NB) == 0 && lstat(path, &named) == 0 &&
        named.st_dev == facts.st_dev && named.st_ino == facts.st_ino) {
      unlink(path);
    }
    close(file);
  }
  errno = EAGAIN;
  return TG_ERR_SHARED_UNAVAILABLE;
}

/**
 * The limiter of that name, or of a path if it begins with a slash, which all processes of this user share;
 * a full bucket of `limit` tokens each `period_ns`, up to `burst` at once, if there is none yet. `limiter`
 * tells where it lies. Do not initialize, change or hand it over.
 *
 * Returns TG_OK, the errors of tg_limiter_init, TG_ERR_SHARED_NAME_INVALID,
 * TG_ERR_SHARED_DIFFERS (it was made with another quota, or is keyed), TG_ERR_SHARED_INVALID (the file is no
 * limiter, or not ours alone) or TG_ERR_SHARED_UNAVAILABLE (errno tells). `found`, which may be NULL, tells
 * what is there instead.
 */
static inline int32_t tg_shared_open(const char *name, uint64_t limit, uint64_t period_ns,
                                     uint64_t burst, tg_limiter **limiter, tg_shared_found *found) {
  tg_shared_layout layout;
  memset(&layout, 0, sizeof layout);
  if (limiter == NULL) return TG_ERR_NULL_POINTER;
  layout.limit = limit;
  layout.period_ns = period_ns;
  layout.burst = burst;
  return tg_shared_open_layout(name, &layout, limiter, NULL, found);
}

/**
 * As tg_shared_open, a tg_keyed with room for at least `capacity` keys. `limit`, `period_ns` and `burst` are
 * those of calls that bring no other, in languages that have such; all must come with the same, and
 * with the same capacity and `full` (of enum tg_full).
 */
static inline int32_t tg_shared_open_keyed(const char *name, uint64_t capacity, uint64_t limit,
                                           uint64_t period_ns, uint64_t burst, int32_t full,
                                           tg_keyed **keyed, tg_shared_found *found) {
  tg_shared_layout layout;
  memset(&layout, 0, sizeof layout);
  if (keyed == NULL) return TG_ERR_NULL_POINTER;
  if (full == 0) return TG_ERR_UNKNOWN_FULL;
  layout.limit = limit;
  layout.period_ns = period_ns;
  layout.burst = burst;
  layout.sets = capacity / 4 + (capacity % 4 != 0);
  layout.full = full;
  return tg_shared_open_layout(name, &layout, NULL, keyed, found);
}

/**
 * Removes the limiter of that name: 1, 0 if there is none, or -1 with errno. Those that have it open go on
 * sharing it.
 */
static inline int tg_shared_remove(const char *name) {
  char path[4096];
  if (tg_shared_path(name, path) != 0) {
    errno = EINVAL;
    return -1;
  }
  if (unlink(path) == 0) return 1;
  return errno == ENOENT ? 0 : -1;
}

#ifdef __cplusplus
}
#endif

#endif /* TIDEGATE_SHARED_H */
