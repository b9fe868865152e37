/* Wrong calls of tg_attempts. */
#include "misuse.h"

static tg_retry_rules none; /* all zeros: no bound, the library's delays, nothing shared */
static tg_retry_rules rules;
static tg_backoff backoff;
static tg_attempts good, made;

/* Every function refuses such rules, and changes nothing. */
static void refuse(int32_t expected, const char *name, const tg_retry_rules *wrong) {
  tg_step step;
  uint64_t left = 77;
  memset(&step, UNTOUCHED, sizeof step);
  is(expected, name, tg_attempts_init(&made, wrong, 7, 0, 0));
  is(expected, name, tg_attempts_next(&good, wrong, 0, &step));
  is(expected, name, tg_attempts_failed(&good, wrong, TG_CAUSE_FAILURE, NULL, 0));
  is(expected, name, tg_attempts_succeeded(&good, wrong, 0));
  is(expected, name, tg_attempts_aborted(&good, wrong));
  is(expected, name, tg_attempts_left(&good, wrong, 0, &left));
  holds(name, left == 77 && is_untouched(&step, sizeof step));
}

static void wrong_rules(void) {
  static tg_retry_budget budget;
  tg_retry_rules wrong = none;

  refuse(TG_ERR_NULL_POINTER, "rules: none", NULL);
  refuse(TG_ERR_POINTER_MISALIGNED, "rules: askew", (const tg_retry_rules *)askew(4));
  wrong.backoff = &zeros.backoff;
  refuse(TG_ERR_NOT_INITIALIZED, "rules: a backoff of zeros", &wrong);
  wrong.backoff = &rubbish.backoff;
  refuse(TG_ERR_NOT_INITIALIZED, "rules: a backoff of rubbish", &wrong);
  wrong.backoff = (const tg_backoff *)askew(4);
  refuse(TG_ERR_POINTER_MISALIGNED, "rules: a backoff askew", &wrong);
  wrong = none, wrong.budget = &zeros;
  refuse(TG_ERR_NOT_INITIALIZED, "rules: a budget of zeros", &wrong);
  wrong.budget = &backoff;
  refuse(TG_ERR_NOT_INITIALIZED, "rules: a backoff as a budget", &wrong);
  wrong.budget = askew(4);
  refuse(TG_ERR_POINTER_MISALIGNED, "rules: a budget askew", &wrong);
  wrong = none, wrong.breaker = &zeros.breaker;
  refuse(TG_ERR_NOT_INITIALIZED, "rules: a breaker of zeros", &wrong);
  is(TG_OK, "budget", tg_retry_budget_init(&budget, 10 * SECOND, 0, 1));
  wrong.breaker = (tg_circuit_breaker *)&budget;
  refuse(TG_ERR_NOT_INITIALIZED, "rules: a budget as a breaker", &wrong);
  wrong.breaker = (tg_circuit_breaker *)askew(8);
  refuse(TG_ERR_POINTER_MISALIGNED, "rules: a breaker askew", &wrong);
}

static void wrong_calls(void) {
  tg_step step;
  uint64_t left = 77, told = SECOND;

  NO_PLACE(tg_attempts, "init: nowhere", tg_attempts_init(it, &rules, 7, 0, 0));
  NO_OBJECT(tg_attempts, "next", tg_attempts_next(it, &rules, 0, &step));
  NO_OBJECT(tg_attempts, "failed", tg_attempts_failed(it, &rules, TG_CAUSE_FAILURE, NULL, 0));
  NO_OBJECT(tg_attempts, "succeeded", tg_attempts_succeeded(it, &rules, 0));
  NO_OBJECT(tg_attempts, "aborted", tg_attempts_aborted(it, &rules));
  NO_OBJECT(tg_attempts, "left", tg_attempts_left(it, &rules, 0, &left));
  NO_PLACE(tg_step, "next: nowhere", tg_attempts_next(&good, &rules, 0, it));
  NO_PLACE(uint64_t, "left: nowhere", tg_attempts_left(&good, &rules, 0, it));
  is(TG_ERR_OUT_OF_ORDER, "failed: none runs",
     tg_attempts_failed(&good, &rules, TG_CAUSE_FAILURE, NULL, 0));
  is(TG_ERR_OUT_OF_ORDER, "succeeded: none runs", tg_attempts_succeeded(&good, &rules, 0));
  is(TG_OK, "next", tg_attempts_next(&good, &rules, 0, &step));
  holds("next: no refused report began it", step.kind == TG_STEP_SEND && step.attempts == 1);
  is(TG_ERR_UNKNOWN_CAUSE, "failed: cause 0", tg_attempts_failed(&good, &rules, 0, NULL, 0));
  is(TG_ERR_UNKNOWN_CAUSE, "failed: cause 4", tg_attempts_failed(&good, &rules, 4, NULL, 0));
  is(TG_ERR_POINTER_MISALIGNED, "failed: told askew",
     tg_attempts_failed(&good, &rules, TG_CAUSE_FAILURE, (const uint64_t *)askew(4), 0));
  is(TG_OK, "next: it runs", tg_attempts_next(&good, &rules, 0, &step));
  holds("failed: no error ended it", step.kind == TG_STEP_PENDING);
  is(TG_OK, "failed", tg_attempts_failed(&good, &rules, TG_CAUSE_THROTTLED, &told, 0));
  is(TG_OK, "next: wait", tg_attempts_next(&good, &rules, 0, &step));
  holds("next: as told", step.kind == TG_STEP_WAIT && step.delay_ns == SECOND);
  is(TG_OK, "aborted", tg_attempts_aborted(&good, &rules));
  is(TG_OK, "aborted: again", tg_attempts_aborted(&good, &rules));
  is(TG_OK, "next: over", tg_attempts_next(&good, &rules, 0, &step));
  holds("aborted: why", step.kind == TG_STEP_GIVE_UP && step.reason == TG_REASON_ABORTED);
}

/* All zeros are rules. */
static void zero_rules(void) {
  tg_step step;
  uint64_t left;
  is(TG_OK, "zeros: init", tg_attempts_init(&made, &none, 7, 0, 0));
  for (uint64_t now = 0, attempt = 1; attempt <= 9; attempt++) {
    is(TG_OK, "zeros: next", tg_attempts_next(&made, &none, now, &step));
    holds("zeros: send", step.kind == TG_STEP_SEND && step.attempts == attempt);
    is(TG_OK, "zeros: left", tg_attempts_left(&made, &none, now, &left));
    holds("zeros: no timeout", left == UINT64_MAX);
    is(TG_OK, "zeros: failed", tg_attempts_failed(&made, &none, TG_CAUSE_FAILURE, NULL, now));
    is(TG_OK, "zeros: next", tg_attempts_next(&made, &none, now, &step));
    holds("zeros: up to 20 s", step.kind == TG_STEP_WAIT && step.delay_ns <= 20 * SECOND);
    now = step.until_ns;
  }
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  rules.backoff = &backoff;
  is(TG_OK, "backoff", tg_backoff_init(&backoff, SECOND, 2, 60 * SECOND, TG_JITTER_NONE, 0));
  is(TG_OK, "init", tg_attempts_init(&good, &rules, 7, 0, 0));
  wrong_rules();
  wrong_calls();
  zero_rules();
  return report();
}
