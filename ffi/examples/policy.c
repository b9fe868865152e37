/* An API that one describes oneself: checked, explained, and followed with the loop that works for all. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tidegate.h"

#define MS UINT64_C(1000000)
#define TEXT(text) text, strlen(text)

/* In a program: a file, with editors helped by core/policies/schema.json. */
static const char text[] =
    "{\"name\": \"weather\", \"dialect\": \"ietf\",\n"
    " \"categories\": [{\"name\": \"all\", \"limits\": ["
    "{\"kind\": \"token_bucket\", \"limit\": 10, \"per\": \"1s\", \"burst\": 5}], \"cache\": \"5m\"}],\n"
    " \"retry\": {\"max_attempts\": 3, \"statuses\": [429, \"500-599\"], \"attempt_timeout\": \"2s\"},\n"
    " \"hedge\": {\"after\": \"80ms\", \"most\": 1}}";

/* One answer; in a program, what came over the network. */
typedef struct answer {
  int32_t status;
  const char *name, *value;
} answer;

static tg_api api; /* large: 64 KB, so not on the stack */

/* Reports an answer. It is the same for every API: the policy says which headers count. */
static int32_t heed(tg_call *call, const answer *came, uint64_t now, uint64_t wall) {
  tg_reader reader;
  tg_hints hints;
  int32_t code = tg_reader_init(&reader, &api);
  if (code == TG_OK) code = tg_reader_header(&reader, TEXT(came->name), TEXT(came->value), NULL);
  if (code == TG_OK) code = tg_reader_hints(&reader, &api, wall, &hints);
  if (code != TG_OK) return code;
  return tg_call_answered(call, &api, came->status, &hints, NULL, 0, now, wall);
}

/* The first answer denies, the second does not come in time, and a second send beside it is quicker. */
static int32_t follow(void) {
  static const answer answers[] = {{429, "RateLimit", "\"all\";r=0;t=3"}, {200, "Age", "0"}};
  static tg_call call, twin;
  tg_request request;
  tg_step step;
  uint64_t now = 0, wall = UINT64_C(1716134437000) * MS, until = 0, at = 0;
  memset(&request, 0, sizeof request);
  request.method = TG_METHOD_GET;
  request.path = "/now", request.path_len = 4;
  request.key = "me", request.key_len = 2;

  int32_t code = tg_call_init(&call, &api, &request);
  if (code == TG_OK) code = tg_call_next(&call, &api, now, wall, &step);
  if (code == TG_OK) code = heed(&call, &answers[0], now, wall);
  if (code == TG_OK) code = tg_call_next(&call, &api, now, wall, &step);
  if (code != TG_OK || step.kind != TG_STEP_WAIT) return code;
  printf("denied: wait at least 3 s: %s\n", step.delay_ns >= 3000 * MS ? "yes" : "no");

  now = step.until_ns, wall += step.delay_ns; /* in a program: a sleep */
  code = tg_call_next(&call, &api, now, wall, &step);
  if (code == TG_OK) code = tg_call_attempt_ends(&call, &api, &until);
  if (code == TG_OK) code = tg_call_hedge_at(&call, &api, &at);
  if (code != TG_OK) return code;
  printf("sent: cut off after %" PRIu64 " ms, again after %" PRIu64 " ms\n", (until - now) / MS,
         (at - now) / MS);

  code = tg_call_hedge(&call, &api, at, &twin);
  if (code == TG_OK) code = tg_call_next(&twin, &api, at, wall, &step);
  if (code == TG_OK) code = heed(&twin, &answers[1], at, wall);
  if (code == TG_OK) code = tg_call_failed(&call, &api, TG_FAILURE_ABORTED, at, wall);
  if (code == TG_OK) code = tg_call_next(&twin, &api, at, wall, &step);
  if (code == TG_OK && step.kind == TG_STEP_DONE) puts("the second was quicker");
  return code;
}

int main(void) {
  static char words[4096];
  tg_policy_error error;
  uint64_t ttl_ns = 0;
  int32_t code = tg_policy_check(text, 12, &error); /* cut too short */
  if (code == TG_ERR_POLICY_INVALID) {
    printf("%" PRIu32 ":%" PRIu32 ": %s\n", error.line, error.column, error.message);
  }
  code = tg_api_init_from_json(&api, TEXT(text), 7, &error);
  if (code == TG_OK) code = tg_api_explain(&api, words, sizeof words, NULL);
  if (code == TG_OK) code = tg_api_cache_ns(&api, TG_METHOD_GET, TEXT("/now"), &ttl_ns);
  if (code == TG_OK) {
    printf("%s\nan answer is good for %" PRIu64 " s\n", words, ttl_ns / (1000 * MS));
    code = follow();
  }
  if (code < 0) fprintf(stderr, "%s\n", tg_strerror(code));
  return code < 0;
}
