/*
 * Replays the conformance traces of 32 bits through tidegate.h: traces32 FOLDER
 *
 * Every step is run; an unknown verb or argument is a difference, and the first difference ends the
 * run with status 1. The last line is `digest HEX16 steps N`.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tidegate.h"

/* What the steps of one file have made so far. */
static struct {
  tg_quota32 quota;
  tg_limiter32 limiter;
  tg_backoff32 backoff;
} world;

static uint64_t digest = UINT64_C(0xcbf29ce484222325), steps;
static char got[128];

/* Exactly `count` words between single spaces. */
static bool words(char *args, char **word, size_t count) {
  for (size_t i = 0; i < count; i++) {
    word[i] = args;
    args = strchr(args, ' ');
    if ((args == NULL) != (i + 1 == count)) return false;
    if (args != NULL) *args++ = '\0';
  }
  return true;
}

static bool number(const char *word, uint32_t *value) {
  errno = 0;
  unsigned long long wide = strtoull(word, NULL, 10);
  *value = (uint32_t)wide;
  return errno == 0 && wide <= UINT32_MAX && *word != '\0' &&
         word[strspn(word, "0123456789")] == '\0';
}

static bool numbers(char *args, uint32_t *value, size_t count) {
  char *word[3];
  if (!words(args, word, count)) return false;
  for (size_t i = 0; i < count; i++) {
    if (!number(word[i], &value[i])) return false;
  }
  return true;
}

/* `ok`, or the error. */
static bool say_code(int32_t code) {
  if (code == TG_OK) return snprintf(got, sizeof got, "ok") > 0;
  return snprintf(got, sizeof got, "error %s", tg_error_name(code)) > 0;
}

static bool limiter(char *args) {
  static const tg_limiter32 full = {{0}};
  uint32_t n[3];
  if (!numbers(args, n, 3)) return false;
  int32_t code = tg_quota32_init(&world.quota, n[0], n[1], n[2]);
  if (code == TG_OK) world.limiter = full;
  return say_code(code);
}

static bool acquire(char *args, bool peek) {
  uint32_t n[2], wait = 7, remaining;
  if (!numbers(args, n, 2)) return false;
  int32_t code = peek ? tg_limiter32_peek(&world.limiter, &world.quota, n[1], n[0], &wait)
                      : tg_limiter32_try_acquire(&world.limiter, &world.quota, n[1], n[0], &wait);
  if (code == TG_OK && wait == 0 &&
      tg_limiter32_remaining(&world.limiter, &world.quota, n[0], &remaining) == TG_OK) {
    return snprintf(got, sizeof got, "allow remaining %" PRIu32, remaining) > 0;
  }
  if (code == TG_DENIED) return snprintf(got, sizeof got, "deny retry_after %" PRIu32, wait) > 0;
  if (code == TG_NEVER && wait == UINT32_MAX) return snprintf(got, sizeof got, "never") > 0;
  return say_code(code);
}

static bool backoff(char *args) {
  static const char *const jitters[] = {"none", "full", "equal", "additive"};
  char *word[5];
  tg_backoff32 made = {0, 0, 0, -1, 0};
  uint32_t delay;
  if (!words(args, word, 5)) return false;
  for (int32_t i = 0; i < 4; i++) {
    if (strcmp(word[3], jitters[i]) == 0) made.jitter = i;
  }
  if (made.jitter < 0 || !number(word[0], &made.initial_ticks) || !number(word[1], &made.factor) ||
      !number(word[2], &made.cap_ticks) || !number(word[4], &made.jitter_ticks)) {
    return false;
  }
  /* C checks a backoff when it is used. */
  int32_t code = tg_backoff32_delay(&made, 0, 0, 0, &delay);
  if (code == TG_OK) world.backoff = made;
  return say_code(code);
}

static bool delay(char *args) {
  uint32_t n[3], ticks;
  if (!numbers(args, n, 3)) return false;
  int32_t code = tg_backoff32_delay(&world.backoff, n[0], n[1], n[2], &ticks);
  if (code != TG_OK) return say_code(code);
  return snprintf(got, sizeof got, "%" PRIu32, ticks) > 0;
}

static bool run(const char *verb, char *args) {
  if (strcmp(verb, "limiter32") == 0) return limiter(args);
  if (strcmp(verb, "acquire32") == 0) return acquire(args, false);
  if (strcmp(verb, "peek32") == 0) return acquire(args, true);
  if (strcmp(verb, "backoff32") == 0) return backoff(args);
  if (strcmp(verb, "delay32") == 0) return delay(args);
  return false;
}

static void add(const char *answer) {
  for (; *answer != '\0'; answer++) {
    digest = (digest ^ (unsigned char)*answer) * UINT64_C(0x100000001b3);
  }
  digest = (digest ^ '\n') * UINT64_C(0x100000001b3);
}

/* One file, up to its first difference. */
static bool replay(const char *path) {
  char line[512];
  uint64_t count = 0, number_of_line = 0;
  bool ended = false;
  FILE *file = fopen(path, "r");
  if (file == NULL) return perror(path), false;
  memset(&world, 0, sizeof world);
  while (fgets(line, sizeof line, file) != NULL) {
    number_of_line++;
    line[strcspn(line, "\n")] = '\0';
    if (*line == '\0' || *line == '#') continue;
    char *arrow = strstr(line, " -> ");
    if (strncmp(line, "end ", 4) == 0 && arrow == NULL) {
      ended = strtoull(line + 4, NULL, 10) == count;
      continue;
    }
    char *args = strchr(line, ' ');
    bool good = arrow != NULL && args != NULL && args < arrow && !ended;
    if (good) {
      *arrow = *args = '\0';
      good = run(line, args + 1) && strcmp(got, arrow + 4) == 0;
    }
    if (!good) {
      fprintf(stderr, "%s:%" PRIu64 ": expected %s, got %s\n", path, number_of_line,
              arrow == NULL ? "a step" : arrow + 4, got);
      fclose(file);
      return false;
    }
    add(got);
    count++;
  }
  fclose(file);
  steps += count;
  if (!ended) fprintf(stderr, "%s: not `end %" PRIu64 "`\n", path, count);
  return ended;
}

static int is_trace(const struct dirent *entry) {
  size_t len = strlen(entry->d_name);
  return len > 6 && strcmp(entry->d_name + len - 6, ".trace") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

int main(int argc, char **argv) {
  if (argc != 2) return fputs("usage: traces32 FOLDER\n", stderr), 2;
  struct dirent **names;
  int count = scandir(argv[1], &names, is_trace, by_bytes);
  if (count <= 0) return fprintf(stderr, "%s: no traces\n", argv[1]), 1;
  bool same = true;
  for (int i = 0; i < count; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
    same = same && replay(path);
    free(names[i]);
  }
  free(names);
  if (!same) return 1;
  printf("digest %016" PRIx64 " steps %" PRIu64 "\n", digest, steps);
  return 0;
}
