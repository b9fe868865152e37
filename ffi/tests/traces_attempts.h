/* The verbs of one operation across its attempts. */
#ifndef TRACES_ATTEMPTS_H
#define TRACES_ATTEMPTS_H

#include "traces.h"
#include "traces_retry.h"

/* What the steps of one file have made so far. */
static struct {
  tg_retry_rules rules;
  tg_backoff backoff; /* of the rules: another one may be made meanwhile */
  tg_attempts attempts[64];
} trying;

/* A number, or 0 for `-`. */
static bool bound(const char *word, uint64_t *value) {
  *value = 0;
  return strcmp(word, "-") == 0 || number(word, value);
}

static bool rules(char *args) {
  char *word[7];
  uint64_t most;
  tg_retry_rules *made = &trying.rules;
  if (!words(args, word, 7) || !bound(word[0], &most) || !bound(word[1], &made->timeout_ns) ||
      !bound(word[2], &made->attempt_timeout_ns) || !number(word[3], &made->server_jitter_ns) ||
      !bound(word[4], &made->max_server_delay_ns))
    return false;
  made->max_attempts = (uint32_t)most;
  trying.backoff = retrying.backoff;
  made->backoff = &trying.backoff;
  made->budget = strcmp(word[5], "quota") == 0      ? (void *)&retrying.quota
                 : strcmp(word[5], "ratio") == 0    ? (void *)&retrying.budget
                 : strcmp(word[5], "throttle") == 0 ? (void *)&retrying.throttle
                                                    : NULL;
  made->breaker = strcmp(word[6], "breaker") == 0 ? &retrying.breaker : NULL;
  return say("ok");
}

/* The operation with the number that `args` begins with; `args` goes on behind it. */
static tg_attempts *attempts_of(char **args) {
  uint64_t id;
  char *rest = strchr(*args, ' ');
  if (rest != NULL) *rest++ = '\0'; else rest = *args + strlen(*args);
  if (!number(*args, &id) || id > 63) return NULL;
  *args = rest;
  return &trying.attempts[id];
}

static bool attempts(char *args) {
  uint64_t n[3];
  tg_attempts *made = attempts_of(&args);
  return made != NULL && numbers(args, n, 3) &&
         say_code(tg_attempts_init(made, &trying.rules, n[0], n[1], n[2]));
}

static bool attempt(char *args) {
  uint64_t now;
  tg_step step;
  tg_attempts *made = attempts_of(&args);
  if (made == NULL || !number(args, &now)) return false;
  int32_t code = tg_attempts_next(made, &trying.rules, now, &step);
  return say_step(code, &step);
}

static bool attempt_left(char *args) {
  uint64_t now, left;
  tg_attempts *made = attempts_of(&args);
  if (made == NULL || !number(args, &now)) return false;
  int32_t code = tg_attempts_left(made, &trying.rules, now, &left);
  return code == TG_OK ? say_if(left != UINT64_MAX, left) : say_code(code);
}

static bool attempt_failed(char *args) {
  static const char *const causes[] = {"", "failure", "transient", "throttled", NULL};
  char *word[3];
  uint64_t told, now;
  int32_t cause;
  tg_attempts *made = attempts_of(&args);
  if (made == NULL || !words(args, word, 3) || !choice(word[0], causes, &cause) ||
      !bound(word[1], &told) || !number(word[2], &now))
    return false;
  const uint64_t *wait = strcmp(word[1], "-") == 0 ? NULL : &told;
  return say_code(tg_attempts_failed(made, &trying.rules, cause, wait, now));
}

static bool attempt_succeeded(char *args) {
  uint64_t now;
  tg_attempts *made = attempts_of(&args);
  return made != NULL && number(args, &now) &&
         say_code(tg_attempts_succeeded(made, &trying.rules, now));
}

static bool attempt_aborted(char *args) {
  tg_attempts *made = attempts_of(&args);
  return made != NULL && *args == '\0' && say_code(tg_attempts_aborted(made, &trying.rules));
}

#endif
