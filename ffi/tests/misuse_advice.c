/* Wrong calls of tg_dialect, tg_advice and tg_announce. */
#include "misuse.h"

#define TEXT(text) text, sizeof text - 1

static void dialects(void) {
  static tg_dialect good;

  NO_PLACE(tg_dialect, "dialect: init", tg_dialect_init(it, TEXT("common")));
  is(TG_ERR_NULL_POINTER, "dialect: no name", tg_dialect_init(&good, NULL, 6));
  is(TG_ERR_BUFFER_TOO_SHORT, "dialect: an impossible name",
     tg_dialect_init(&good, "common", SIZE_MAX));
  is(TG_ERR_NOT_TEXT, "dialect: not UTF-8", tg_dialect_init(&good, TEXT("\xff")));
  is(TG_ERR_UNKNOWN_DIALECT, "dialect: no such name", tg_dialect_init(&good, TEXT("GitHub")));
  is(TG_ERR_UNKNOWN_DIALECT, "dialect: the empty name", tg_dialect_init(&good, NULL, 0));
  holds("dialect: the error names all",
        strstr(tg_strerror(TG_ERR_UNKNOWN_DIALECT), "common, ietf, github, gitlab") != NULL);
  is(TG_ERR_NOT_INITIALIZED, "dialect: a refused init", tg_dialect_set_reset(&good, TG_RESET_S));
  is(TG_OK, "dialect: init", tg_dialect_init(&good, TEXT("github")));
  NO_OBJECT(tg_dialect, "reset", tg_dialect_set_reset(it, TG_RESET_S));
  NO_OBJECT(tg_dialect, "decimals", tg_dialect_set_decimals(it, 1));
  is(TG_ERR_UNKNOWN_RESET, "reset: 0", tg_dialect_set_reset(&good, 0));
  is(TG_ERR_UNKNOWN_RESET, "reset: 8", tg_dialect_set_reset(&good, 8));
  is(TG_ERR_UNKNOWN_RESET, "reset: least", tg_dialect_set_reset(&good, INT32_MIN));
  holds("reset: the error names all",
        strstr(tg_strerror(TG_ERR_UNKNOWN_RESET), "auto, epoch_s, epoch_ms, s, ms") != NULL);
}

static void advices(void) {
  static const char name32[] = "abcdefghijklmnopqrstuvwxyz012345";
  static tg_advice good, fresh;
  tg_advice_values values;
  tg_allowance limit;
  tg_hints hints;
  tg_hints_values seen;
  int32_t field = 77;

  NO_PLACE(tg_advice, "advice: init", tg_advice_init(it, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "advice: dialect askew",
     tg_advice_init(&fresh, (const tg_dialect *)askew(4)));
  is(TG_ERR_NOT_INITIALIZED, "advice: dialect of zeros", tg_advice_init(&fresh, &zeros.dialect));
  is(TG_ERR_NOT_INITIALIZED, "advice: a refused init",
     tg_advice_header(&fresh, TEXT("Age"), TEXT("1"), &field));
  is(TG_OK, "advice: init", tg_advice_init(&good, NULL));
  NO_OBJECT(tg_advice, "header", tg_advice_header(it, TEXT("Age"), TEXT("1"), &field));
  is(TG_ERR_NULL_POINTER, "header: no name", tg_advice_header(&good, NULL, 3, TEXT("1"), &field));
  is(TG_ERR_NULL_POINTER, "header: no value", tg_advice_header(&good, TEXT("Age"), NULL, 1, &field));
  is(TG_ERR_BUFFER_TOO_SHORT, "header: an impossible name",
     tg_advice_header(&good, "Age", SIZE_MAX, TEXT("1"), &field));
  is(TG_ERR_BUFFER_TOO_SHORT, "header: an impossible value",
     tg_advice_header(&good, TEXT("Age"), "1", SIZE_MAX, &field));
  is(TG_ERR_POINTER_MISALIGNED, "header: field askew",
     tg_advice_header(&good, TEXT("Age"), TEXT("1"), (int32_t *)askew(2)));
  holds("header: no error wrote a field", field == 77);

  memset(&values, UNTOUCHED, sizeof values);
  memset(&limit, UNTOUCHED, sizeof limit);
  memset(&hints, UNTOUCHED, sizeof hints);
  NO_OBJECT(tg_advice, "get", tg_advice_get(it, WALL, &values));
  NO_OBJECT(tg_advice, "allowance", tg_advice_allowance(it, 0, &limit));
  NO_OBJECT(tg_advice, "tightest", tg_advice_tightest(it, WALL, &limit));
  NO_OBJECT(tg_advice, "hints", tg_advice_hints(it, WALL, &hints));
  NO_PLACE(tg_advice_values, "get: nowhere", tg_advice_get(&good, WALL, it));
  NO_PLACE(tg_allowance, "allowance: nowhere", tg_advice_allowance(&good, 0, it));
  NO_PLACE(tg_allowance, "tightest: nowhere", tg_advice_tightest(&good, WALL, it));
  NO_PLACE(tg_hints, "hints: nowhere", tg_advice_hints(&good, WALL, it));
  holds("advice: no error wrote", is_untouched(&values, sizeof values) &&
                                      is_untouched(&limit, sizeof limit) &&
                                      is_untouched(&hints, sizeof hints));

  is(TG_OK, "get: nothing was said", tg_advice_get(&good, WALL, &values));
  holds("get: says nothing", !values.has_wait && !values.has_date && !values.is_cached &&
                                 values.invalid == 0 && !values.has_bucket && *values.bucket == 0);
  is(TG_OK, "tightest: of none", tg_advice_tightest(&good, WALL, &limit));
  holds("tightest: is none", limit.unit == TG_UNIT_NONE && *limit.name == 0 && !limit.has_limit);
  is(TG_OK, "header: garbage",
     tg_advice_header(&good, TEXT("x-ratelimit-LIMIT"), "\xff\0 1", 4, &field));
  holds("header: is invalid", field == TG_FIELD_INVALID);
  is(TG_OK, "header: NULL of length 0", tg_advice_header(&good, NULL, 0, NULL, 0, &field));
  holds("header: is unknown", field == TG_FIELD_UNKNOWN);

  /* The longest texts fit, and one more byte is not taken. */
  is(TG_OK, "resource", tg_advice_header(&good, TEXT("X-RateLimit-Resource"), name32, 32, &field));
  holds("resource: read", field == TG_FIELD_READ);
  is(TG_OK, "scope", tg_advice_header(&good, TEXT("X-RateLimit-Scope"), name32, 32, &field));
  char bucket[65];
  memcpy(bucket, name32, 32), memcpy(bucket + 32, name32, 32), bucket[64] = 'x';
  is(TG_OK, "bucket", tg_advice_header(&good, TEXT("X-RateLimit-Bucket"), bucket, 64, &field));
  holds("bucket: read", field == TG_FIELD_READ);
  is(TG_OK, "bucket: too long",
     tg_advice_header(&good, TEXT("X-RateLimit-Bucket"), bucket, 65, &field));
  holds("bucket: not taken", field != TG_FIELD_READ);
  is(TG_OK, "remaining", tg_advice_header(&good, TEXT("X-RateLimit-Remaining"), TEXT("0"), NULL));
  is(TG_OK, "reset", tg_advice_header(&good, TEXT("X-RateLimit-Reset"), TEXT("60"), NULL));
  is(TG_OK, "get", tg_advice_get(&good, WALL, &values));
  holds("get: all of a text", strlen(values.bucket) == 64 && strcmp(values.scope, name32) == 0);
  holds("get: the wait", values.has_wait && values.wait_ns == 60 * SECOND);
  is(TG_OK, "allowance", tg_advice_allowance(&good, 0, &limit));
  holds("allowance: all of a name", strcmp(limit.name, name32) == 0);
  holds("allowance: what was told",
        limit.has_remaining && limit.remaining == 0 && !limit.has_limit &&
            limit.reset_kind == TG_RESET_KIND_AFTER && limit.reset_ns == 60 * SECOND);
  is(TG_OK, "allowance: behind the last", tg_advice_allowance(&good, 1, &limit));
  holds("allowance: is none", limit.unit == TG_UNIT_NONE && !limit.has_remaining);
  is(TG_OK, "allowance: the highest number", tg_advice_allowance(&good, SIZE_MAX, &limit));
  holds("allowance: is none too", limit.unit == TG_UNIT_NONE);
  is(TG_OK, "hints", tg_advice_hints(&good, WALL, &hints));
  is(TG_OK, "hints: get", tg_hints_get(&hints, &seen));
  holds("hints: the wait", seen.retry_after.kind == TG_RETRY_AFTER_DELAY &&
                               seen.retry_after.delay_ns == 60 * SECOND);

  holds("unit: has a name", strcmp(tg_unit_name(TG_UNIT_CONTENT_BYTES), "content-bytes") == 0);
  holds("unit: no other has", *tg_unit_name(TG_UNIT_NONE) == 0 && *tg_unit_name(6) == 0 &&
                                  *tg_unit_name(INT32_MIN) == 0 && *tg_unit_name(INT32_MAX) == 0);
}

static void announcements(void) {
  static tg_announcement limits[TG_ANNOUNCEMENTS + 1];
  static tg_announced out;
  uint64_t wait = 59 * SECOND + 1;
  for (size_t i = 0; i <= TG_ANNOUNCEMENTS; i++) {
    tg_announcement limit = {"a", 1, 100, 0, 30 * SECOND - 1, 60 * SECOND};
    limits[i] = limit;
  }
  memset(&out, UNTOUCHED, sizeof out);

  is(TG_ERR_UNKNOWN_FORM, "announce: form 0", tg_announce(0, limits, 1, &wait, WALL, &out));
  is(TG_ERR_UNKNOWN_FORM, "announce: form 5", tg_announce(5, limits, 1, &wait, WALL, &out));
  is(TG_ERR_UNKNOWN_FORM, "announce: least form",
     tg_announce(INT32_MIN, limits, 1, &wait, WALL, &out));
  for (int32_t form = TG_FORM_X; form <= TG_FORM_DRAFT_10; form++) {
    NO_PLACE(tg_announced, "announce: nowhere", tg_announce(form, limits, 1, &wait, WALL, it));
    NO_PLACE(const tg_announcement, "announce: no limits",
             tg_announce(form, it, 1, &wait, WALL, &out));
    is(TG_ERR_POINTER_MISALIGNED, "announce: wait askew",
       tg_announce(form, limits, 1, (const uint64_t *)askew(4), WALL, &out));
    is(TG_ERR_BUFFER_TOO_SHORT, "announce: an impossible count",
       tg_announce(form, limits, SIZE_MAX, &wait, WALL, &out));
    is(TG_ERR_ANNOUNCEMENT_INVALID, "announce: none at all",
       tg_announce(form, NULL, 0, &wait, WALL, &out));
    is(TG_ERR_ANNOUNCEMENT_INVALID, "announce: one too many",
       tg_announce(form, limits, TG_ANNOUNCEMENTS + 1, &wait, WALL, &out));
  }
  is(TG_ERR_ANNOUNCEMENT_INVALID, "announce: a value too long",
     tg_announce(TG_FORM_DRAFT_10, limits, TG_ANNOUNCEMENTS, &wait, WALL, &out));
  limits[1].name = NULL;
  is(TG_ERR_NULL_POINTER, "announce: no name",
     tg_announce(TG_FORM_DRAFT_10, limits, 2, &wait, WALL, &out));
  limits[1].name = "\xff";
  is(TG_ERR_NOT_TEXT, "announce: a name that is no text",
     tg_announce(TG_FORM_DRAFT_10, limits, 2, &wait, WALL, &out));
  limits[1].name = "\n";
  is(TG_ERR_ANNOUNCEMENT_INVALID, "announce: a name of two lines",
     tg_announce(TG_FORM_DRAFT_10, limits, 2, &wait, WALL, &out));
  holds("announce: no error wrote", is_untouched(&out, sizeof out));
  is(TG_OK, "announce: the most",
     tg_announce(TG_FORM_X, limits, TG_ANNOUNCEMENTS, NULL, WALL, &out));
  holds("announce: of one of them", out.header_count == 4 && *out.headers[4].name == 0);
  is(TG_OK, "announce", tg_announce(TG_FORM_DRAFT_10, limits, 1, &wait, WALL, &out));
  holds("announce: as it is sent", out.header_count == 3 &&
                                       strcmp(out.headers[1].name, "RateLimit") == 0 &&
                                       strcmp(out.headers[1].value, "\"a\";r=0;t=30") == 0 &&
                                       strcmp(out.headers[2].value, "60") == 0);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  dialects();
  advices();
  announcements();
  return report();
}
