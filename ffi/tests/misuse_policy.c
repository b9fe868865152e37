/* Wrong policies, and wrong calls of what reads, explains and follows them. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "misuse.h"

#define TEXT(text) text, sizeof(text) - 1
#define AT_MOST(count) "{\"kind\": \"token_bucket\", \"limit\": " #count ", \"per\": \"1s\", \"burst\": 2}"

/* All that a policy may say besides the shortest one. */
static const char whole[] =
    "{\"name\": \"mine\", \"dialect\": \"ietf\",\n"
    " \"categories\": [{\"name\": \"all\", \"limits\": [" AT_MOST(10) "], \"cache\": \"90s\"},\n"
    "                {\"name\": \"slow\", \"limits\": [{\"kind\": \"fixed_window\", \"limit\": 1,"
    " \"per\": \"1h\", \"name\": \"hourly\"}]}],\n"
    " \"routes\": [{\"path\": \"/slow/**\", \"category\": \"slow\"}],\n"
    " \"retry\": {\"attempt_timeout\": \"2s\"}, \"hedge\": {\"after\": \"50ms\", \"most\": 1},\n"
    " \"pages\": {\"style\": \"cursor\", \"parameter\": \"after\", \"size\": \"count\","
    " \"default_size\": 20, \"max_size\": 100},\n"
    " \"batches\": [{\"path\": \"/things\", \"items\": \"things\", \"max_items\": 50}]}";

static tg_api api;

static tg_request request_of(const char *path) {
  tg_request request;
  memset(&request, 0, sizeof request);
  request.method = TG_METHOD_GET;
  request.path = path;
  request.path_len = strlen(path);
  request.key = "alice";
  request.key_len = 5;
  return request;
}

/* A text that is no policy, and what is said about it. */
static void wrong(const char *text, uint32_t line, uint32_t column, const char *member,
                  const char *message) {
  tg_policy_error error, again;
  memset(&error, UNTOUCHED, sizeof error);
  is(TG_ERR_POLICY_INVALID, text, tg_policy_check(text, strlen(text), &error));
  holds(text, error.line == line && error.column == column &&
                  error.member_len == strlen(member) && strcmp(error.member, member) == 0 &&
                  strcmp(error.message, message) == 0);
  memset(&again, UNTOUCHED, sizeof again);
  is(TG_ERR_POLICY_INVALID, text, tg_api_init_from_json(&room.api, text, strlen(text), 7, &again));
  holds(text, memcmp(&error, &again, sizeof error) == 0);
  memset(&again, UNTOUCHED, sizeof again);
  is(TG_ERR_POLICY_INVALID, text,
     tg_api_init_from_json_with_window(&room.api, text, strlen(text), 7, SECOND, &again));
  holds(text, memcmp(&error, &again, sizeof error) == 0);
  is(TG_ERR_POLICY_INVALID, "policy: nobody asks why", tg_policy_check(text, strlen(text), NULL));
}

static void policies(void) {
  tg_policy_error error;
  memset(&error, UNTOUCHED, sizeof error);
  is(TG_OK, "policy: check", tg_policy_check(TEXT(whole), &error));
  is(TG_OK, "policy: check without an error", tg_policy_check(TEXT(whole), NULL));
  is(TG_ERR_NULL_POINTER, "policy: no text", tg_policy_check(NULL, 5, &error));
  is(TG_ERR_BUFFER_TOO_SHORT, "policy: an impossible length",
     tg_policy_check(whole, SIZE_MAX, &error));
  is(TG_ERR_NOT_TEXT, "policy: not UTF-8", tg_policy_check(TEXT("{\"name\": \"\xff\"}"), &error));
  is(TG_ERR_POINTER_MISALIGNED, "policy: an error askew",
     tg_policy_check("{", 1, (tg_policy_error *)askew(1)));
  holds("policy: only what is wrong with a policy is told", is_untouched(&error, sizeof error));

  is(TG_OK, "policy: an api before", tg_api_init(&room.api, TEXT("stackflow"), 7));
  wrong("", 1, 1, "", "this must be an object");
  wrong("{", 1, 2, "", "this is not JSON");
  wrong("{\"name\": \"x\"}", 1, 1, "", "the member categories is missing");
  wrong("{\"name\": \"x\",\n \"categories\": [{\"name\": \"a\", \"limits\": [" AT_MOST(0.5) "]}]}", 2,
        76, "categories[0].limits[0].limit", "this must be a whole number up to 1000000000");
  wrong("{\"name\": \"x\", \"retry\": {\"max_attempts\": 3, \"max_attempts\": 3}}", 1, 44,
        "retry.max_attempts", "this member was there before");
  wrong("{\"nome\": 1}", 1, 2, "nome",
        "there is no such member; there are: name, categories, $schema, about, source, shared, routes, "
        "roles, codes, dialect, window_header, denied_code, shared_code, retry, budget, breaker, hedge, "
        "pages, batches, body, key, envelope");
  tg_request request = request_of("/");
  tg_admission out;
  is(TG_OK, "policy: a wrong one leaves the api that was there",
     tg_api_admit(&room.api, &request, 0, WALL, &out));
  memset(&room, 0, sizeof room);

  NO_PLACE(tg_api, "policy: init in no place", tg_api_init_from_json(it, TEXT(whole), 7, NULL));
  NO_PLACE(tg_api, "policy: init with a window in no place",
           tg_api_init_from_json_with_window(it, TEXT(whole), 7, SECOND, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "policy: init with an error askew",
     tg_api_init_from_json(&api, TEXT(whole), 7, (tg_policy_error *)askew(2)));
  is(TG_ERR_NULL_POINTER, "policy: init without a text",
     tg_api_init_from_json(&api, NULL, 1, 7, &error));
  is(TG_ERR_NOT_TEXT, "policy: init not in UTF-8",
     tg_api_init_from_json(&api, TEXT("\xc3"), 7, &error));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "policy: init with a window of 0",
     tg_api_init_from_json_with_window(&api, TEXT(whole), 7, 0, &error));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "policy: init with half a second",
     tg_api_init_from_json_with_window(&api, TEXT(whole), 7, SECOND / 2, &error));
  is(TG_ERR_NOT_INITIALIZED, "policy: a refused init made nothing",
     tg_api_admit(&api, &request, 0, WALL, &out));
  is(TG_OK, "policy: init with a window",
     tg_api_init_from_json_with_window(&api, TEXT(whole), 7, SECOND, &error));
  request = request_of("/slow/");
  is(TG_OK, "policy: one a window", tg_api_admit(&api, &request, 0, WALL, &out));
  holds("policy: of a second", out.window_ns == SECOND && out.denied_by[0] == '\0');
  is(TG_DENIED, "policy: and no more", tg_api_admit(&api, &request, 0, WALL, &out));
  holds("policy: by the limit of that name",
        strcmp(out.denied_by, "hourly") == 0 && out.limited_by == TG_LIMITED_BY_CATEGORY);
  is(TG_OK, "policy: init", tg_api_init_from_json(&api, TEXT(whole), 7, &error));
  holds("policy: a right one told nothing", is_untouched(&error, sizeof error));
}

/* What the documentation of tg_api_init_from_json says is enough. */
enum { STACK = 64 * 1024 };

static void *init_all(void *code) {
  static const char *const names[] = {"stackflow", "velaflows", "github", "gitlab",
                                      "stripe",    "shopify",   "openai", "discord"};
  static tg_api made;
  tg_policy_error error;
  int32_t worst = tg_policy_check(TEXT(whole), &error);
  for (size_t i = 0; i < sizeof names / sizeof names[0] && worst == TG_OK; i++) {
    worst = tg_api_init(&made, names[i], strlen(names[i]), 7);
  }
  if (worst == TG_OK) worst = tg_api_init_from_json(&made, TEXT(whole), 7, &error);
  if (worst == TG_OK) {
    worst = tg_api_init_from_json_with_window(&made, TEXT(whole), 7, SECOND, &error);
  }
  return *(int32_t *)code = worst, code;
}

static void stacks(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  int32_t code = TG_NEVER;
  bool began = pthread_attr_init(&attributes) == 0 &&
               pthread_attr_setstacksize(&attributes, STACK) == 0 &&
               pthread_create(&thread, &attributes, init_all, &code) == 0;
  holds("stack: a thread ran to its end", began && pthread_join(thread, NULL) == 0);
  is(TG_OK, "stack: every api was made on a small one", code);
}

static void explanations(void) {
  static const char first[] = "mine, headers of the dialect ietf\n";
  static char text[4096];
  size_t needed = 0, exactly;
  NO_OBJECT(tg_api, "explain: no api", tg_api_explain(it, text, sizeof text, &needed));
  is(TG_ERR_NULL_POINTER, "explain: no text", tg_api_explain(&api, NULL, 9, &needed));
  is(TG_ERR_POINTER_MISALIGNED, "explain: needed askew",
     tg_api_explain(&api, text, sizeof text, (size_t *)askew(1)));
  is(TG_ERR_BUFFER_TOO_SHORT, "explain: an impossible size",
     tg_api_explain(&api, text, SIZE_MAX, &needed));
  holds("explain: no error wrote what is needed", needed == 0);
  is(TG_ERR_BUFFER_TOO_SHORT, "explain: only asked", tg_api_explain(&api, NULL, 0, &needed));
  exactly = needed;
  memset(text, UNTOUCHED, sizeof text);
  is(TG_ERR_BUFFER_TOO_SHORT, "explain: no room for the NUL",
     tg_api_explain(&api, text, exactly - 1, &needed));
  holds("explain: half of it was not written", is_untouched(text, sizeof text));
  is(TG_OK, "explain: just fits", tg_api_explain(&api, text, exactly, NULL));
  holds("explain: it is the policy's", strncmp(text, first, sizeof first - 1) == 0);
  holds("explain: it ends where it says",
        strlen(text) + 1 == exactly && is_untouched(text + exactly, sizeof text - exactly));
}

static void readers(void) {
  tg_reader reader;
  tg_hints hints;
  tg_hints_values values;
  int32_t field = 77;
  NO_PLACE(tg_reader, "reader: init in no place", tg_reader_init(it, &api));
  NO_OBJECT(const tg_api, "reader: init of no api", tg_reader_init(&reader, it));
  is(TG_OK, "reader: init", tg_reader_init(&reader, &api));
  NO_OBJECT(tg_reader, "reader: header of none",
            tg_reader_header(it, TEXT("Retry-After"), TEXT("1"), &field));
  is(TG_ERR_NULL_POINTER, "reader: no name",
     tg_reader_header(&reader, NULL, 5, TEXT("1"), &field));
  is(TG_ERR_NULL_POINTER, "reader: no value",
     tg_reader_header(&reader, TEXT("Retry-After"), NULL, 1, &field));
  is(TG_ERR_BUFFER_TOO_SHORT, "reader: an impossible value",
     tg_reader_header(&reader, TEXT("Retry-After"), "1", SIZE_MAX, &field));
  is(TG_ERR_POINTER_MISALIGNED, "reader: a field askew",
     tg_reader_header(&reader, TEXT("Retry-After"), TEXT("1"), (int32_t *)askew(1)));
  holds("reader: no error wrote a field", field == 77);
  is(TG_OK, "reader: a header of another dialect",
     tg_reader_header(&reader, TEXT("X-Shopify-Shop-Api-Call-Limit"), TEXT("1/40"), &field));
  holds("reader: is unknown", field == TG_FIELD_UNKNOWN);
  is(TG_OK, "reader: rubbish", tg_reader_header(&reader, TEXT("RateLimit"), TEXT("\xff\0"), &field));
  holds("reader: is invalid", field == TG_FIELD_INVALID);
  is(TG_OK, "reader: nobody asks what became of it",
     tg_reader_header(&reader, TEXT("Retry-After"), TEXT("7"), NULL));
  NO_OBJECT(const tg_reader, "reader: hints of none", tg_reader_hints(it, &api, WALL, &hints));
  NO_OBJECT(const tg_api, "reader: hints for no api", tg_reader_hints(&reader, it, WALL, &hints));
  NO_PLACE(tg_hints, "reader: hints in no place", tg_reader_hints(&reader, &api, WALL, it));
  is(TG_ERR_NOT_INITIALIZED, "reader: an advice is none",
     (tg_advice_init(&room.advice, NULL), tg_reader_hints(&room.reader, &api, WALL, &hints)));
  is(TG_OK, "reader: hints at the end of time", tg_reader_hints(&reader, &api, UINT64_MAX, &hints));
  is(TG_OK, "reader: hints", tg_reader_hints(&reader, &api, WALL, &hints));
  is(TG_OK, "reader: and what they say", tg_hints_get(&hints, &values));
  holds("reader: is what was read",
        values.retry_after.kind == TG_RETRY_AFTER_DELAY && values.retry_after.delay_ns == 7 * SECOND);
}

static void hedges(void) {
  static tg_call call, twin;
  tg_request request = request_of("/");
  tg_step step;
  uint64_t at = 77;
  is(TG_OK, "hedge: a call", tg_call_init(&call, &api, &request));
  NO_OBJECT(const tg_call, "ends: no call", tg_call_attempt_ends(it, &api, &at));
  NO_OBJECT(const tg_api, "ends: no api", tg_call_attempt_ends(&call, it, &at));
  NO_PLACE(uint64_t, "ends: nowhere to write", tg_call_attempt_ends(&call, &api, it));
  NO_OBJECT(const tg_call, "hedge: when of no call", tg_call_hedge_at(it, &api, &at));
  NO_OBJECT(const tg_api, "hedge: when without an api", tg_call_hedge_at(&call, it, &at));
  NO_PLACE(uint64_t, "hedge: nowhere to write", tg_call_hedge_at(&call, &api, it));
  is(TG_DENIED, "hedge: when of what was not sent", tg_call_hedge_at(&call, &api, &at));
  is(TG_DENIED, "hedge: what was not sent", tg_call_hedge(&call, &api, DAY, &twin));
  holds("hedge: nothing was written", at == 77);
  is(TG_OK, "ends: before it is sent", tg_call_attempt_ends(&call, &api, &at));
  holds("ends: never", at == UINT64_MAX);
  is(TG_OK, "hedge: next", tg_call_next(&call, &api, DAY, WALL, &step));
  holds("hedge: send", step.kind == TG_STEP_SEND);
  is(TG_OK, "ends: once it is sent", tg_call_attempt_ends(&call, &api, &at));
  holds("ends: after the time of one send", at == DAY + 2 * SECOND);
  is(TG_OK, "hedge: when", tg_call_hedge_at(&call, &api, &at));
  holds("hedge: so long after it was sent", at == DAY + SECOND / 20);
  NO_OBJECT(tg_call, "hedge: of no call", tg_call_hedge(it, &api, at, &twin));
  NO_OBJECT(tg_api, "hedge: without an api", tg_call_hedge(&call, it, at, &twin));
  NO_PLACE(tg_call, "hedge: in no place", tg_call_hedge(&call, &api, at, it));
  is(TG_DENIED, "hedge: too early", tg_call_hedge(&call, &api, at - 1, &twin));
  is(TG_ERR_NOT_INITIALIZED, "hedge: no error made a twin",
     tg_call_next(&twin, &api, at, WALL, &step));
  is(TG_OK, "hedge: at the time", tg_call_hedge(&call, &api, at, &twin));
  is(TG_DENIED, "hedge: but once", tg_call_hedge(&call, &api, DAY * 2, &room.call));
  is(TG_OK, "hedge: the twin", tg_call_next(&twin, &api, at, WALL, &step));
  holds("hedge: is sent", step.kind == TG_STEP_SEND);
  is(TG_DENIED, "hedge: a twin has no twin", tg_call_hedge(&twin, &api, DAY * 2, &room.call));
  is(TG_OK, "hedge: the twin is done",
     tg_call_answered(&twin, &api, 200, NULL, NULL, 0, at, WALL));
  is(TG_OK, "hedge: the first is let go",
     tg_call_failed(&call, &api, TG_FAILURE_ABORTED, at, WALL));
}

/* An error body is read where the policy names the places, and nowhere else. */
static void bodies(void) {
  static const char policy[] = "{\"name\": \"b\", \"categories\": [{\"name\": \"c\", \"limits\": []}],"
                               " \"body\": {\"code\": [\"fault.kind\"]}}";
  static const char body[] = "{\"code\": \"other\", \"fault\": {\"kind\": \"BUSY\"},"
                             " \"violated-policies\": [\"daily\", \"hourly\"]}";
  static tg_api own;
  char text[TG_ERROR_BODY_TEXT_SIZE];
  size_t needed = 77;
  tg_error_body error;
  NO_OBJECT(const tg_api, "body: of no api",
            tg_api_error_body(it, TEXT(body), text, sizeof text, &needed, &error));
  is(TG_OK, "body: a policy", tg_api_init_from_json(&own, TEXT(policy), 7, NULL));
  is(TG_ERR_NULL_POINTER, "body: none", tg_api_error_body(&own, NULL, 5, text, sizeof text, &needed, &error));
  NO_PLACE(tg_error_body, "body: in no place",
           tg_api_error_body(&own, TEXT(body), text, sizeof text, &needed, it));
  holds("body: no error wrote the size", needed == 77);
  is(TG_ERR_BUFFER_TOO_SHORT, "body: no room", tg_api_error_body(&own, TEXT(body), NULL, 0, &needed, &error));
  holds("body: says what it needs", needed == sizeof "BUSY" + sizeof "daily" + sizeof "hourly");
  is(TG_OK, "body: room", tg_api_error_body(&own, TEXT(body), text, needed, NULL, &error));
  holds("body: the code at its place", error.code.len == 4 && !memcmp(error.code.data, "BUSY", 5));
  holds("body: the limits", error.policy_count == 2 && error.policies[1].len == 6 &&
                                !memcmp(error.policies[1].data, "hourly", 7) &&
                                error.policies[2].data == NULL);
}

static void pages(void) {
  static tg_api other;
  tg_pages paged;
  tg_batch batch;
  uint64_t ttl = 77;
  memset(&paged, UNTOUCHED, sizeof paged);
  memset(&batch, UNTOUCHED, sizeof batch);
  NO_OBJECT(const tg_api, "pages: no api", tg_api_pages(it, &paged));
  NO_PLACE(tg_pages, "pages: nowhere to write", tg_api_pages(&api, it));
  NO_OBJECT(const tg_api, "batch: no api", tg_api_batch(it, 0, &batch));
  NO_PLACE(tg_batch, "batch: nowhere to write", tg_api_batch(&api, 0, it));
  NO_OBJECT(const tg_api, "cache: no api", tg_api_cache_ns(it, TG_METHOD_GET, TEXT("/"), &ttl));
  NO_PLACE(uint64_t, "cache: nowhere to write", tg_api_cache_ns(&api, TG_METHOD_GET, TEXT("/"), it));
  is(TG_ERR_UNKNOWN_METHOD, "cache: method 0", tg_api_cache_ns(&api, 0, TEXT("/"), &ttl));
  is(TG_ERR_UNKNOWN_METHOD, "cache: method 8", tg_api_cache_ns(&api, 8, TEXT("/"), &ttl));
  is(TG_ERR_PATH_INVALID, "cache: no slash", tg_api_cache_ns(&api, TG_METHOD_GET, TEXT("a"), &ttl));
  is(TG_ERR_PATH_INVALID, "cache: no path", tg_api_cache_ns(&api, TG_METHOD_GET, NULL, 0, &ttl));
  is(TG_ERR_NULL_POINTER, "cache: NULL", tg_api_cache_ns(&api, TG_METHOD_GET, NULL, 1, &ttl));
  is(TG_ERR_NOT_TEXT, "cache: not UTF-8", tg_api_cache_ns(&api, TG_METHOD_GET, TEXT("/\xff"), &ttl));
  holds("pages: no error wrote anything", ttl == 77 && is_untouched(&paged, sizeof paged) &&
                                              is_untouched(&batch, sizeof batch));

  is(TG_OK, "pages", tg_api_pages(&api, &paged));
  holds("pages: by cursor", paged.style == TG_PAGE_STYLE_CURSOR && paged.default_size == 20 &&
                                paged.max_size == 100 && strcmp(paged.parameter, "after") == 0 &&
                                strcmp(paged.size, "count") == 0);
  is(TG_OK, "batch", tg_api_batch(&api, 0, &batch));
  holds("batch: of fifty", batch.max_items == 50 && strcmp(batch.path, "/things") == 0 &&
                               strcmp(batch.items, "things") == 0);
  is(TG_OK, "batch: one too many", tg_api_batch(&api, 1, &batch));
  holds("batch: none", batch.max_items == 0 && batch.path[0] == '\0' && batch.items[0] == '\0');
  is(TG_OK, "batch: the last number", tg_api_batch(&api, SIZE_MAX, &batch));
  is(TG_OK, "cache: GET", tg_api_cache_ns(&api, TG_METHOD_GET, TEXT("/a?b"), &ttl));
  holds("cache: as long as the policy says", ttl == 90 * SECOND);
  is(TG_OK, "cache: HEAD", tg_api_cache_ns(&api, TG_METHOD_HEAD, TEXT("/a"), &ttl));
  holds("cache: not at all", ttl == 0);
  is(TG_OK, "cache: where it is not said", tg_api_cache_ns(&api, TG_METHOD_GET, TEXT("/slow/"), &ttl));
  holds("cache: not at all either", ttl == 0);

  is(TG_OK, "pages: an api without any", tg_api_init(&other, TEXT("stackflow"), 7));
  is(TG_OK, "pages: none", tg_api_pages(&other, &paged));
  holds("pages: are of no style", paged.style == TG_PAGE_STYLE_NONE && paged.max_size == 0);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  policies();
  stacks();
  explanations();
  readers();
  hedges();
  bodies();
  pages();
  return report();
}
