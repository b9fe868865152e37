/* Wrong calls of tg_retry_after, tg_hints and tg_error_body_scan. */
#include "misuse.h"

static void retry_afters(void) {
  static const char *const garbage[] = {
      "",     " ",         "-1",   "+1",    "1.5",   "1e3",  "0x10",  "soon", "1 2", "1,2",
      "\t \t", "\xff\xfe", "١٢٣", "Sun, 06 Nov 1994 08:49:37", "Sun, 99 Nov 1994 08:49:37 GMT",
      "sun, 06 nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 08:49:37 GMT+1"};
  static char digits[10000];
  tg_retry_after out;

  memset(&out, UNTOUCHED, sizeof out);
  is(TG_ERR_NULL_POINTER, "retry_after: no value", tg_retry_after_parse(NULL, 3, &out));
  is(TG_ERR_NULL_POINTER, "retry_after: nowhere to write", tg_retry_after_parse("1", 1, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "retry_after: written askew", tg_retry_after_parse("1", 1, askew(4)));
  is(TG_ERR_BUFFER_TOO_SHORT, "retry_after: an impossible length",
     tg_retry_after_parse("1", SIZE_MAX, &out));
  is(TG_ERR_NULL_POINTER, "retry_after_at: no value", tg_retry_after_parse_at(NULL, 3, 0, &out));
  is(TG_ERR_NULL_POINTER, "retry_after_at: nowhere to write",
     tg_retry_after_parse_at("1", 1, UINT64_MAX, NULL));
  is(TG_ERR_BUFFER_TOO_SHORT, "retry_after_at: an impossible length",
     tg_retry_after_parse_at("1", SIZE_MAX / 2 + 1, 0, &out));
  holds("retry_after: no error wrote a value", is_untouched(&out, sizeof out));
  is(TG_OK, "retry_after: NULL of length 0", tg_retry_after_parse(NULL, 0, &out));
  holds("retry_after: is the empty text", out.kind == TG_RETRY_AFTER_NONE);
  for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
    bool ok = tg_retry_after_parse(garbage[i], strlen(garbage[i]), &out) == TG_OK;
    holds("retry_after: garbage says nothing",
          ok && out.kind == TG_RETRY_AFTER_NONE && out.delay_ns == 0 && out.date_ns == 0);
  }
  memset(digits, '9', sizeof digits);
  is(TG_OK, "retry_after: 10 kB of digits", tg_retry_after_parse(digits, sizeof digits, &out));
  holds("retry_after: they saturate",
        out.kind == TG_RETRY_AFTER_DELAY && out.delay_ns == UINT64_MAX);
  is(TG_OK, "retry_after: 10^18 s", tg_retry_after_parse(" 1000000000000000000", 20, &out));
  holds("retry_after: saturate too", out.delay_ns == UINT64_MAX);
}

static void headers(void) {
  static tg_hints good;
  tg_hints_values values;
  int32_t field = 77;

  is(TG_ERR_NULL_POINTER, "hints: init at NULL", tg_hints_init(NULL));
  is(TG_ERR_POINTER_MISALIGNED, "hints: init askew", tg_hints_init(askew(1)));
  is(TG_OK, "hints: init", tg_hints_init(&good));
  is(TG_ERR_NULL_POINTER, "hints: header at NULL",
     tg_hints_header(NULL, "Date", 4, "1", 1, &field));
  is(TG_ERR_POINTER_MISALIGNED, "hints: header askew",
     tg_hints_header(askew(1), "Date", 4, "1", 1, &field));
  is(TG_ERR_NOT_INITIALIZED, "hints: header of zeros",
     tg_hints_header(&zeros.hints, "Date", 4, "1", 1, &field));
  is(TG_ERR_NOT_INITIALIZED, "hints: header of rubbish",
     tg_hints_header(&rubbish.hints, "Date", 4, "1", 1, &field));
  is(TG_ERR_NULL_POINTER, "hints: no name", tg_hints_header(&good, NULL, 4, "1", 1, &field));
  is(TG_ERR_NULL_POINTER, "hints: no value", tg_hints_header(&good, "Date", 4, NULL, 1, &field));
  is(TG_ERR_POINTER_MISALIGNED, "hints: field askew",
     tg_hints_header(&good, "Date", 4, "1", 1, askew(2)));
  is(TG_ERR_BUFFER_TOO_SHORT, "hints: an impossible name",
     tg_hints_header(&good, "Date", SIZE_MAX, "1", 1, &field));
  is(TG_ERR_BUFFER_TOO_SHORT, "hints: an impossible value",
     tg_hints_header(&good, "Date", 4, "1", SIZE_MAX, &field));
  holds("hints: no error wrote a field", field == 77);
  is(TG_OK, "hints: NULL of length 0", tg_hints_header(&good, NULL, 0, NULL, 0, &field));
  holds("hints: is unknown", field == TG_FIELD_UNKNOWN);
  is(TG_OK, "hints: garbage",
     tg_hints_header(&good, "x-ratelimit-LIMIT", 17, "\xff\0 1", 4, &field));
  holds("hints: is invalid", field == TG_FIELD_INVALID);
  is(TG_OK, "hints: nobody asks", tg_hints_header(&good, "X-RateLimit-Reset", 17, "-1", 2, NULL));

  memset(&values, UNTOUCHED, sizeof values);
  is(TG_ERR_NULL_POINTER, "hints: get at NULL", tg_hints_get(NULL, &values));
  is(TG_ERR_POINTER_MISALIGNED, "hints: get askew", tg_hints_get(askew(1), &values));
  is(TG_ERR_NOT_INITIALIZED, "hints: get of zeros", tg_hints_get(&zeros.hints, &values));
  is(TG_ERR_NULL_POINTER, "hints: nowhere to write", tg_hints_get(&good, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "hints: written askew", tg_hints_get(&good, askew(1)));
  holds("hints: no error wrote values", is_untouched(&values, sizeof values));
  is(TG_OK, "hints: get", tg_hints_get(&good, &values));
  holds("hints: garbage was counted and not taken",
        values.invalid == 2 && !values.has_limit && values.limit == 0 && !values.has_reset);
}

static void bodies(void) {
  static const char nested[] =
      "{\"success\":false,\"error\":{\"code\":\"E\",\"message\":\"a\\u00e9\\n\","
      "\"details\":{\"errors\":[{\"path\":\"\",\"message\":\"m\"}]}}}";
  static const char *const neutral[] = {"",     "null", "[]",        "{",       "<html>",
                                        "{\"code\":\"X\"", "\xff", "{\"code\":\"\\u12\"}", "{}{}"};
  static char deep[4096];
  char text[TG_ERROR_BODY_TEXT_SIZE];
  tg_error_body out;
  size_t needed = 77, len = sizeof nested - 1;

  memset(&out, UNTOUCHED, sizeof out);
  memset(text, UNTOUCHED, sizeof text);
  is(TG_ERR_NULL_POINTER, "body: no body", tg_error_body_scan(NULL, 1, text, 9, &needed, &out));
  is(TG_ERR_NULL_POINTER, "body: no text", tg_error_body_scan(nested, len, NULL, 9, &needed, &out));
  is(TG_ERR_NULL_POINTER, "body: nowhere to write",
     tg_error_body_scan(nested, len, text, sizeof text, &needed, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "body: written askew",
     tg_error_body_scan(nested, len, text, sizeof text, &needed, askew(4)));
  is(TG_ERR_POINTER_MISALIGNED, "body: needed askew",
     tg_error_body_scan(nested, len, text, sizeof text, askew(1), &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "body: an impossible length",
     tg_error_body_scan(nested, SIZE_MAX, text, sizeof text, &needed, &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "body: an impossible buffer",
     tg_error_body_scan(nested, len, text, SIZE_MAX, &needed, &out));
  holds("body: these errors wrote nothing", needed == 77);
  is(TG_ERR_BUFFER_TOO_SHORT, "body: no buffer",
     tg_error_body_scan(nested, len, NULL, 0, &needed, &out));
  holds("body: tells what it needs", needed == 2 + 5 + 1 + 2);
  is(TG_ERR_BUFFER_TOO_SHORT, "body: a buffer too short by one",
     tg_error_body_scan(nested, len, text, needed - 1, NULL, &out));
  holds("body: no error wrote", is_untouched(&out, sizeof out) && is_untouched(text, sizeof text));
  is(TG_OK, "body: a buffer that just fits",
     tg_error_body_scan(nested, len, text, needed, NULL, &out));
  holds("body: is decoded", strcmp(out.message.data, "a\xc3\xa9\n") == 0 && out.message.len == 4 &&
                                out.field_count == 1 && out.fields[0].path.len == 0 &&
                                out.fields[1].path.data == NULL && out.request_id.data == NULL);
  holds("body: and no byte more is written",
        is_untouched(text + needed, sizeof text - needed));
  for (size_t i = 0; i < sizeof neutral / sizeof neutral[0]; i++) {
    bool ok = tg_error_body_scan(neutral[i], strlen(neutral[i]), NULL, 0, &needed, &out) == TG_OK;
    holds("body: what is no body says nothing",
          ok && needed == 0 && out.code.data == NULL && out.message.data == NULL &&
              out.field_count == 0 && out.fields[0].path.data == NULL);
  }
  memset(deep, '[', sizeof deep);
  is(TG_OK, "body: too deep", tg_error_body_scan(deep, sizeof deep, NULL, 0, NULL, &out));
  is(TG_OK, "body: NULL of length 0", tg_error_body_scan(NULL, 0, NULL, 0, NULL, &out));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  retry_afters();
  headers();
  bodies();
  return report();
}
