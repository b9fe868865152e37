/* When again, and whether: a loop of retries, what a server's headers say, and headers that announce. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tidegate.h"

#define SECOND UINT64_C(1000000000)
#define TEXT(text) text, strlen(text)

/* The third answer is a good one; in a program, send the request here. */
static bool send_once(uint32_t attempt) { return attempt == 2; }

/* Delays that grow by half and are spread by a fifth; no more than one retry for five requests and ten
   besides; nothing at all while the server fails again and again. */
static int32_t retry(void) {
  static tg_backoff backoff;
  static tg_retry_budget budget;
  static tg_circuit_breaker breaker;
  uint64_t now = 0, wait = 0; /* in a program: CLOCK_BOOTTIME, and a sleep */
  uint32_t passage, attempt = 0;
  int32_t code = tg_backoff_init_ratio(&backoff, SECOND, 3, 2, 60 * SECOND, TG_JITTER_AROUND, 200000);
  if (code == TG_OK) code = tg_retry_budget_init(&budget, 10 * SECOND, 200000, 10);
  if (code == TG_OK) code = tg_circuit_breaker_init_consecutive(&breaker, 5, 30 * SECOND, 1);
  if (code == TG_OK) code = tg_retry_budget_deposit(&budget, now);
  for (; code == TG_OK; attempt++, now += wait) {
    code = tg_circuit_breaker_try_call(&breaker, now, &passage, &wait);
    if (code != TG_OK) break;
    if (attempt > 0) code = tg_retry_budget_try_withdraw(&budget, now);
    if (code != TG_OK) {
      tg_circuit_breaker_cancelled(&breaker, passage);
      break;
    }
    if (send_once(attempt)) {
      printf("attempt %" PRIu32 ": done\n", attempt + 1);
      return tg_circuit_breaker_succeeded(&breaker, passage, now);
    }
    tg_circuit_breaker_failed(&breaker, passage, now);
    code = tg_backoff_delay(&backoff, 7, 0, attempt, &wait); /* one seed a process, one number a call */
    printf("attempt %" PRIu32 ": wait %" PRIu64 " ms\n", attempt + 1, wait / 1000000);
  }
  return code;
}

/* Two limits in one answer, of which the second is used up. */
static int32_t heed(void) {
  static const char *const headers[][2] = {
      {"RateLimit-Policy", "\"burst\";q=100;w=60, \"daily\";q=1000;w=86400"},
      {"RateLimit", "\"burst\";r=7;t=30, \"daily\";r=0;t=36400"}};
  tg_advice advice;
  tg_advice_values values;
  tg_allowance limit;
  uint64_t wall = 1716134437 * SECOND;
  int32_t code = tg_advice_init(&advice, NULL); /* any dialect; tg_dialect_init names one */
  for (size_t i = 0; i < 2 && code == TG_OK; i++) {
    code = tg_advice_header(&advice, TEXT(headers[i][0]), TEXT(headers[i][1]), NULL);
  }
  if (code == TG_OK) code = tg_advice_get(&advice, wall, &values);
  if (code == TG_OK) code = tg_advice_tightest(&advice, wall, &limit);
  if (code == TG_OK && values.has_wait) {
    printf("%s: %" PRIu64 " of %" PRIu64 " left, wait %" PRIu64 " s\n", limit.name, limit.remaining,
           limit.limit, values.wait_ns / SECOND);
  }
  return code;
}

/* The server's side. */
static int32_t announce(void) {
  static tg_announced announced;
  const tg_announcement limit = {TEXT("burst"), 100, 0, 29 * SECOND + 1, 60 * SECOND};
  uint64_t wait = limit.reset_after_ns;
  int32_t code = tg_announce(TG_FORM_DRAFT_10, &limit, 1, &wait, 0, &announced);
  for (size_t i = 0; i < announced.header_count && code == TG_OK; i++) {
    printf("%s: %s\n", announced.headers[i].name, announced.headers[i].value);
  }
  return code;
}

int main(void) {
  int32_t codes[] = {retry(), heed(), announce()};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    if (codes[i] < 0) return fprintf(stderr, "%s\n", tg_strerror(codes[i])), 1;
  }
  return 0;
}
