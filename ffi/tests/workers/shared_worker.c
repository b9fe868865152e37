/* One of the processes of `cargo xtask faults`; see host/examples/shared_worker.rs. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>

#include "tidegate_shared.h"

#define SECOND UINT64_C(1000000000)
#define STILL SECOND
#define ROOM ((size_t)64 << 20)

struct entry {
  uint64_t now_ns;
  uint32_t limiter, tokens;
};

static void end(const char *what, int32_t code) {
  fprintf(stderr, "%s: %s (errno %d)\n", what, tg_strerror(code), errno);
  exit(1);
}

int main(int count, char **arguments) {
  char path[3][4096 + 8];
  tg_limiter *still, *rate;
  tg_keyed *keys;
  tg_quota quota;
  int32_t code;
  if (count != 4) {
    fprintf(stderr, "usage: shared_worker FOLDER LOG COUNT\n");
    return 2;
  }
  snprintf(path[0], sizeof path[0], "%s/count", arguments[1]);
  snprintf(path[1], sizeof path[1], "%s/rate", arguments[1]);
  snprintf(path[2], sizeof path[2], "%s/keys", arguments[1]);
  const uint64_t tokens_of_count = strtoull(arguments[3], NULL, 10);
  code = tg_shared_open(path[0], 1000000, SECOND, tokens_of_count, &still, NULL);
  if (code < 0) end("count", code);
  code = tg_shared_open(path[1], 1000000, SECOND, 1000, &rate, NULL);
  if (code < 0) end("rate", code);
  code = tg_shared_open_keyed(path[2], 64, 1000, SECOND, 20, TG_FULL_DENY, &keys, NULL);
  if (code < 0) end("keys", code);
  code = tg_quota_init(&quota, 1000, SECOND, 20);
  if (code < 0) end("quota", code);

  const int file = open(arguments[2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, (off_t)ROOM) != 0) end("log", TG_ERR_SHARED_UNAVAILABLE);
  void *const log = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (log == MAP_FAILED) end("log", TG_ERR_SHARED_UNAVAILABLE);
  volatile uint64_t *const asked_so_far = (uint64_t *)log;
  volatile struct entry *entry = (struct entry *)log;

  for (uint64_t asked = 0; asked < 4000000; asked++) {
    uint32_t tokens = 1 + (uint32_t)(asked / 4 % 3), limiter = UINT32_MAX;
    uint64_t now = tg_posix_now_ns();
    if (asked % 4 == 1) {
      limiter = UINT32_MAX - 1;
      tokens = 1;
      now = STILL;
      code = tg_limiter_try_acquire(still, 1, now, NULL);
    } else if (asked % 4 == 3) {
      char key[16];
      limiter = (uint32_t)(asked * UINT64_C(2654435761) >> 8) % 200;
      tokens = 1;
      const int length = snprintf(key, sizeof key, "k%u", (unsigned)limiter);
      code = tg_keyed_try_acquire(keys, &quota, key, (size_t)length, 1, now, NULL);
    } else {
      code = tg_limiter_try_acquire(rate, tokens, now, NULL);
    }
    if (code < 0) end("acquire", code);
    if (code == TG_OK) {
      entry++;
      entry->now_ns = now;
      entry->limiter = limiter;
      entry->tokens = tokens;
      if ((size_t)((char *)(entry + 2) - (char *)log) > ROOM) break;
    }
    if (asked % 64 == 63) *asked_so_far = asked + 1;
  }
  return 0;
}
