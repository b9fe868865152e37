/* The verbs of traces_retry: backoffs, budgets of retries, the adaptive rate and the breaker. */
#ifndef TRACES_RETRY_H
#define TRACES_RETRY_H

#include "traces.h"

/* What the steps of one file have made so far, of each kind the last. */
static struct {
  tg_backoff backoff;
  tg_retry_quota quota;
  tg_retry_throttle throttle;
  tg_retry_budget budget;
  tg_adaptive_throttle sre;
  tg_adaptive_rate rate;
  tg_circuit_breaker breaker;
  uint32_t passages[256];
  bool has_passage[256];
} retrying;

/* The word behind the last space, which is cut off. */
static char *last_word(char *args) {
  char *word = strrchr(args, ' ');
  if (word == NULL) return NULL;
  *word++ = '\0';
  return word;
}

/* The JITTER that the arguments end with, which is cut off. */
static bool last_jitter(char *args, int32_t *kind, uint64_t *spread) {
  static const char *const kinds[] = {"none",  "full",         "equal",           "additive", "around",
                                      "above", "decorrelated", "decorrelated_v2", NULL};
  const char *amount = last_word(args);
  const char *name = last_word(args);
  return amount != NULL && name != NULL && number(amount, spread) && choice(name, kinds, kind);
}

/* All of the words before the JITTER as numbers; those that C takes in 32 bits fit them. */
static bool growth(char *args, uint64_t *value, size_t count, int32_t *kind, uint64_t *spread) {
  return last_jitter(args, kind, spread) && numbers(args, value, count);
}

/* A number of 32 bits. */
static bool half(const char *word, uint32_t *value) {
  uint64_t whole;
  if (!number(word, &whole) || whole > UINT32_MAX) return false;
  *value = (uint32_t)whole;
  return true;
}

static bool backoff(char *args) {
  uint64_t n[3], spread;
  int32_t kind;
  if (!growth(args, n, 3, &kind, &spread) || n[1] > UINT32_MAX) return false;
  return say_code(
      tg_backoff_init(&retrying.backoff, n[0], (uint32_t)n[1], n[2], kind, spread));
}

static bool backoff_ratio(char *args) {
  uint64_t n[4], spread;
  int32_t kind;
  if (!growth(args, n, 4, &kind, &spread) || n[1] > UINT32_MAX || n[2] > UINT32_MAX) return false;
  return say_code(tg_backoff_init_ratio(&retrying.backoff, n[0], (uint32_t)n[1], (uint32_t)n[2],
                                        n[3], kind, spread));
}

static bool backoff_linear(char *args) {
  uint64_t n[3], spread;
  int32_t kind;
  if (!growth(args, n, 3, &kind, &spread)) return false;
  if (n[1] == 0) {
    return say_code(tg_backoff_init_constant(&retrying.backoff, n[0], n[2], kind, spread));
  }
  return say_code(tg_backoff_init_linear(&retrying.backoff, n[0], n[1], n[2], kind, spread));
}

static bool backoff_polynomial(char *args) {
  uint64_t n[3], spread;
  int32_t kind;
  if (!growth(args, n, 3, &kind, &spread) || n[1] > UINT32_MAX) return false;
  return say_code(
      tg_backoff_init_polynomial(&retrying.backoff, n[0], (uint32_t)n[1], n[2], kind, spread));
}

static bool backoff_fibonacci(char *args) {
  uint64_t n[2], spread;
  int32_t kind;
  if (!growth(args, n, 2, &kind, &spread)) return false;
  return say_code(tg_backoff_init_fibonacci(&retrying.backoff, n[0], n[1], kind, spread));
}

static bool backoff_list(char *args) {
  uint64_t delays[2 * TG_BACKOFF_DELAYS], spread, cap;
  size_t count = 0;
  int32_t kind;
  if (!last_jitter(args, &kind, &spread)) return false;
  const char *last = last_word(args);
  if (last == NULL || !number(last, &cap)) return false;
  for (char *delay = args; delay != NULL && strcmp(args, "-") != 0;) {
    char *rest = strchr(delay, ',');
    if (rest != NULL) *rest++ = '\0';
    if (count == 2 * TG_BACKOFF_DELAYS || !number(delay, &delays[count++])) return false;
    delay = rest;
  }
  return say_code(tg_backoff_init_list(&retrying.backoff, delays, count, cap, kind, spread));
}

static bool backoff_at_once(char *args) {
  return *args == '\0' && say_code(tg_backoff_first_at_once(&retrying.backoff));
}

static bool delay(char *args) {
  uint64_t n[3], delay_ns;
  if (!numbers(args, n, 3) || n[2] > UINT32_MAX) return false;
  int32_t code = tg_backoff_delay(&retrying.backoff, n[0], n[1], (uint32_t)n[2], &delay_ns);
  return code == TG_OK ? say("%" PRIu64, delay_ns) : say_code(code);
}

/* `left T`, of the quota. */
static bool say_tokens(int32_t code) {
  uint32_t tokens;
  if (code == TG_OK) code = tg_retry_quota_tokens(&retrying.quota, &tokens);
  return code == TG_OK ? say("left %" PRIu32, tokens) : say_code(code);
}

static bool budget_aws(char *args) {
  char *word[2];
  uint32_t capacity;
  if (!words(args, word, 2) || !half(word[0], &capacity)) return false;
  if (strcmp(word[1], "2.0") == 0) {
    return say_code(tg_retry_quota_init_aws_2_0(&retrying.quota, capacity));
  }
  return strcmp(word[1], "2.1") == 0 &&
         say_code(tg_retry_quota_init_aws_2_1(&retrying.quota, capacity));
}

static bool spend(char *args) {
  static const char *const causes[] = {"", "failure", "transient", "throttled", NULL};
  int32_t cause;
  uint32_t cost;
  if (!choice(args, causes, &cause)) return false;
  int32_t code = tg_retry_quota_try_spend(&retrying.quota, cause, &cost);
  if (code < 0) return say_code(code);
  if (code == TG_OK) say("cost %" PRIu32 " ", cost); else say("exhausted ");
  return say_tokens(TG_OK);
}

static bool spend_succeeded(char *args) {
  uint32_t cost;
  return half(args, &cost) && say_tokens(tg_retry_quota_succeeded(&retrying.quota, cost));
}

static bool spend_cancelled(char *args) {
  uint32_t cost;
  return half(args, &cost) && say_tokens(tg_retry_quota_cancelled(&retrying.quota, cost));
}

/* TOKENS RATIO */
static bool throttled(char *args, uint32_t *tokens, uint32_t *ratio) {
  char *word[2];
  return words(args, word, 2) && half(word[0], tokens) && half(word[1], ratio);
}

static bool budget_grpc(char *args) {
  uint32_t tokens, ratio;
  if (!throttled(args, &tokens, &ratio)) return false;
  return say_code(tg_retry_throttle_init(&retrying.throttle, tokens, ratio));
}

static bool throttle_replace(char *args) {
  uint32_t tokens, ratio;
  if (!throttled(args, &tokens, &ratio)) return false;
  return say_code(
      tg_retry_throttle_replace(&retrying.throttle, &retrying.throttle, tokens, ratio));
}

/* `left M`, of the throttle. */
static bool say_thousandths(void) {
  uint64_t left;
  int32_t code = tg_retry_throttle_thousandths(&retrying.throttle, &left);
  return say_told(code, "left", left);
}

static bool throttle_failed(char *args) {
  if (*args != '\0') return false;
  int32_t code = tg_retry_throttle_failed(&retrying.throttle);
  if (code < 0) return say_code(code);
  if (tg_retry_throttle_allows(&retrying.throttle) != code) return false;
  return say(code == TG_OK ? "retry " : "stop "), say_thousandths();
}

static bool throttle_succeeded(char *args) {
  if (*args != '\0') return false;
  int32_t code = tg_retry_throttle_succeeded(&retrying.throttle);
  return code == TG_OK ? say_thousandths() : say_code(code);
}

/* Three numbers of which the last two have 32 bits. */
static bool window_of(char *args, uint64_t *window, uint32_t *second, uint32_t *third) {
  char *word[3];
  return words(args, word, 3) && number(word[0], window) && half(word[1], second) &&
         half(word[2], third);
}

static bool budget_finagle(char *args) {
  uint64_t window;
  uint32_t ratio, reserve;
  if (!window_of(args, &window, &ratio, &reserve)) return false;
  return say_code(tg_retry_budget_init(&retrying.budget, window, ratio, reserve));
}

/* `available A`, of the budget. */
static bool say_available(uint64_t now) {
  uint64_t available;
  int32_t code = tg_retry_budget_available(&retrying.budget, now, &available);
  return say_told(code, "available", available);
}

static bool deposit(char *args) {
  uint64_t n[2];
  if (!numbers(args, n, 2)) return false;
  for (uint64_t i = 0; i < n[1]; i++) {
    if (tg_retry_budget_deposit(&retrying.budget, n[0]) != TG_OK) return false;
  }
  return say_available(n[0]);
}

static bool withdraw(char *args) {
  uint64_t now;
  if (!number(args, &now)) return false;
  int32_t code = tg_retry_budget_try_withdraw(&retrying.budget, now);
  if (code < 0) return say_code(code);
  return say(code == TG_OK ? "retry " : "stop "), say_available(now);
}

static bool budget_sre(char *args) {
  uint64_t window;
  uint32_t k, most;
  if (!window_of(args, &window, &k, &most)) return false;
  return say_code(tg_adaptive_throttle_init(&retrying.sre, window, k, most));
}

/* `rejected MILLIONTHS` */
static bool say_rejected(uint64_t now) {
  uint32_t rejected;
  int32_t code = tg_adaptive_throttle_rejected(&retrying.sre, now, &rejected);
  return code == TG_OK ? say("rejected %" PRIu32, rejected) : say_code(code);
}

static bool sre_send(char *args) {
  uint64_t n[4], sent = 0;
  if (!numbers(args, n, 4)) return false;
  for (uint64_t i = 0; i < n[2]; i++) {
    int32_t code = tg_adaptive_throttle_try_send(&retrying.sre, n[0], n[1] + i, 0, n[3]);
    if (code < 0) return say_code(code);
    sent += code == TG_OK;
  }
  return say("sent %" PRIu64 " ", sent), say_rejected(n[3]);
}

static bool sre_accepted(char *args) {
  uint64_t n[2];
  if (!numbers(args, n, 2)) return false;
  for (uint64_t i = 0; i < n[1]; i++) {
    if (tg_adaptive_throttle_accepted(&retrying.sre, n[0]) != TG_OK) return false;
  }
  return say_rejected(n[0]);
}

static bool adaptive(char *args) {
  uint64_t now;
  return number(args, &now) && say_code(tg_adaptive_rate_init(&retrying.rate, now));
}

static bool adaptive_send(char *args) {
  uint64_t now, wait;
  if (!number(args, &now)) return false;
  int32_t code = tg_adaptive_rate_try_send(&retrying.rate, now, &wait);
  if (code < 0) return say_code(code);
  return code == TG_OK ? say("send") : say("wait %" PRIu64, wait);
}

static bool adaptive_answered(char *args) {
  static const char *const kinds[] = {"accepted", "refused", NULL};
  char *word[2];
  uint64_t now, measured, rate;
  int32_t refused;
  if (!words(args, word, 2) || !number(word[0], &now) || !choice(word[1], kinds, &refused)) {
    return false;
  }
  int32_t code = tg_adaptive_rate_answered(&retrying.rate, refused, now);
  if (code == TG_OK) code = tg_adaptive_rate_get(&retrying.rate, now, &rate, &measured);
  if (code != TG_OK) return say_code(code);
  return say("measured %" PRIu64 " rate %" PRIu64, measured, rate);
}

static bool breaker(char *args) {
  char *word[6];
  uint64_t window, open_for;
  uint32_t first, part, probes;
  int32_t code;
  if (strncmp(args, "consecutive ", 12) == 0) {
    if (!words(args, word, 4) || !half(word[1], &first) || !number(word[2], &open_for) ||
        !half(word[3], &probes))
      return false;
    code = tg_circuit_breaker_init_consecutive(&retrying.breaker, first, open_for, probes);
  } else {
    if (!words(args, word, 6) || strcmp(word[0], "ratio") != 0 || !number(word[1], &window) ||
        !half(word[2], &part) || !half(word[3], &first) || !number(word[4], &open_for) ||
        !half(word[5], &probes))
      return false;
    code = tg_circuit_breaker_init_ratio(&retrying.breaker, window, part, first, open_for, probes);
  }
  if (code == TG_OK) memset(retrying.has_passage, 0, sizeof retrying.has_passage);
  return say_code(code);
}

/* ID NOW */
static bool passage_of(char *args, uint64_t *id, uint64_t *now) {
  uint64_t n[2];
  if (!numbers(args, n, 2) || n[0] > 255) return false;
  *id = n[0], *now = n[1];
  return true;
}

static bool breaker_call(char *args) {
  uint64_t id, now, wait;
  uint32_t passage;
  if (!passage_of(args, &id, &now)) return false;
  int32_t code = tg_circuit_breaker_try_call(&retrying.breaker, now, &passage, &wait);
  if (code < 0) return say_code(code);
  if (code == TG_DENIED) return say("wait %" PRIu64, wait);
  retrying.passages[id] = passage, retrying.has_passage[id] = true;
  return say("pass");
}

/* What the breaker does once the passage with this id was reported. */
static bool report(char *args, char how) {
  uint64_t id, now;
  int32_t state = 0;
  if (!passage_of(args, &id, &now) || !retrying.has_passage[id]) return false;
  uint32_t passage = retrying.passages[id];
  int32_t code = how == 's'   ? tg_circuit_breaker_succeeded(&retrying.breaker, passage, now)
                 : how == 'f' ? tg_circuit_breaker_failed(&retrying.breaker, passage, now)
                              : tg_circuit_breaker_cancelled(&retrying.breaker, passage);
  if (code == TG_OK) code = tg_circuit_breaker_state(&retrying.breaker, now, &state);
  if (code != TG_OK) return say_code(code);
  return say(state == TG_BREAKER_CLOSED      ? "closed"
             : state == TG_BREAKER_OPEN      ? "open"
             : state == TG_BREAKER_HALF_OPEN ? "half_open"
                                             : "?");
}

static bool breaker_succeeded(char *args) { return report(args, 's'); }

static bool breaker_failed(char *args) { return report(args, 'f'); }

static bool breaker_cancelled(char *args) { return report(args, 'c'); }

#endif
