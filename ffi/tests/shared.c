/* Memory that processes share: a fork, what is refused, and wrong calls. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <sys/wait.h>

#include "misuse.h"
#include "tidegate_shared.h"

static char folder[] = "/dev/shm/tidegate-c-XXXXXX";
static char path[64];

static void write_at(off_t at, const void *bytes, size_t length) {
  const int file = open(path, O_RDWR);
  holds("a file is written", file >= 0 && pwrite(file, bytes, length, at) == (ssize_t)length);
  close(file);
}

/* A prefork server: four children take what there is, together exactly the burst. */
static void children(void) {
  tg_limiter *limiter;
  int taken = 0;
  is(TG_OK, "open", tg_shared_open(path, 1000, SECOND, 1000, &limiter, NULL));
  for (int child = 0; child < 4; child++) {
    const pid_t pid = fork();
    if (pid == 0) {
      int mine = 0;
      for (int n = 0; n < 400; n++) mine += tg_limiter_try_acquire(limiter, 1, SECOND, NULL) == TG_OK;
      _exit(mine > 250 ? 250 : mine);
    }
    holds("fork", pid > 0);
  }
  for (int child = 0; child < 4; child++) {
    int status = 0;
    holds("a child ends", wait(&status) > 0 && WIFEXITED(status));
    taken += WEXITSTATUS(status);
  }
  uint64_t left = 0;
  is(TG_OK, "drain", tg_limiter_drain(limiter, SECOND, &left));
  holds("nothing is left", left == 0);
  holds("no more was taken than there was", taken <= 1000 && taken >= 250);
  holds("remove", tg_shared_remove(path) == 1 && tg_shared_remove(path) == 0);
}

static void keys(void) {
  tg_keyed *here, *there;
  tg_quota quota;
  tg_shared_found found;
  is(TG_OK, "quota", tg_quota_init(&quota, 5, 3600 * SECOND, 2));
  const uint64_t hour = 3600 * SECOND, now = tg_posix_now_ns();
  is(TG_OK, "keyed", tg_shared_open_keyed(path, 100, 5, hour, 2, TG_FULL_DENY, &here, NULL));
  is(TG_OK, "keyed again", tg_shared_open_keyed(path, 100, 5, hour, 2, TG_FULL_DENY, &there, NULL));
  is(TG_OK, "a key", tg_keyed_try_acquire(here, &quota, "alice", 5, 2, now, NULL));
  is(TG_DENIED, "the same key", tg_keyed_try_acquire(there, &quota, "alice", 5, 1, now, NULL));
  size_t slots = 0;
  is(TG_OK, "capacity", tg_keyed_capacity(there, &slots));
  holds("a hundred places", slots == 100);
  is(TG_ERR_SHARED_DIFFERS, "another capacity",
     tg_shared_open_keyed(path, 104, 5, hour, 2, TG_FULL_DENY, &there, &found));
  holds("which", found.fault == TG_SHARED_CAPACITY && found.found[0] == 100);
  is(TG_ERR_SHARED_DIFFERS, "another policy",
     tg_shared_open_keyed(path, 100, 5, hour, 2, TG_FULL_SHARE, &there, &found));
  holds("kind", found.fault == TG_SHARED_KIND && found.found[0] == TG_FULL_DENY);
  is(TG_ERR_UNKNOWN_FULL, "no policy", tg_shared_open_keyed(path, 8, 5, hour, 2, 0, &there, NULL));
  is(TG_ERR_UNKNOWN_FULL, "wrong policy", tg_shared_open_keyed(path, 8, 5, hour, 2, 9, &there, NULL));
  is(TG_ERR_SHARED_NAME_INVALID, "more keys than memory",
     tg_shared_open_keyed(path, UINT64_MAX, 5, hour, 2, TG_FULL_DENY, &there, NULL));
  holds("remove keys", tg_shared_remove(path) == 1);
}

static void refused(void) {
  tg_limiter *limiter, *other;
  tg_shared_found found;
  is(TG_OK, "open", tg_shared_open(path, 5, SECOND, 3, &limiter, &found));
  holds("no fault", found.fault == TG_SHARED_NO_FAULT);
  is(TG_ERR_SHARED_DIFFERS, "another quota", tg_shared_open(path, 6, SECOND, 3, &other, &found));
  holds("which quota", found.fault == TG_SHARED_QUOTA && found.found[0] == 5 &&
                           found.found[1] == SECOND && found.found[2] == 3);
  is(TG_ERR_BURST_ZERO, "no quota", tg_shared_open(path, 6, SECOND, 0, &other, NULL));
  is(TG_ERR_NULL_POINTER, "nowhere", tg_shared_open(path, 6, SECOND, 1, NULL, NULL));
  const char *const names[] = {"", ".hidden", "a/b", "a b", NULL};
  for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
    is(TG_ERR_SHARED_NAME_INVALID, "a name", tg_shared_open(names[n], 5, SECOND, 3, &other, NULL));
  }
  is(TG_ERR_SHARED_UNAVAILABLE, "no folder",
     tg_shared_open("/dev/shm/no/such/folder", 5, SECOND, 3, &other, NULL));
  is(TG_ERR_SHARED_INVALID, "a device", tg_shared_open("/dev/null", 5, SECOND, 3, &other, NULL));
  is(TG_ERR_SHARED_INVALID, "a folder", tg_shared_open(folder, 5, SECOND, 3, &other, NULL));

  /* Of another boot: it is made anew, full. */
  const uint64_t old[2] = {7, 7};
  is(TG_OK, "take", tg_limiter_try_acquire(limiter, 3, SECOND, NULL));
  write_at(9 * 8, old, sizeof old);
  is(TG_OK, "stale", tg_shared_open(path, 5, SECOND, 3, &other, &found));
  is(TG_OK, "anew", tg_limiter_try_acquire(other, 3, SECOND, NULL));
  is(TG_DENIED, "the old one goes on", tg_limiter_try_acquire(limiter, 1, SECOND, NULL));

  const uint64_t version = UINT64_C(1) << 63 | 2;
  write_at(8, &version, sizeof version);
  is(TG_ERR_SHARED_INVALID, "another layout", tg_shared_open(path, 5, SECOND, 3, &other, &found));
  holds("version", found.fault == TG_SHARED_VERSION && found.found[0] == 2);
  write_at(0, "#!/bin/sh", 9);
  is(TG_ERR_SHARED_INVALID, "a foreign file", tg_shared_open(path, 5, SECOND, 3, &other, &found));
  holds("foreign", found.fault == TG_SHARED_FOREIGN);
  holds("truncate", truncate(path, 100) == 0);
  is(TG_ERR_SHARED_INVALID, "a short file", tg_shared_open(path, 5, SECOND, 3, &other, &found));
  holds("length", found.fault == TG_SHARED_LENGTH);
  holds("remove it", tg_shared_remove(path) == 1);
  holds("link", symlink("/dev/shm/elsewhere", path) == 0);
  is(TG_ERR_SHARED_INVALID, "a link", tg_shared_open(path, 5, SECOND, 3, &other, NULL));
  holds("unlink", unlink(path) == 0 && mkfifo(path, 0600) == 0);
  is(TG_ERR_SHARED_INVALID, "a pipe", tg_shared_open(path, 5, SECOND, 3, &other, NULL));
  holds("unlink the pipe", unlink(path) == 0);
}

/* Without the file: memory of any kind, as a program that has no file system would lend it. */
static void attach(void) {
  static tg_slot_set memory[1024];
  tg_shared_layout layout = {5, SECOND, 3, 0, 0, {7, 1, 1}};
  tg_shared_found found;
  tg_limiter *limiter, *same;
  tg_keyed *keyed;
  size_t bytes = 0;
  is(TG_OK, "size", tg_shared_size(&layout, 4096, &bytes));
  holds("a page", bytes == 4096);
  is(TG_OK, "attach", tg_shared_attach(memory, bytes, &layout, 1, 2, &limiter, &found));
  is(TG_OK, "take", tg_limiter_try_acquire(limiter, 3, SECOND, NULL));
  is(TG_OK, "attach again", tg_shared_attach(memory, bytes, &layout, 3, 4, &same, &found));
  is(TG_DENIED, "taken", tg_limiter_try_acquire(same, 1, SECOND, NULL));
  holds("one place", limiter == same);
  layout.clock.boot_low = 3;
  is(TG_ERR_SHARED_INVALID, "stale", tg_shared_attach(memory, bytes, &layout, 1, 2, &same, &found));
  holds("is told", found.fault == TG_SHARED_STALE);
  is(TG_ERR_SHARED_INVALID, "and need not be",
     tg_shared_attach(memory, bytes, &layout, 1, 2, &same, NULL));
  is(TG_ERR_BUFFER_TOO_SHORT, "short", tg_shared_attach(memory, 1016, &layout, 1, 2, &same, NULL));
  is(TG_ERR_SHARED_INVALID, "too short", tg_shared_attach(memory, 1024, &layout, 1, 2, &same, &found));
  is(TG_ERR_NULL_POINTER, "no memory", tg_shared_attach(NULL, bytes, &layout, 1, 2, &same, NULL));
  is(TG_ERR_NULL_POINTER, "no layout", tg_shared_attach(memory, bytes, NULL, 1, 2, &same, NULL));
  is(TG_ERR_NULL_POINTER, "no place", tg_shared_attach(memory, bytes, &layout, 1, 2, NULL, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "askew",
     tg_shared_attach((char *)memory + 8, bytes, &layout, 1, 2, &same, NULL));
  is(TG_ERR_UNKNOWN_FULL, "not keyed",
     tg_shared_attach_keyed(memory, bytes, &layout, 1, 2, &keyed, NULL));
  is(TG_ERR_SHARED_NAME_INVALID, "no page", tg_shared_size(&layout, 0, &bytes));
  is(TG_ERR_NULL_POINTER, "no size", tg_shared_size(&layout, 4096, NULL));
  layout.sets = 2;
  is(TG_ERR_UNKNOWN_FULL, "full of nothing", tg_shared_size(&layout, 4096, &bytes));
}

int main(void) {
  (void)zeros, (void)rubbish, (void)room;
  if (mkdtemp(folder) == NULL) return 1;
  snprintf(path, sizeof path, "%s/limit", folder);
  children();
  keys();
  refused();
  attach();
  holds("the folder is empty", rmdir(folder) == 0);
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
