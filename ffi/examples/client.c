/*
 * A client that never sends a request the API would refuse if it could know, and that repeats what
 * may be repeated when the server says: many requests at once with libcurl's multi interface. tg_call
 * makes every decision; this file sends, sleeps and reports.
 *
 *   cc -std=c99 client.c -ltidegate -lcurl
 */
#define _POSIX_C_SOURCE 200809L
#include <curl/curl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tidegate.h"

static const char usage[] =
    "usage: client (--api NAME | --policy FILE) --base URL --key KEY [--window SECONDS]\n"
    "              [--concurrency N] [--client NAME]\n"
    "\n"
    "Sends the requests that standard input lists, one a line:\n"
    "\n"
    "  METHOD PATH [JSON-BODY]      GET /api/v1/incidents\n"
    "                               POST /api/v1/incidents {\"title\":\"db down\"}\n"
    "\n"
    "It stays within the limits of the API, waits as long as the server orders, and repeats only\n"
    "what is safe to repeat. POST and PATCH carry an Idempotency-Key.\n"
    "\n"
    "  --api NAME         whose limits and rules: stackflow, velaflows, github, gitlab, stripe,\n"
    "                     shopify, openai or discord\n"
    "  --policy FILE      the same of any API, in JSON\n"
    "  --base URL         where the paths begin, such as http://127.0.0.1:8080\n"
    "  --key KEY          the user or token whose limits count; sent as Authorization: Bearer KEY\n"
    "  --window SECONDS   a window in place of the documented one, for a server that has it too\n"
    "  --concurrency N    requests at once, 1 to 256 (default 8)\n"
    "  --client NAME      how this client calls itself to the server (default c)\n"
    "\n"
    "Ends with one line of JSON: calls, ok (ended below 400), retries (sends beyond the first of\n"
    "each), refused (429 answers), lost (not ok), waited_s (all waits together). Calls that were\n"
    "not ok are described on standard error. Exit status: 0, or 2 for wrong options.\n";

static struct {
  const char *api, *policy, *base, *key, *client;
  uint64_t window_s, concurrency;
} options = {NULL, NULL, NULL, NULL, "c", 0, 8};

static struct {
  uint64_t calls, ok, retries, refused, lost, waited_ns;
} totals;

/* One request on its way. */
struct job {
  CURL *curl;        /* made once, used for one call after the other */
  bool is_busy;      /* has a call */
  bool has_key;      /* that carries an Idempotency-Key */
  const char *method;
  char *path, *data; /* data: NULL for none */
  struct curl_slist *headers;
  tg_call call;
  tg_step step;      /* what was last to be done */
  tg_reader reader;  /* what the answer's headers say */
  char body[4096];   /* the answer's first bytes: as much as an error body may have */
  size_t body_len;
  long status;       /* of the last answer; 0 before it */
  CURLcode error;    /* of the last send */
};

static tg_api api;
static CURLM *multi;

static uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* The monotonic clock; one that goes on while the machine sleeps, because the server's windows do. */
static uint64_t now_ns(void) {
#ifdef CLOCK_BOOTTIME
  return clock_ns(CLOCK_BOOTTIME);
#else
  return clock_ns(CLOCK_MONOTONIC);
#endif
}

static uint64_t wall_ns(void) { return clock_ns(CLOCK_REALTIME); }

static void die(const char *what, const char *why) {
  fprintf(stderr, "client: %s%s%s\n", what, *why != '\0' ? ": " : "", why);
  exit(2);
}

/* Ends the program when the library refuses what only this program can have done wrong. */
static void must(int32_t code) {
  if (code < 0) die("tidegate", tg_strerror(code));
}

/* ---- sending -------------------------------------------------------------------------------- */

static size_t on_header(char *line, size_t size, size_t count, void *data) {
  struct job *job = (struct job *)data;
  size_t len = size * count;
  char *colon = (char *)memchr(line, ':', len);
  if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
    must(tg_reader_init(&job->reader, &api)); /* the headers of this answer, not of one before it */
  } else if (colon != NULL) {
    const char *value = colon + 1, *end = line + len;
    while (end > value && (end[-1] == '\r' || end[-1] == '\n')) end--;
    must(tg_reader_header(&job->reader, line, (size_t)(colon - line), value, (size_t)(end - value),
                          NULL));
  }
  return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
  struct job *job = (struct job *)data;
  size_t len = size * count, room = sizeof job->body - job->body_len;
  memcpy(job->body + job->body_len, bytes, len < room ? len : room);
  job->body_len += len < room ? len : room;
  return len;
}

static void add_header(struct job *job, const char *name, const char *value, const char *more) {
  char line[1024];
  int len = snprintf(line, sizeof line, "%s: %s%s", name, value, more);
  if (len < 0 || (size_t)len >= sizeof line) die("a header is too long", name);
  struct curl_slist *headers = curl_slist_append(job->headers, line);
  if (headers == NULL) die("out of memory", "");
  job->headers = headers;
}

/* What every attempt of this call has in common. */
static void prepare(struct job *job, uint64_t index) {
  char id[128], url[4096];
  snprintf(id, sizeof id, "%s-%" PRIu64, options.client, index);
  int len = snprintf(url, sizeof url, "%s%s", options.base, job->path);
  if (len < 0 || (size_t)len >= sizeof url) die("a URL is too long", job->path);

  bool has_body = job->data != NULL;
  add_header(job, "Authorization", "Bearer ", options.key);
  add_header(job, "X-Client", options.client, "");
  add_header(job, "X-Request-Id", id, "");
  add_header(job, "Content-Type", has_body ? "application/json" : "", ""); /* "": none at all */
  if (job->has_key) {
    char key[256];
    snprintf(key, sizeof key, "%s-", options.key);
    add_header(job, "Idempotency-Key", key, id);
  }

  curl_easy_reset(job->curl);
  curl_easy_setopt(job->curl, CURLOPT_PRIVATE, job);
  curl_easy_setopt(job->curl, CURLOPT_URL, url);
  if (strcmp(job->method, "HEAD") == 0) {
    curl_easy_setopt(job->curl, CURLOPT_NOBODY, 1L);
  } else if (has_body || job->has_key || strcmp(job->method, "PUT") == 0) {
    curl_easy_setopt(job->curl, CURLOPT_POSTFIELDS, has_body ? job->data : "");
  }
  curl_easy_setopt(job->curl, CURLOPT_CUSTOMREQUEST, job->method);
  curl_easy_setopt(job->curl, CURLOPT_HTTPHEADER, job->headers);
  curl_easy_setopt(job->curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(job->curl, CURLOPT_HEADERDATA, job);
  curl_easy_setopt(job->curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(job->curl, CURLOPT_WRITEDATA, job);
  curl_easy_setopt(job->curl, CURLOPT_NOSIGNAL, 1L);
  /* libcurl itself repeats a request, even a POST, when a connection that it used before breaks:
     behind the back of tg_call, which counts every send. On a new connection it does not. */
  curl_easy_setopt(job->curl, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(job->curl, CURLOPT_FORBID_REUSE, 1L);
}

/* What a send that got no answer came to, in the words of tg_call. */
static int32_t failure_of(CURL *curl, CURLcode error) {
  curl_off_t sending_us = 0;
  curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &sending_us);
  switch (error) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return TG_FAILURE_CONNECT_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
      return sending_us > 0 ? TG_FAILURE_READ_TIMEOUT : TG_FAILURE_CONNECT_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return TG_FAILURE_TLS;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_ABORTED_BY_CALLBACK:
      return TG_FAILURE_ABORTED;
    default:
      return TG_FAILURE_RESET; /* it may have arrived */
  }
}

/* ---- one call after the other --------------------------------------------------------------- */

/* Tells on standard error why a call was not ok. */
static void describe(const struct job *job) {
  char text[TG_ERROR_BODY_TEXT_SIZE];
  tg_error_body error;
  fprintf(stderr, "%s %s: %s", job->method, job->path,
          job->step.kind == TG_STEP_GIVE_UP ? tg_reason_name(job->step.reason) : "done");
  if (job->error != CURLE_OK) {
    fprintf(stderr, ", %s", curl_easy_strerror(job->error));
  } else {
    fprintf(stderr, ", status %ld", job->status);
    must(tg_error_body_scan(job->body, job->body_len, text, sizeof text, NULL, &error));
    if (error.code.data != NULL) fprintf(stderr, " %s", error.code.data);
    if (error.message.data != NULL) fprintf(stderr, ": %s", error.message.data);
  }
  fputc('\n', stderr);
}

/* The rest of a file, to be freed; its end is a NUL, and `size` does not count that. */
static char *read_all(FILE *file, const char *name, size_t *size) {
  char *text = NULL;
  size_t room = 0;
  *size = 0;
  while (!feof(file)) {
    if (*size + 1 >= room) text = (char *)realloc(text, room = 2 * room + 65536);
    if (text == NULL) die("out of memory", "");
    *size += fread(text + *size, 1, room - 1 - *size, file);
    if (ferror(file)) die("cannot read", name);
  }
  text[*size] = '\0';
  return text;
}

/* The lines of standard input that were not begun yet: one text, cut as they are. */
static char *input, *input_end;

static void read_input(void) {
  size_t size;
  input = read_all(stdin, "standard input", &size);
  input_end = input + size;
}

/* Cuts `text` at the first `separator` and returns what follows it: NULL when there is none. */
static char *cut(char *text, char separator) {
  char *here = strchr(text, separator);
  if (here != NULL) *here++ = '\0';
  return here;
}

/* Takes the next line that makes a call; false when there is none. */
static bool begin(struct job *job) {
  static char *next;
  if (next == NULL) next = input;
  while (next < input_end) {
    char *line = next;
    next = cut(line, '\n');
    if (next == NULL) next = input_end;
    if (*line == '\0') continue;
    uint64_t index = totals.calls++;
    job->method = line;
    job->path = cut(line, ' ');
    if (job->path == NULL) job->path = line + strlen(line);
    job->data = cut(job->path, ' ');

    tg_request request;
    memset(&request, 0, sizeof request);
    request.path = job->path;
    request.path_len = strlen(job->path);
    request.key = options.key;
    request.key_len = strlen(options.key);
    int32_t code = tg_method_parse(job->method, strlen(job->method), &request.method);
    job->has_key = request.method == TG_METHOD_POST || request.method == TG_METHOD_PATCH;
    request.idempotency_key = job->has_key;
    if (code == TG_OK) code = tg_call_init(&job->call, &api, &request);
    if (code == TG_OK) {
      memset(&job->step, 0, sizeof job->step); /* nothing to wait for */
      job->is_busy = true;
      job->status = 0;
      job->error = CURLE_OK;
      prepare(job, index);
      return true;
    }
    fprintf(stderr, "%s %s: %s: %s\n", job->method, job->path, tg_error_name(code),
            tg_strerror(code));
    totals.lost++;
  }
  return false;
}

/* Lets libcurl cut a send off where the call ends it; after 5 s where that is never. */
static void limit_time(struct job *job) {
  uint64_t until, now = now_ns(), left_ms = 5000;
  must(tg_call_attempt_ends(&job->call, &api, &until));
  if (until <= now) left_ms = 1; /* 0 would be no limit */
  else if (until < UINT64_MAX) left_ms = (until - now) / 1000000 + 1;
  curl_easy_setopt(job->curl, CURLOPT_TIMEOUT_MS, left_ms < INT_MAX ? (long)left_ms : INT_MAX);
}

/* Asks what to do now, and does it. */
static void go_on(struct job *job) {
  must(tg_call_next(&job->call, &api, now_ns(), wall_ns(), &job->step));
  switch (job->step.kind) {
    case TG_STEP_SEND:
      if (job->step.attempts > 1) totals.retries++;
      job->body_len = 0;
      must(tg_reader_init(&job->reader, &api));
      limit_time(job);
      if (curl_multi_add_handle(multi, job->curl) != CURLM_OK) die("libcurl", "cannot send");
      return;
    case TG_STEP_WAIT:
      totals.waited_ns += job->step.delay_ns;
      return;
    default: /* it is over */
      if (job->step.kind == TG_STEP_DONE && job->status < 400) {
        totals.ok++;
      } else {
        totals.lost++;
        describe(job);
      }
      curl_slist_free_all(job->headers);
      job->headers = NULL;
      job->is_busy = false;
  }
}

/* Whether there is something to ask for: not while it is in flight, nor before its wait is over. */
static bool is_due(struct job *job) {
  if (!job->is_busy && !begin(job)) return false;
  return job->step.kind != TG_STEP_SEND && now_ns() >= job->step.until_ns;
}

/* Reports what came of a send. */
static void report(struct job *job, CURLcode error) {
  curl_multi_remove_handle(multi, job->curl);
  job->error = error;
  if (error == CURLE_OK) {
    tg_hints hints;
    uint64_t wall = wall_ns();
    curl_easy_getinfo(job->curl, CURLINFO_RESPONSE_CODE, &job->status);
    if (job->status == 429) totals.refused++;
    must(tg_reader_hints(&job->reader, &api, wall, &hints));
    must(tg_call_answered(&job->call, &api, (int32_t)job->status, &hints, job->body, job->body_len,
                          now_ns(), wall));
  } else {
    must(tg_call_failed(&job->call, &api, failure_of(job->curl, error), now_ns(), wall_ns()));
  }
  go_on(job);
}

/* Keeps all jobs going until every call is over. */
static void run(struct job *jobs, const struct job *jobs_end) {
  for (;;) {
    uint64_t busy = 0, due_ns = UINT64_MAX;
    for (struct job *job = jobs; job < jobs_end; job++) {
      while (is_due(job)) go_on(job);
      busy += job->is_busy;
      if (job->is_busy && job->step.kind == TG_STEP_WAIT && job->step.until_ns < due_ns)
        due_ns = job->step.until_ns;
    }
    if (busy == 0) return;

    /* Sleep until the first wait is over or something arrives: whole milliseconds, rounded up. */
    uint64_t now = now_ns(), wait_ms = due_ns > now ? (due_ns - now) / 1000000 + 1 : 0;
    int running, left;
    if (curl_multi_poll(multi, NULL, 0, wait_ms < 1000 ? (int)wait_ms : 1000, NULL) != CURLM_OK ||
        curl_multi_perform(multi, &running) != CURLM_OK)
      die("libcurl", "cannot go on");
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
      struct job *job = NULL;
      CURLcode error = message->data.result;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
      report(job, error);
    }
  }
}

/* ---- the command line ----------------------------------------------------------------------- */

static uint64_t number(const char *option, const char *text, uint64_t most) {
  char *end;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || value < 1 || value > most) {
    fprintf(stderr, "client: %s takes a number from 1 to %" PRIu64 ", not '%s'\n", option, most,
            text);
    exit(2);
  }
  return value;
}

static void read_options(char **arg) {
  for (arg++; *arg != NULL; arg += 2) {
    if (strcmp(*arg, "--help") == 0 || strcmp(*arg, "-h") == 0) {
      fputs(usage, stdout);
      exit(0);
    }
    const char *value = arg[1];
    if (value == NULL) die("an option without its value, or none at all (see --help)", *arg);
    if (strcmp(*arg, "--api") == 0) options.api = value;
    else if (strcmp(*arg, "--policy") == 0) options.policy = value;
    else if (strcmp(*arg, "--base") == 0) options.base = value;
    else if (strcmp(*arg, "--key") == 0) options.key = value;
    else if (strcmp(*arg, "--client") == 0) options.client = value;
    else if (strcmp(*arg, "--window") == 0) options.window_s = number(*arg, value, 31622400);
    else if (strcmp(*arg, "--concurrency") == 0) options.concurrency = number(*arg, value, 256);
    else die("unknown option (see --help)", *arg);
  }
  if ((options.api == NULL) == (options.policy == NULL))
    die("either --api or --policy is needed (see --help)", "");
  if (options.base == NULL || options.key == NULL)
    die("--base and --key are needed (see --help)", "");
  if (strncmp(options.base, "http://", 7) != 0 && strncmp(options.base, "https://", 8) != 0)
    die("--base must be like http://HOST:PORT, not", options.base);
  if (strlen(options.client) > 64 || strlen(options.key) > 128)
    die("--client is at most 64 bytes long and --key 128", "");
}

/* Makes the API of a name or of a file. */
static void make_api(uint64_t seed) {
  uint64_t window_ns = options.window_s * 1000000000;
  int32_t code;
  if (options.api != NULL) {
    size_t len = strlen(options.api);
    code = window_ns == 0 ? tg_api_init(&api, options.api, len, seed)
                          : tg_api_init_with_window(&api, options.api, len, seed, window_ns);
    if (code != TG_OK) die(options.api, tg_strerror(code));
    return;
  }
  FILE *file = fopen(options.policy, "rb");
  if (file == NULL) die("cannot read", options.policy);
  size_t len;
  char *text = read_all(file, options.policy, &len);
  fclose(file);
  tg_policy_error error;
  code = window_ns == 0
             ? tg_api_init_from_json(&api, text, len, seed, &error)
             : tg_api_init_from_json_with_window(&api, text, len, seed, window_ns, &error);
  free(text);
  if (code == TG_ERR_POLICY_INVALID) {
    fprintf(stderr, "client: %s:%" PRIu32 ":%" PRIu32 ": %s%s%s\n", options.policy, error.line,
            error.column, error.member, error.member_len > 0 ? ": " : "", error.message);
    exit(2);
  }
  if (code != TG_OK) die(options.policy, tg_strerror(code));
}

int main(int argc, char **argv) {
  (void)argc;
  read_options(argv);

  uint64_t seed = now_ns();
  FILE *random = fopen("/dev/urandom", "rb");
  if (random == NULL || fread(&seed, sizeof seed, 1, random) != 1) seed ^= wall_ns();
  if (random != NULL) fclose(random);

  make_api(seed);
  struct job *jobs = (struct job *)calloc((size_t)options.concurrency, sizeof *jobs);
  if (jobs == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
      (multi = curl_multi_init()) == NULL)
    die("libcurl", "cannot start");
  for (uint64_t i = 0; i < options.concurrency; i++) {
    if ((jobs[i].curl = curl_easy_init()) == NULL) die("libcurl", "cannot start");
  }
  read_input();
  run(jobs, jobs + options.concurrency);
  for (uint64_t i = 0; i < options.concurrency; i++) curl_easy_cleanup(jobs[i].curl);
  curl_multi_cleanup(multi);
  curl_global_cleanup();
  free(jobs);
  free(input);

  printf("{\"calls\":%" PRIu64 ",\"ok\":%" PRIu64 ",\"retries\":%" PRIu64 ",\"refused\":%" PRIu64
         ",\"lost\":%" PRIu64 ",\"waited_s\":%.3f}\n",
         totals.calls, totals.ok, totals.retries, totals.refused, totals.lost,
         (double)totals.waited_ns / 1e9);
  return 0;
}
