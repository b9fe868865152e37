/* The codes of tidegate.h are exactly the rows of the table of errors, and every number has a text. */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tidegate.h"

#define ROW(name) {name, #name}

static const struct {
  int32_t code;
  const char *name;
} rows[] = {
    ROW(TG_ERR_PERIOD_OUT_OF_RANGE), ROW(TG_ERR_LIMIT_TOO_HIGH),
    ROW(TG_ERR_BURST_ZERO),          ROW(TG_ERR_BURST_TOO_LARGE),
    ROW(TG_ERR_BACKOFF_OUT_OF_RANGE), ROW(TG_ERR_UNKNOWN_API),
    ROW(TG_ERR_UNKNOWN_METHOD),      ROW(TG_ERR_PATH_INVALID),
    ROW(TG_ERR_KEY_EMPTY),           ROW(TG_ERR_UNKNOWN_ROLE),
    ROW(TG_ERR_WINDOW_OUT_OF_RANGE), ROW(TG_ERR_OUT_OF_ORDER),
    ROW(TG_ERR_STATUS_OUT_OF_RANGE), ROW(TG_ERR_UNKNOWN_FAILURE),
    ROW(TG_ERR_TIME_OUT_OF_RANGE),   ROW(TG_ERR_NULL_POINTER),
    ROW(TG_ERR_BUFFER_TOO_SHORT),    ROW(TG_ERR_NOT_TEXT),
    ROW(TG_ERR_ABI_MISMATCH),        ROW(TG_ERR_UNKNOWN_JITTER),
    ROW(TG_ERR_NOT_INITIALIZED),     ROW(TG_ERR_POINTER_MISALIGNED),
    ROW(TG_ERR_LEASE_OUT_OF_RANGE),  ROW(TG_ERR_UNKNOWN_CARRY),
    ROW(TG_ERR_UNKNOWN_FULL),
    ROW(TG_ERR_TICKS_TOO_COARSE),    ROW(TG_ERR_BURST32_TOO_LARGE),
    ROW(TG_ERR_BUDGET_OUT_OF_RANGE), ROW(TG_ERR_BREAKER_OUT_OF_RANGE),
    ROW(TG_ERR_UNKNOWN_DIALECT),     ROW(TG_ERR_UNKNOWN_RESET),
    ROW(TG_ERR_UNKNOWN_FORM),        ROW(TG_ERR_UNKNOWN_CAUSE),
    ROW(TG_ERR_ANNOUNCEMENT_INVALID), ROW(TG_ERR_POLICY_INVALID),
    ROW(TG_ERR_PREFIX_OUT_OF_RANGE), ROW(TG_ERR_SIGNATURE_MALFORMED),
    ROW(TG_ERR_SIGNATURE_OUT_OF_WINDOW), ROW(TG_ERR_SIGNATURE_WRONG),
    ROW(TG_ERR_PAGE_SIZE_OUT_OF_RANGE),
    ROW(TG_ERR_SHARED_NAME_INVALID),  ROW(TG_ERR_SHARED_INVALID),
    ROW(TG_ERR_SHARED_DIFFERS),       ROW(TG_ERR_SHARED_UNAVAILABLE),
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static int passed, failed;

static void check(bool holds, const char *name, int32_t code) {
  if (holds) {
    passed++;
  } else {
    failed++;
    printf("FAILED %s: %" PRId32 "\n", name, code);
  }
}

/* Whether `PeriodOutOfRange` is what C spells `TG_ERR_PERIOD_OUT_OF_RANGE`. */
static bool is_same_name(const char *name, const char *constant) {
  if (strncmp(constant, "TG_ERR", 6) != 0) return false;
  constant += 6;
  for (; *name != '\0'; name++) {
    if (isupper((unsigned char)*name) && *constant++ != '_') return false;
    if (*constant++ != toupper((unsigned char)*name)) return false;
  }
  return *constant == '\0';
}

/* Whether 1 to `last` have a name, and no other number has. */
static bool are_all(int32_t last, const char *(*name)(int32_t)) {
  for (int32_t number = -1000; number <= 1000; number++) {
    if ((*name(number) != '\0') != (number >= 1 && number <= last)) return false;
  }
  return *name(INT32_MIN) == '\0' && *name(INT32_MAX) == '\0';
}

int main(void) {
  bool all_here = true, all_told = true;
  for (int32_t code = -1000; code <= 1000; code++) {
    bool in_table = *tg_error_name(code) != '\0', in_header = false;
    for (int row = 0; row < ROWS; row++) in_header = in_header || rows[row].code == code;
    all_here = all_here && in_header == in_table;
    bool is_known = in_table || (code >= TG_OK && code <= TG_NEVER);
    bool has_text = strcmp(tg_strerror(code), "unknown code") != 0 && *tg_strerror(code) != '\0';
    all_told = all_told && has_text == is_known;
  }
  check(all_here, "the header has every row of the table and no other", 0);
  check(all_told, "what has a number has a text, and nothing else", 0);
  for (int row = 0; row < ROWS; row++) {
    check(is_same_name(tg_error_name(rows[row].code), rows[row].name), rows[row].name,
          rows[row].code);
  }
  check(strcmp(tg_strerror(INT32_MIN), "unknown code") == 0, "the least number", INT32_MIN);
  check(strcmp(tg_strerror(INT32_MAX), "unknown code") == 0, "the highest number", INT32_MAX);
  check(*tg_error_name(INT32_MIN) == '\0', "the least number has no name", INT32_MIN);
  check(*tg_error_name(INT32_MAX) == '\0', "the highest number has no name", INT32_MAX);
  check(are_all(TG_REASON_TOO_LARGE, tg_reason_name), "reasons have names", 0);
  check(are_all(TG_FAILURE_TLS, tg_failure_name), "failures have names", 0);
  check(strcmp(tg_reason_name(TG_REASON_REFRESH_CREDENTIALS), "refresh_credentials") == 0,
        "a reason by its name", TG_REASON_REFRESH_CREDENTIALS);
  check(strcmp(tg_failure_name(TG_FAILURE_CONNECT_REFUSED), "connect_refused") == 0,
        "a failure by its name", TG_FAILURE_CONNECT_REFUSED);
  check(strchr(tg_version(), '.') != NULL, "the version has parts", 0);
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
