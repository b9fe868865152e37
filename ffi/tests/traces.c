/*
 * Replays the conformance traces through tidegate.h: traces [--time] FOLDER...
 *
 * A step is `VERB ARGS -> RESULT`. Every step is run; an unknown verb or argument is a difference, and
 * the first difference ends the run with status 1. The last line is `digest HEX16 steps N`; with
 * --time a line `ns_per_decision F` goes before it.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <time.h>

#include "traces.h"
#include "traces_api.h"
#include "traces_dialects.h"
#include "traces_retry.h"
#include "traces_attempts.h"
#include "traces_around.h"

/* A limit of any kind. */
enum { BUCKET, WINDOW, WINDOW_SKEWED, WINDOW_FIRST, STRICT };
typedef struct limit {
  int32_t kind;
  union {
    tg_limiter bucket;
    tg_window window;
    tg_first_use_window first;
    tg_strict_window strict;
  } of;
} limit;

/* What the steps of one file have made so far. */
static struct {
  limit limits[2];
  int now_in;     /* which of the two is in use: the other is what a new quota goes into */
  tg_quota quota; /* a bucket's quota */
  tg_reservation reservations[64];
  tg_snapshot snapshot;
  tg_keyed keyed;
  tg_slot_set sets[1 << 14];
  limit layers[TG_LAYERS + 2];
  size_t layer_count;
} world;

static limit *in_use(void) { return &world.limits[world.now_in]; }

static tg_limiter *bucket(void) { return &in_use()->of.bucket; }

/* The number behind the last space, which may have a sign; it is cut off. */
static bool last_signed(char *args, int64_t *value) {
  char *word = strrchr(args, ' ');
  if (word == NULL) return false;
  *word++ = '\0';
  errno = 0;
  *value = strtoll(word, NULL, 10);
  word += *word == '-';
  return errno == 0 && *word != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* Makes a limit of this kind, or leaves what was there. */
static bool make(int32_t kind, char *args, limit *made, int32_t *code) {
  uint64_t n[3];
  int64_t skew = 0;
  if (kind == WINDOW_SKEWED && !last_signed(args, &skew)) return false;
  if (!numbers(args, n, kind == BUCKET ? 3 : 2)) return false;
  switch (kind) {
    case BUCKET: *code = tg_limiter_init(&made->of.bucket, n[0], n[1], n[2]); break;
    case WINDOW: *code = tg_window_init(&made->of.window, n[0], n[1]); break;
    case WINDOW_SKEWED: *code = tg_window_init_skewed(&made->of.window, n[0], n[1], skew); break;
    case WINDOW_FIRST: *code = tg_first_use_window_init(&made->of.first, n[0], n[1]); break;
    case STRICT: *code = tg_strict_window_init(&made->of.strict, n[0], n[1]); break;
    default: return false;
  }
  if (*code == TG_OK) made->kind = kind;
  if (*code != TG_OK || kind != BUCKET || made != in_use()) return true;
  return tg_quota_init(&world.quota, n[0], n[1], n[2]) == TG_OK;
}

/* A limit was made: it is what is acted on, and what came of the one before is forgotten. */
static bool made_limit(int32_t code) {
  if (code == TG_OK) {
    memset(world.reservations, 0, sizeof world.reservations);
    memset(&world.snapshot, 0, sizeof world.snapshot);
  }
  return say_code(code);
}

static bool limiter(char *args) {
  int32_t code;
  return make(BUCKET, args, in_use(), &code) && made_limit(code);
}

static bool limiter_empty(char *args) {
  uint64_t n[4];
  if (!numbers(args, n, 4)) return false;
  int32_t code = tg_limiter_init_empty(bucket(), n[1], n[2], n[3], n[0]);
  if (code == TG_OK) in_use()->kind = BUCKET;
  if (code == TG_OK) code = tg_quota_init(&world.quota, n[1], n[2], n[3]);
  return made_limit(code);
}

static bool window(char *args) {
  int32_t code;
  return make(WINDOW, args, in_use(), &code) && made_limit(code);
}

static bool window_skewed(char *args) {
  int32_t code;
  return make(WINDOW_SKEWED, args, in_use(), &code) && made_limit(code);
}

static bool window_first(char *args) {
  int32_t code;
  return make(WINDOW_FIRST, args, in_use(), &code) && made_limit(code);
}

static bool strict(char *args) {
  int32_t code;
  return make(STRICT, args, in_use(), &code) && made_limit(code);
}

static bool say_outcome(int32_t code, const tg_outcome *outcome) {
  if (code == TG_NEVER) return say("never");
  if (code == TG_DENIED) return say("deny retry_after %" PRIu64, outcome->retry_after_ns);
  if (code != TG_OK) return say_code(code);
  return say("allow remaining %" PRIu64 " reset_after %" PRIu64, outcome->remaining,
             outcome->reset_after_ns);
}

static bool acquire(char *args) {
  uint64_t n[2];
  tg_outcome out;
  limit *asked = in_use();
  if (!numbers(args, n, 2)) return false;
  int32_t code;
  switch (asked->kind) {
    case BUCKET: code = tg_limiter_try_acquire(&asked->of.bucket, n[1], n[0], &out); break;
    case STRICT: code = tg_strict_window_try_acquire(&asked->of.strict, n[1], n[0], &out); break;
    case WINDOW_FIRST:
      code = tg_first_use_window_try_acquire(&asked->of.first, n[1], n[0], &out);
      break;
    default: code = tg_window_try_acquire(&asked->of.window, n[1], n[0], &out);
  }
  return say_outcome(code, &out);
}

static bool peek(char *args) {
  uint64_t n[2];
  tg_outcome out;
  const limit *asked = in_use();
  if (!numbers(args, n, 2)) return false;
  int32_t code;
  switch (asked->kind) {
    case BUCKET: code = tg_limiter_peek(&asked->of.bucket, n[1], n[0], &out); break;
    case STRICT: code = tg_strict_window_peek(&asked->of.strict, n[1], n[0], &out); break;
    case WINDOW_FIRST: code = tg_first_use_window_peek(&asked->of.first, n[1], n[0], &out); break;
    default: code = tg_window_peek(&asked->of.window, n[1], n[0], &out);
  }
  return say_outcome(code, &out);
}

static bool layers(char *args) {
  world.layer_count = 0;
  return *args == '\0' && say("ok");
}

static bool layer(char *args) {
  static const char *const kinds[] = {"bucket",       "window", "window_skewed",
                                      "window_first", "strict", NULL};
  int32_t kind, code;
  char *rest = strchr(args, ' ');
  if (rest == NULL) return false;
  *rest++ = '\0';
  if (!choice(args, kinds, &kind)) return false;
  if (world.layer_count == sizeof world.layers / sizeof world.layers[0]) return false;
  if (!make(kind, rest, &world.layers[world.layer_count], &code)) return false;
  world.layer_count += code == TG_OK;
  return say_code(code);
}

typedef int32_t ask_all(const tg_layer *, size_t, uint64_t, uint64_t, tg_layered *);

/* What either of the two answers: `DECISION layer I` and the numbers of the outcome. */
static bool say_all(char *args, ask_all *ask) {
  uint64_t n[TG_LAYERS + 4];
  tg_layer asked[TG_LAYERS + 2];
  tg_layered layered;
  if (!numbers(args, n, 2 + world.layer_count)) return false;
  for (size_t i = 0; i < world.layer_count; i++) {
    asked[i].limit = &world.layers[i].of;
    asked[i].n = n[2 + i];
  }
  int32_t code = ask(asked, world.layer_count, n[0], n[1], &layered);
  if (code < 0) return say_code(code);
  say(code == TG_OK ? "allow" : code == TG_DENIED ? "deny" : "never");
  say(" layer %" PRIu64, layered.layer);
  if (code == TG_DENIED) say(" retry_after %" PRIu64, layered.outcome.retry_after_ns);
  if (code == TG_OK) {
    say(" remaining %" PRIu64 " reset_after %" PRIu64, layered.outcome.remaining,
        layered.outcome.reset_after_ns);
  }
  return true;
}

static bool acquire_all(char *args) { return say_all(args, tg_try_acquire_all); }

static bool peek_all(char *args) { return say_all(args, tg_peek_all); }

static bool up_to(char *args) {
  uint64_t n[2], taken;
  tg_outcome outcome;
  if (!numbers(args, n, 2)) return false;
  int32_t code = tg_limiter_acquire_up_to(bucket(), n[1], n[0], &taken, &outcome);
  if (code < 0) return say_code(code);
  return say("taken %" PRIu64 " ", taken), say_outcome(code, &outcome);
}

static bool drain(char *args) {
  uint64_t now, taken;
  if (!number(args, &now)) return false;
  int32_t code = tg_limiter_drain(bucket(), now, &taken);
  return say_told(code, "taken", taken);
}

static bool reserve(char *args) {
  uint64_t n[4];
  if (!numbers(args, n, 4) || n[0] > 63) return false;
  tg_reservation made;
  int32_t code = tg_limiter_reserve(bucket(), n[2], n[3], n[1], &made);
  if (code == TG_NEVER) return say("never");
  if (code == TG_DENIED) return say_told(TG_OK, "deny retry_after", made.wait_ns);
  if (code == TG_OK && made.tokens != n[2]) return say("reserved %" PRIu64, made.tokens);
  world.reservations[n[0]] = made;
  return say_told(code, "reserved wait", made.wait_ns);
}

static bool settle(char *args) {
  uint64_t n[3], returned;
  if (!numbers(args, n, 3) || n[0] > 63) return false;
  int32_t code =
      tg_limiter_settle(bucket(), &world.reservations[n[0]], n[2], n[1], &returned);
  return say_told(code, "returned", returned);
}

static bool cancel(char *args) {
  uint64_t n[2], returned;
  if (!numbers(args, n, 2) || n[0] > 63) return false;
  int32_t code = tg_limiter_cancel(bucket(), &world.reservations[n[0]], n[1], &returned);
  return say_told(code, "returned", returned);
}

static bool refund(char *args) {
  uint64_t n[3], returned;
  if (!numbers(args, n, 3)) return false;
  int32_t code = tg_limiter_refund(bucket(), n[2], n[1], n[0], &returned);
  return say_told(code, "returned", returned);
}

static bool pause_until(char *args) {
  uint64_t n[2];
  return numbers(args, n, 2) && say_code(tg_limiter_pause_until(bucket(), n[1], n[0]));
}

static bool observe(char *args) {
  uint64_t n[4];
  return numbers(args, n, 4) && say_code(tg_limiter_observe(bucket(), n[1], n[2], n[3], n[0]));
}

static bool reconfigure(char *args) {
  static const char *const carries[] = {"", "keep", "proportional", "reset", NULL};
  char *word[5];
  uint64_t n[4];
  int32_t carry;
  if (!words(args, word, 5) || !choice(word[4], carries, &carry)) return false;
  for (size_t i = 0; i < 4; i++) {
    if (!number(word[i], &n[i])) return false;
  }
  tg_quota quota;
  int32_t code = tg_quota_init(&quota, n[1], n[2], n[3]);
  if (code != TG_OK) return say_code(code);
  limit *next = &world.limits[1 - world.now_in];
  code = tg_limiter_reconfigure(bucket(), &next->of.bucket, &quota, carry, n[0]);
  next->kind = BUCKET;
  bool is_retired = false;
  if (tg_limiter_is_retired(bucket(), &is_retired) != TG_OK || !is_retired) return false;
  world.now_in = 1 - world.now_in;
  world.quota = quota;
  return say_code(code);
}

static bool snapshot(char *args) {
  uint64_t now;
  if (!number(args, &now)) return false;
  int32_t code = tg_limiter_snapshot(bucket(), now, &world.snapshot);
  if (code != TG_OK) return say_code(code);
  return say("remaining %" PRIu64 " full_after %" PRIu64, world.snapshot.remaining,
             world.snapshot.full_after_ns);
}

static bool restore(char *args) {
  uint64_t n[2];
  if (!numbers(args, n, 2)) return false;
  return say_code(tg_limiter_restore(bucket(), &world.quota, &world.snapshot, n[1], n[0]));
}

static bool keyed(char *args) {
  static const char *const policies[] = {"", "deny", "share", "allow", NULL};
  char *word[3];
  uint64_t sets, seed;
  int32_t full;
  if (!words(args, word, 3) || !number(word[0], &sets) || !number(word[1], &seed) ||
      !choice(word[2], policies, &full) || sets > sizeof world.sets / sizeof world.sets[0])
    return false;
  memset(world.sets, 0, sizeof world.sets);
  return say_code(tg_keyed_init(&world.keyed, world.sets, (size_t)sets, seed, 0, full));
}

/* NOW KEY LIMIT PERIOD BURST N, of one key: a text, or `#` and a number. */
static bool ask_key(char *args, bool take) {
  char *word[6];
  uint64_t now, limit, period, burst, n, key = 0;
  tg_quota quota;
  tg_outcome out;
  if (!words(args, word, 6) || !number(word[0], &now) || !number(word[2], &limit) ||
      !number(word[3], &period) || !number(word[4], &burst) || !number(word[5], &n))
    return false;
  bool is_number = word[1][0] == '#';
  if (is_number && !number(word[1] + 1, &key)) return false;
  size_t len = strlen(word[1]);
  int32_t code = tg_quota_init(&quota, limit, period, burst);
  if (code != TG_OK) return say_code(code);
  if (is_number) {
    code = take ? tg_keyed_try_acquire_u64(&world.keyed, &quota, key, n, now, &out)
                : tg_keyed_peek_u64(&world.keyed, &quota, key, n, now, &out);
  } else {
    code = take ? tg_keyed_try_acquire(&world.keyed, &quota, word[1], len, n, now, &out)
                : tg_keyed_peek(&world.keyed, &quota, word[1], len, n, now, &out);
  }
  return say_outcome(code, &out);
}

static bool acquire_key(char *args) { return ask_key(args, true); }

static bool peek_key(char *args) { return ask_key(args, false); }

static bool keyed_full(char *args) {
  uint64_t count;
  if (*args != '\0') return false;
  int32_t code = tg_keyed_overflowed(&world.keyed, &count);
  return code == TG_OK ? say("%" PRIu64, count) : say_code(code);
}

static bool retry_after(char *args) {
  tg_retry_after value;
  uint64_t reference;
  char *text = strchr(args, ' ');
  if (text != NULL) *text++ = '\0'; else text = args + strlen(args);
  if (!number(args, &reference)) return false;
  reference = reference > UINT64_MAX / 1000000000 ? UINT64_MAX : reference * 1000000000;
  return say_retry_after(tg_retry_after_parse_at(text, strlen(text), reference, &value), &value,
                         ' ');
}

static bool retry_after_repeat(char *args) {
  static char text[1 << 16];
  char *word[2];
  tg_retry_after value;
  uint64_t count;
  if (!words(args, word, 2) || strlen(word[0]) != 1 || !number(word[1], &count) ||
      count > sizeof text)
    return false;
  memset(text, word[0][0], (size_t)count);
  return say_retry_after(tg_retry_after_parse(text, (size_t)count, &value), &value, ' ');
}

static const struct {
  const char *name;
  bool (*run)(char *args);
} verbs[] = {
    {"limiter", limiter},
    {"limiter_empty", limiter_empty},
    {"window", window},
    {"window_skewed", window_skewed},
    {"window_first", window_first},
    {"strict", strict},
    {"layers", layers},
    {"layer", layer},
    {"acquire_all", acquire_all},
    {"peek_all", peek_all},
    {"acquire", acquire},
    {"peek", peek},
    {"up_to", up_to},
    {"drain", drain},
    {"reserve", reserve},
    {"settle", settle},
    {"cancel", cancel},
    {"refund", refund},
    {"pause", pause_until},
    {"observe", observe},
    {"reconfigure", reconfigure},
    {"snapshot", snapshot},
    {"restore", restore},
    {"keyed", keyed},
    {"acquire_key", acquire_key},
    {"peek_key", peek_key},
    {"keyed_full", keyed_full},
    {"retry_after", retry_after},
    {"retry_after_repeat", retry_after_repeat},
    {"header", header},
    {"hints", hints},
    {"body", body},
    {"api", api},
    {"admit", admit},
    {"call", call},
    {"next", next},
    {"answered", answered},
    {"failed", failed},
    {"policy", policy},
    {"attempt_ends", attempt_ends},
    {"hedge_at", hedge_at},
    {"hedge", hedge},
    {"dialect", dialect},
    {"tell", tell},
    {"tell_repeat", tell_repeat},
    {"advice", advice},
    {"allowances", allowances},
    {"tightest", tightest},
    {"advised", advised},
    {"announce", announce},
    {"backoff", backoff},
    {"backoff_ratio", backoff_ratio},
    {"backoff_linear", backoff_linear},
    {"backoff_polynomial", backoff_polynomial},
    {"backoff_fibonacci", backoff_fibonacci},
    {"backoff_list", backoff_list},
    {"backoff_at_once", backoff_at_once},
    {"delay", delay},
    {"budget_aws", budget_aws},
    {"spend", spend},
    {"spend_succeeded", spend_succeeded},
    {"spend_cancelled", spend_cancelled},
    {"budget_grpc", budget_grpc},
    {"throttle_replace", throttle_replace},
    {"throttle_failed", throttle_failed},
    {"throttle_succeeded", throttle_succeeded},
    {"budget_finagle", budget_finagle},
    {"deposit", deposit},
    {"withdraw", withdraw},
    {"budget_sre", budget_sre},
    {"sre_send", sre_send},
    {"sre_accepted", sre_accepted},
    {"adaptive", adaptive},
    {"adaptive_send", adaptive_send},
    {"adaptive_answered", adaptive_answered},
    {"breaker", breaker},
    {"breaker_call", breaker_call},
    {"breaker_succeeded", breaker_succeeded},
    {"breaker_failed", breaker_failed},
    {"breaker_cancelled", breaker_cancelled},
    {"client_address", client_address},
    {"refusal", refusal},
    {"paging", paging},
    {"page", page},
    {"link_next", link_next},
    {"webhook_timestamped", webhook_timestamped},
    {"webhook_standard", webhook_standard},
    {"webhook_time", webhook_time},
    {"rules", rules},
    {"attempts", attempts},
    {"attempt", attempt},
    {"attempt_failed", attempt_failed},
    {"attempt_succeeded", attempt_succeeded},
    {"attempt_aborted", attempt_aborted},
    {"attempt_left", attempt_left},
};

/* Runs one step, and leaves its result in `got`. */
static bool run(char *step) {
  char *args = strchr(step, ' ');
  if (args != NULL) *args++ = '\0'; else args = step + strlen(step);
  got_len = 0;
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
    if (strcmp(step, verbs[i].name) == 0) return verbs[i].run(args) && got_len < sizeof got;
  }
  return false;
}

static uint64_t digest = UINT64_C(0xcbf29ce484222325); /* FNV-1a over all results */
static uint64_t steps;

static void digest_line(const char *line) {
  for (; *line != '\0'; line++) digest = (digest ^ (unsigned char)*line) * UINT64_C(0x100000001b3);
  digest = (digest ^ '\n') * UINT64_C(0x100000001b3);
}

/* Replays one file; false at the first difference. */
static bool replay(const char *path) {
  static char line[1 << 17], input[1 << 17];
  FILE *file = fopen(path, "r");
  if (file == NULL) return perror(path), false;
  memset(&world, 0, sizeof world);
  memset(&client, 0, sizeof client);
  memset(&retrying, 0, sizeof retrying);
  memset(&trying, 0, sizeof trying);
  uint64_t row = 0, count = 0, end = UINT64_MAX;
  bool same = tg_hints_init(&client.hints) == TG_OK && tg_advice_init(&told, NULL) == TG_OK;
  while (same && fgets(line, sizeof line, file) != NULL) {
    row++;
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0') continue;
    if (strncmp(line, "end ", 4) == 0 && end == UINT64_MAX) {
      same = number(line + 4, &end) && end == count;
      if (!same) printf("%s:%" PRIu64 ": end after %" PRIu64 " steps\n", path, row, count);
      continue;
    }
    char *result = NULL;
    for (char *arrow = line; (arrow = strstr(arrow, " -> ")) != NULL; arrow++) result = arrow;
    if (result != NULL) *result = '\0', result += 4;
    strcpy(input, line);
    bool known = result != NULL && end == UINT64_MAX && run(line);
    same = known && strcmp(got, result) == 0;
    if (!same) {
      printf("%s:%" PRIu64 "\n  step     %s\n  expected %s\n  got      %s\n", path, row, input,
             result != NULL ? result : "(no result)", known ? got : "(cannot be run)");
    }
    digest_line(got);
    count++;
  }
  if (same && end == UINT64_MAX) printf("%s: no end\n", path), same = false;
  steps += count;
  return fclose(file) == 0 && same;
}

static uint64_t now_ns(void) {
  struct timespec now;
#ifdef CLOCK_BOOTTIME
  clock_gettime(CLOCK_BOOTTIME, &now);
#else
  clock_gettime(CLOCK_MONOTONIC, &now);
#endif
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Prints what one decision costs, the clock included. */
static void time_decisions(void) {
  enum { DECISIONS = 200000 };
  static tg_limiter limiter;
  if (tg_limiter_init(&limiter, 1000000000, 1000000000, 1000000) != TG_OK) return;
  uint64_t start = now_ns(), denied = 0;
  for (int i = 0; i < DECISIONS; i++) {
    denied += tg_limiter_try_acquire(&limiter, 1, now_ns(), NULL) == TG_DENIED;
  }
  if (denied == DECISIONS) puts("nothing was allowed");
  printf("ns_per_decision %.1f\n", (double)(now_ns() - start) / DECISIONS);
}

static int is_trace(const struct dirent *entry) {
  size_t len = strlen(entry->d_name);
  return len > 6 && strcmp(entry->d_name + len - 6, ".trace") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* Replays the traces of a folder; false at the first difference. */
static bool replay_all(const char *folder) {
  struct dirent **names;
  int count = scandir(folder, &names, is_trace, by_bytes);
  if (count <= 0) return fprintf(stderr, "%s: no traces\n", folder), false;
  bool same = true;
  for (int i = 0; i < count; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
    same = same && replay(path);
    free(names[i]);
  }
  free(names);
  return same;
}

int main(int argc, char **argv) {
  bool timed = argc > 1 && strcmp(argv[1], "--time") == 0;
  if (argc < 2 + timed) return fputs("usage: traces [--time] FOLDER...\n", stderr), 2;
  for (int i = 1 + timed; i < argc; i++) {
    if (!replay_all(argv[i])) return 1;
  }
  if (timed) time_decisions();
  printf("digest %016" PRIx64 " steps %" PRIu64 "\n", digest, steps);
  return 0;
}
