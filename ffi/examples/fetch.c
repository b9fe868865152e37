/*
 * fetch: gets many URLs of one API, as quickly as its limits let it and no quicker.
 *
 * libcurl's multi interface sends, tg_call decides: when each request may go, whether and when it is
 * tried again, when a second one is sent beside a slow one. One thread and one loop, which sleeps until
 * something arrives or the first wait is over.
 *
 *   cc -std=c99 fetch.c -ltidegate -lcurl
 */
#define _POSIX_C_SOURCE 200809L
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tidegate.h"
#include "tidegate_posix.h"

static const char usage[] =
    "usage: fetch (--api NAME | --policy FILE) [option...] URL...\n"
    "\n"
    "Gets all URLs, many at once, and stays within the limits of their API: it waits before a limit\n"
    "would refuse, obeys what the server orders (Retry-After and its like), tries again what failed\n"
    "and is safe to repeat, and gives up when the policy says so. All URLs are of one server.\n"
    "\n"
    "whose limits\n"
    "  --api NAME           an API that is known by name: stackflow, velaflows, github, gitlab,\n"
    "                       stripe, shopify, openai or discord\n"
    "  --policy FILE        any other, described in JSON\n"
    "  --explain            say in words what the policy says, and end\n"
    "  --key KEY            the user or token that is limited, sent as Authorization: Bearer KEY;\n"
    "                       by default the environment's TIDEGATE_KEY, which other users of the\n"
    "                       machine cannot read. Without either nothing is sent for it\n"
    "  --role ROLE          the role of that key, if the policy knows roles\n"
    "  --window SECONDS     windows of this length in place of the documented ones, for tests\n"
    "\n"
    "what to get\n"
    "  -i, --input FILE     more URLs, one a line; - is standard input. A line may also be METHOD\n"
    "                       URL or METHOD URL BODY, the body in JSON; # begins a comment. POST and\n"
    "                       PATCH carry an Idempotency-Key, which is the same in every attempt\n"
    "  --base URL           goes before every URL that begins with /\n"
    "  -H, --header LINE    a header for every request: 'Accept: text/csv'. One that is named\n"
    "                       Authorization replaces that of --key. May be repeated\n"
    "\n"
    "how\n"
    "  -p, --parallel N     so many URLs at once, 1 to 256; 16 by default\n"
    "  --timeout SECONDS    for one attempt, where the policy has no timeout; 30 by default\n"
    "  --deadline SECONDS   give a URL up when it would take longer, all attempts together\n"
    "  --keep-alive         use connections again. It is quicker, but when such a connection breaks\n"
    "                       libcurl itself sends once more, which is then counted by no limit\n"
    "\n"
    "what becomes of it\n"
    "  -o, --output DIR     each body into a file of its own, 000001-NAME in the order of the URLs.\n"
    "                       Otherwise all go to standard output, each whole, as they come\n"
    "  --left FILE          what was not got, one a line, good for --input of the next run\n"
    "  -q, --quiet          no progress, which is otherwise shown on a terminal\n"
    "  --json               end with one line of JSON on standard error: urls, ok, lost, left,\n"
    "                       retries, hedges, refused (answers of 429), waited_s (all waits together)\n"
    "\n"
    "What was lost is told on standard error: why, the status, and what the server said. Redirects\n"
    "are not followed, since each is a request that may have another limit.\n"
    "\n"
    "Ctrl-C ends it: nothing more is begun, what is on its way is cut off. Once more ends it at once.\n"
    "\n"
    "exit status\n"
    "  0  everything was got (each answer was below 400)\n"
    "  1  something was lost\n"
    "  2  wrong options, policy or URLs; nothing was sent\n"
    "  3  it was ended before everything was done\n"
    "  4  this machine failed: a file could not be written, memory ran out\n";

enum { ALL_OK = 0, SOME_LOST = 1, WRONG_USE = 2, ENDED = 3, BROKEN = 4 };

static struct {
  const char *api, *policy, *key, *role, *base, *output, *left;
  struct curl_slist *headers;
  uint64_t window_s, parallel, timeout_s, deadline_s;
  bool explain, keep_alive, quiet, json, has_authorization;
} options = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 16, 30, 0,
             false, false, false, false, false};

enum state { LEFT, OK, LOST };

/* One line of what is to be got, and what became of it. */
struct target {
  char *method, *url, *body; /* body: NULL for none */
  char *path;                /* with its query, as tg_call wants it */
  enum state state;
};

/* The most sends of one URL at the same time: the first, and what a policy may have beside it. */
#define WAYS 11

/* One way to the server: the first call of a URL, or a twin beside it. */
struct way {
  struct fetch *fetch;
  CURL *curl;         /* made once, used for one send after the other */
  FILE *file;         /* the body */
  char *part;         /* and where it lies; NULL for a file without a name */
  bool is_going;      /* has a call that is not over */
  bool is_out;        /* and that is in flight */
  tg_call call;
  tg_step step;       /* what was last to be done */
  tg_reader reader;   /* what the answer's headers say */
  char head[4096];    /* the body's first bytes: as much as an error body may have */
  size_t head_len;
  long status;        /* of the last answer; 0 before it */
  CURLcode error;     /* of the last send */
};

/* One URL on its way. */
struct fetch {
  struct target *target; /* NULL: none */
  struct curl_slist *headers;
  struct way ways[WAYS]; /* the first, then twins */
};

static struct {
  uint64_t ok, lost, retries, hedges, refused, waited_ns;
} totals;

static tg_api api;
static uint64_t seed;
static CURLM *multi;
static struct target *targets;
static size_t target_count, next_target;
static int wake[2]; /* a pipe: Ctrl-C writes, the loop reads */
static volatile sig_atomic_t is_ended;
static bool shows_progress;

/* ---- what goes wrong ------------------------------------------------------------------------ */

static void clear_line(void) {
  if (shows_progress) fputs("\r\033[K", stderr);
}

static void die(int status, const char *format, ...) {
  va_list arguments;
  clear_line();
  fputs("fetch: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(status);
}

/* Ends the program when the library refuses what only this program can have done wrong. */
static void must(int32_t code) {
  if (code < 0) die(BROKEN, "tidegate: %s", tg_strerror(code));
}

static void *need(void *memory) {
  if (memory == NULL) die(BROKEN, "out of memory");
  return memory;
}

static void need_curl(bool is_good) {
  if (!is_good) die(BROKEN, "libcurl cannot go on");
}

/* ---- what to get ---------------------------------------------------------------------------- */

/* The rest of a file, never freed; its end is a NUL. */
static char *read_all(FILE *file, const char *name, size_t *size) {
  char *text = NULL;
  size_t room = 0;
  *size = 0;
  do {
    if (*size + 1 >= room) text = (char *)need(realloc(text, room = 2 * room + 65536));
    *size += fread(text + *size, 1, room - 1 - *size, file);
    if (ferror(file)) die(WRONG_USE, "cannot read %s: %s", name, strerror(errno));
  } while (!feof(file));
  text[*size] = '\0';
  return text;
}

static char *read_file(const char *name, size_t *size) {
  FILE *file = fopen(name, "rb");
  if (file == NULL) die(WRONG_USE, "cannot read %s: %s", name, strerror(errno));
  char *text = read_all(file, name, size);
  fclose(file);
  return text;
}

/* A part of a URL, never freed; "" if it has none. */
static char *part_of(CURLU *url, CURLUPart part) {
  char *text = NULL;
  return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : (char *)need(calloc(1, 1));
}

/* Adds a target, whose texts stay. `where` tells a human where it stands. */
static void add_target(char *method, char *text, char *body, const char *where, size_t line) {
  static char *origin;
  int32_t known;
  if (tg_method_parse(method, strlen(method), &known) != TG_OK)
    die(WRONG_USE, "%s %zu: %s", where, line, tg_strerror(TG_ERR_UNKNOWN_METHOD));
  size_t room = strlen(text) + (options.base == NULL ? 0 : strlen(options.base)) + 1;
  char *whole = (char *)need(malloc(room));
  snprintf(whole, room, "%s%s", *text == '/' && options.base != NULL ? options.base : "", text);

  CURLU *url = (CURLU *)need(curl_url());
  if (curl_url_set(url, CURLUPART_URL, whole, 0) != CURLUE_OK)
    die(WRONG_USE, "%s %zu: no URL: %s", where, line, whole);
  char *scheme = part_of(url, CURLUPART_SCHEME), *path = part_of(url, CURLUPART_PATH);
  char *host = part_of(url, CURLUPART_HOST), *port = part_of(url, CURLUPART_PORT);
  char *query = part_of(url, CURLUPART_QUERY);
  if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
    die(WRONG_USE, "%s %zu: a URL begins with http:// or https://: %s", where, line, whole);
  room = strlen(scheme) + strlen(host) + strlen(port) + 5;
  char *here = (char *)need(malloc(room));
  snprintf(here, room, "%s://%s:%s", scheme, host, port);
  if (origin == NULL) origin = here;
  if (strcmp(origin, here) != 0)
    die(WRONG_USE, "%s %zu: all URLs must be of one server, and the first is of %s: %s", where, line,
        origin, whole);
  room = strlen(path) + strlen(query) + 2;
  char *asked = (char *)need(malloc(room));
  snprintf(asked, room, "%s%s%s", path, *query != '\0' ? "?" : "", query);
  curl_url_cleanup(url);

  if ((target_count & (target_count - 1)) == 0) { /* full at 0, 1, 2, 4, 8 … */
    size_t bytes = (target_count == 0 ? 1 : 2 * target_count) * sizeof *targets;
    targets = (struct target *)need(realloc(targets, bytes));
  }
  struct target *added = &targets[target_count++];
  added->method = method, added->url = whole, added->body = body, added->path = asked;
  added->state = LEFT;
}

/* Cuts `text` at the first `separator` and returns what follows it: NULL when there is none. */
static char *cut(char *text, char separator) {
  char *here = strchr(text, separator);
  if (here != NULL) *here++ = '\0';
  return here;
}

static void read_targets(const char *name) {
  size_t size, number = 0;
  bool is_stdin = strcmp(name, "-") == 0;
  char *text = is_stdin ? read_all(stdin, "standard input", &size) : read_file(name, &size);
  for (char *line = text, *next; line != NULL; line = next) {
    static char get[] = "GET";
    number++;
    next = cut(line, '\n');
    line[strcspn(line, "\r")] = '\0';
    if (*line == '\0' || *line == '#') continue;
    char *url = cut(line, ' ');
    if (url == NULL) {
      add_target(get, line, NULL, is_stdin ? "line" : name, number);
    } else {
      char *body = cut(url, ' ');
      add_target(line, url, body, is_stdin ? "line" : name, number);
    }
  }
}

/* ---- sending -------------------------------------------------------------------------------- */

static size_t on_header(char *line, size_t size, size_t count, void *data) {
  struct way *way = (struct way *)data;
  size_t len = size * count;
  char *colon = (char *)memchr(line, ':', len);
  if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
    must(tg_reader_init(&way->reader, &api)); /* the headers of this answer, not of one before it */
  } else if (colon != NULL) {
    const char *value = colon + 1, *end = line + len;
    while (end > value && (end[-1] == '\r' || end[-1] == '\n')) end--;
    must(tg_reader_header(&way->reader, line, (size_t)(colon - line), value, (size_t)(end - value),
                          NULL));
  }
  return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
  struct way *way = (struct way *)data;
  size_t len = size * count, room = sizeof way->head - way->head_len;
  memcpy(way->head + way->head_len, bytes, len < room ? len : room);
  way->head_len += len < room ? len : room;
  if (fwrite(bytes, 1, len, way->file) != len)
    die(BROKEN, "cannot keep a body: %s", strerror(errno));
  return len;
}

/* An empty file for the body of the next send. */
static void empty_file(struct way *way) {
  if (way->file == NULL && options.output != NULL) {
    size_t room = strlen(options.output) + 32;
    static unsigned number;
    way->part = (char *)need(malloc(room));
    snprintf(way->part, room, "%s/.fetch-%u.part", options.output, number++);
    way->file = fopen(way->part, "w+b");
  } else if (way->file == NULL) {
    way->file = tmpfile();
  } else {
    rewind(way->file);
    if (ftruncate(fileno(way->file), 0) != 0) die(BROKEN, "cannot empty a file: %s", strerror(errno));
  }
  if (way->file == NULL) die(BROKEN, "cannot make a file: %s", strerror(errno));
}

static void add_header(struct fetch *fetch, const char *format, const char *value) {
  size_t room = strlen(format) + strlen(value) + 1;
  char *line = (char *)need(malloc(room));
  snprintf(line, room, format, value);
  fetch->headers = (struct curl_slist *)need(curl_slist_append(fetch->headers, line));
  free(line);
}

static bool may_repeat_by_key(const struct target *target) {
  return strcmp(target->method, "POST") == 0 || strcmp(target->method, "PATCH") == 0;
}

/* What every send of this URL has in common. */
static void make_headers(struct fetch *fetch) {
  char id[64];
  /* The same in every attempt, so that the server can tell that it is one. */
  snprintf(id, sizeof id, "%016" PRIx64 "-%zu", seed, (size_t)(fetch->target - targets) + 1);
  if (options.key != NULL && !options.has_authorization)
    add_header(fetch, "Authorization: Bearer %s", options.key);
  add_header(fetch, "X-Request-Id: %s", id);
  if (may_repeat_by_key(fetch->target)) add_header(fetch, "Idempotency-Key: %s", id);
  add_header(fetch, "Content-Type:%s", fetch->target->body != NULL ? " application/json" : "");
  for (struct curl_slist *header = options.headers; header != NULL; header = header->next)
    add_header(fetch, "%s", header->data);
}

/* Cuts a send off where the call ends it; after --timeout where that is never. */
static void limit_time(struct way *way) {
  uint64_t until, now = tg_posix_now_ns(), left_ms = options.timeout_s * 1000;
  must(tg_call_attempt_ends(&way->call, &api, &until));
  if (until <= now) left_ms = 1; /* 0 would be no limit */
  else if (until < UINT64_MAX) left_ms = (until - now) / 1000000 + 1;
  curl_easy_setopt(way->curl, CURLOPT_TIMEOUT_MS, left_ms < INT_MAX ? (long)left_ms : INT_MAX);
}

static void send_now(struct way *way) {
  const struct target *target = way->fetch->target;
  CURL *curl = way->curl;
  if (curl == NULL) curl = way->curl = (CURL *)need(curl_easy_init());
  empty_file(way);
  way->head_len = 0;
  way->status = 0;
  way->error = CURLE_OK;
  must(tg_reader_init(&way->reader, &api));

  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, way);
  curl_easy_setopt(curl, CURLOPT_URL, target->url);
  if (strcmp(target->method, "HEAD") == 0) {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (target->body != NULL || may_repeat_by_key(target) || strcmp(target->method, "PUT") == 0) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, target->body != NULL ? target->body : "");
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, target->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, way->fetch->headers);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "tidegate-fetch");
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, way);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, way);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  /* libcurl itself repeats a request, even a POST, when a connection that it used before breaks: behind
     the back of tg_call, which counts every send. On a new connection it does not. */
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, options.keep_alive ? 0L : 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, options.keep_alive ? 0L : 1L);
  limit_time(way);
  need_curl(curl_multi_add_handle(multi, curl) == CURLM_OK);
  way->is_out = true;
}

/* What a send that got no answer came to, in the words of tg_call. */
static int32_t failure_of(const struct way *way) {
  curl_off_t sending_us = 0;
  curl_easy_getinfo(way->curl, CURLINFO_PRETRANSFER_TIME_T, &sending_us);
  switch (way->error) {
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

/* ---- what came of it ------------------------------------------------------------------------ */

/* Tells on standard error why a URL was lost. */
static void describe(const struct way *way) {
  char text[TG_ERROR_BODY_TEXT_SIZE];
  tg_error_body error;
  bool gave_up = way->step.kind == TG_STEP_GIVE_UP;
  clear_line();
  fprintf(stderr, "%s %s:", way->fetch->target->method, way->fetch->target->url);
  if (gave_up) fprintf(stderr, " %s,", tg_reason_name(way->step.reason));
  if (way->error != CURLE_OK) {
    fprintf(stderr, " %s", curl_easy_strerror(way->error));
  } else if (way->status == 0) {
    fputs(" not sent", stderr);
  } else {
    fprintf(stderr, " status %ld", way->status);
    must(tg_api_error_body(&api, way->head, way->head_len, text, sizeof text, NULL, &error));
    if (error.code.data != NULL) fprintf(stderr, " %s", error.code.data);
    if (error.message.data != NULL) fprintf(stderr, ": %s", error.message.data);
  }
  if (gave_up && way->step.has_server_delay)
    fprintf(stderr, " (the server wants %.3f s of wait)", (double)way->step.server_delay_ns / 1e9);
  if (way->step.attempts > 1) fprintf(stderr, " (%" PRIu32 " attempts)", way->step.attempts);
  fputc('\n', stderr);
}

/* Puts the body where it belongs. */
static void deliver(struct way *way) {
  if (fflush(way->file) != 0) die(BROKEN, "cannot keep a body: %s", strerror(errno));
  if (way->part == NULL) {
    char bytes[65536];
    size_t len;
    rewind(way->file);
    while ((len = fread(bytes, 1, sizeof bytes, way->file)) > 0) fwrite(bytes, 1, len, stdout);
    if (ferror(way->file) || fflush(stdout) != 0)
      die(BROKEN, "cannot write standard output: %s", strerror(errno));
    return;
  }
  /* The last part of the path, as far as any file system takes it. */
  const struct target *target = way->fetch->target;
  size_t end = strcspn(target->path, "?"), begin = end, room = strlen(options.output) + 80;
  while (begin > 0 && target->path[begin - 1] != '/') begin--;
  char *name = (char *)need(malloc(room));
  int len = snprintf(name, room, "%s/%06zu-%.*s", options.output, (size_t)(target - targets) + 1,
                     (int)(end - begin < 60 ? end - begin : 60), target->path + begin);
  for (char *c = name + strlen(options.output) + 1; c < name + len; c++) {
    if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *c) == NULL) *c = '_';
  }
  if (fclose(way->file) != 0 || rename(way->part, name) != 0)
    die(BROKEN, "cannot write %s: %s", name, strerror(errno));
  way->file = NULL;
  free(way->part);
  free(name);
}

/* Gives a call up that is not over. */
static void retire(struct way *way) {
  if (!way->is_going) return;
  if (way->is_out) curl_multi_remove_handle(multi, way->curl);
  must(tg_call_failed(&way->call, &api, TG_FAILURE_ABORTED, tg_posix_now_ns(), tg_posix_wall_ns()));
  way->is_going = way->is_out = false;
}

/* Gives up whatever else is on its way for this URL, and makes room for the next one. */
static void clear(struct fetch *fetch) {
  for (int i = 0; i < WAYS; i++) retire(&fetch->ways[i]);
  curl_slist_free_all(fetch->headers);
  fetch->headers = NULL;
  fetch->target = NULL;
}

/* The call of this send is over. */
static void end(struct way *way) {
  struct fetch *fetch = way->fetch;
  way->is_going = false;
  if (way->step.kind == TG_STEP_GIVE_UP) {
    for (int i = 0; i < WAYS; i++) {
      if (fetch->ways[i].is_going) return; /* another one may still succeed */
    }
  }
  if (way->step.kind == TG_STEP_DONE && way->status < 400) {
    totals.ok++;
    fetch->target->state = OK;
    deliver(way);
  } else {
    totals.lost++;
    fetch->target->state = LOST;
    describe(way);
  }
  clear(fetch);
}

/* Asks what to do now, and does it. */
static void go_on(struct way *way) {
  must(tg_call_next(&way->call, &api, tg_posix_now_ns(), tg_posix_wall_ns(), &way->step));
  switch (way->step.kind) {
    case TG_STEP_SEND:
      if (way->step.attempts > 1) totals.retries++;
      send_now(way);
      return;
    case TG_STEP_WAIT:
      totals.waited_ns += way->step.delay_ns;
      return;
    default:
      end(way);
  }
}

/* Reports what came of a send. */
static void report(struct way *way, CURLcode error) {
  uint64_t wall_ns = tg_posix_wall_ns();
  curl_multi_remove_handle(multi, way->curl);
  way->is_out = false;
  way->error = error;
  if (error == CURLE_OK) {
    tg_hints hints;
    curl_easy_getinfo(way->curl, CURLINFO_RESPONSE_CODE, &way->status);
    if (way->status == 429) totals.refused++;
    must(tg_reader_hints(&way->reader, &api, wall_ns, &hints));
    must(tg_call_answered(&way->call, &api, (int32_t)way->status, &hints, way->head,
                          way->head_len, tg_posix_now_ns(), wall_ns));
  } else {
    must(tg_call_failed(&way->call, &api, failure_of(way), tg_posix_now_ns(), wall_ns));
  }
  go_on(way);
}

/* ---- the loop ------------------------------------------------------------------------------- */

/* Takes the next URL, if there is one. */
static void begin(struct fetch *fetch) {
  tg_request request;
  if (is_ended || next_target == target_count) return;
  struct target *target = fetch->target = &targets[next_target++];
  memset(&request, 0, sizeof request);
  must(tg_method_parse(target->method, strlen(target->method), &request.method));
  request.idempotency_key = may_repeat_by_key(target);
  request.path = target->path, request.path_len = strlen(target->path);
  request.key = options.key != NULL ? options.key : "anonymous", request.key_len = strlen(request.key);
  if (options.role != NULL) request.role = options.role, request.role_len = strlen(options.role);
  if (options.deadline_s > 0) {
    request.has_deadline = 1;
    request.deadline_ns = tg_posix_now_ns() + options.deadline_s * 1000000000;
  }
  struct way *first = &fetch->ways[0];
  int32_t code = tg_call_init(&first->call, &api, &request);
  if (code < 0) die(WRONG_USE, "%s: %s", target->url, tg_strerror(code));
  memset(&first->step, 0, sizeof first->step);
  first->status = 0;
  first->error = CURLE_OK;
  first->is_going = true;
  make_headers(fetch);
  go_on(first);
}

/* Sends a second request beside a slow one if it is time; otherwise tells when it will be. */
static void hedge(struct fetch *fetch, uint64_t *due_ns) {
  uint64_t at_ns;
  tg_call *first = &fetch->ways[0].call;
  while (fetch->ways[0].is_out && tg_call_hedge_at(first, &api, &at_ns) == TG_OK) {
    struct way *twin = NULL;
    for (int i = 1; i < WAYS; i++) {
      if (!fetch->ways[i].is_going) twin = &fetch->ways[i];
    }
    if (twin == NULL) return;
    int32_t code = tg_call_hedge(first, &api, tg_posix_now_ns(), &twin->call);
    must(code);
    if (code == TG_DENIED) { /* not yet; or the budget of retries is used up, and may be refilled */
      uint64_t later_ns = tg_posix_now_ns() + 100000000;
      if (at_ns < later_ns && at_ns <= tg_posix_now_ns()) at_ns = later_ns;
      if (at_ns < *due_ns) *due_ns = at_ns;
      return;
    }
    totals.hedges++;
    twin->is_going = true;
    go_on(twin);
  }
}

/* Does what is due for a URL, and tells when something will be. */
static void advance(struct fetch *fetch, uint64_t *due_ns) {
  for (int i = 0; i < WAYS && fetch->target != NULL; i++) {
    struct way *way = &fetch->ways[i];
    if (!way->is_going || way->is_out) continue;
    if (tg_posix_now_ns() >= way->step.until_ns) go_on(way);
    if (fetch->target != NULL && way->is_going && !way->is_out && way->step.until_ns < *due_ns)
      *due_ns = way->step.until_ns;
  }
  if (fetch->target != NULL) hedge(fetch, due_ns);
}

static void show_progress(const struct fetch *fetches, uint64_t due_ns, bool is_last) {
  static uint64_t next_ns;
  uint64_t now_ns = tg_posix_now_ns(), out = 0, waiting = 0;
  if (!shows_progress || (now_ns < next_ns && !is_last)) return;
  next_ns = now_ns + 100000000;
  for (uint64_t i = 0; i < options.parallel; i++) {
    for (int j = 0; j < WAYS; j++) {
      const struct way *way = &fetches[i].ways[j];
      out += way->is_out;
      waiting += way->is_going && !way->is_out;
    }
  }
  fprintf(stderr, "\r\033[K%" PRIu64 " of %zu", totals.ok + totals.lost, target_count);
  if (totals.lost > 0) fprintf(stderr, ", %" PRIu64 " lost", totals.lost);
  if (totals.retries > 0) fprintf(stderr, ", %" PRIu64 " retries", totals.retries);
  if (totals.hedges > 0) fprintf(stderr, ", %" PRIu64 " hedges", totals.hedges);
  if (out > 0) fprintf(stderr, ", %" PRIu64 " on their way", out);
  if (waiting > 0) fprintf(stderr, ", %" PRIu64 " waiting", waiting);
  if (waiting > 0 && out == 0 && due_ns < UINT64_MAX && due_ns > now_ns)
    fprintf(stderr, " for %.1f s", (double)(due_ns - now_ns) / 1e9);
  if (is_last) fputc('\n', stderr);
  fflush(stderr);
}

/* Sleeps until something arrives, until `due_ns`, or until Ctrl-C. */
static void wait_for_more(uint64_t due_ns) {
  struct curl_waitfd ended = {wake[0], CURL_WAIT_POLLIN, 0};
  /* Whole milliseconds, rounded up: a request must not be early. */
  uint64_t now_ns = tg_posix_now_ns(), wait_ms = due_ns > now_ns ? (due_ns - now_ns) / 1000000 + 1 : 0;
  uint64_t most_ms = shows_progress ? 100 : 60000;
  int running, left;
  need_curl(curl_multi_poll(multi, &ended, 1, (int)(wait_ms < most_ms ? wait_ms : most_ms), NULL) ==
            CURLM_OK);
  need_curl(curl_multi_perform(multi, &running) == CURLM_OK);
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
    struct way *way = NULL;
    CURLcode error = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &way);
    report(way, error);
  }
}

/* Keeps all fetches going until every URL is done, or Ctrl-C. */
static void run(struct fetch *fetches) {
  uint64_t due_ns;
  do {
    bool is_busy = false;
    due_ns = UINT64_MAX;
    for (uint64_t i = 0; i < options.parallel; i++) {
      struct fetch *fetch = &fetches[i];
      do {
        if (fetch->target == NULL) begin(fetch);
        if (fetch->target != NULL) advance(fetch, &due_ns);
      } while (fetch->target == NULL && next_target < target_count && !is_ended);
      is_busy |= fetch->target != NULL;
    }
    if (!is_busy) break;
    show_progress(fetches, due_ns, false);
    wait_for_more(due_ns);
  } while (!is_ended);
  show_progress(fetches, due_ns, true);
  for (uint64_t i = 0; i < options.parallel; i++) {
    if (fetches[i].target != NULL) clear(&fetches[i]);
  }
}

/* ---- the command line ----------------------------------------------------------------------- */

static uint64_t number(const char *option, const char *text, uint64_t most) {
  char *end;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || value < 1 || value > most)
    die(WRONG_USE, "%s takes a number from 1 to %" PRIu64 ", not '%s'", option, most, text);
  return value;
}

static void read_options(int argc, char **argv) {
  enum { API = 256, POLICY, EXPLAIN, KEY, ROLE, WINDOW, BASE, TIMEOUT, DEADLINE, KEEP_ALIVE, LEFT_FILE,
         JSON };
  static const struct option known[] = {
      {"api", required_argument, NULL, API},           {"policy", required_argument, NULL, POLICY},
      {"explain", no_argument, NULL, EXPLAIN},         {"key", required_argument, NULL, KEY},
      {"role", required_argument, NULL, ROLE},         {"window", required_argument, NULL, WINDOW},
      {"input", required_argument, NULL, 'i'},         {"base", required_argument, NULL, BASE},
      {"header", required_argument, NULL, 'H'},        {"parallel", required_argument, NULL, 'p'},
      {"timeout", required_argument, NULL, TIMEOUT},   {"deadline", required_argument, NULL, DEADLINE},
      {"keep-alive", no_argument, NULL, KEEP_ALIVE},   {"output", required_argument, NULL, 'o'},
      {"left", required_argument, NULL, LEFT_FILE},    {"quiet", no_argument, NULL, 'q'},
      {"json", no_argument, NULL, JSON},               {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0}};
  const char *inputs[16];
  int option, input_count = 0;
  options.key = getenv("TIDEGATE_KEY");
  while ((option = getopt_long(argc, argv, "i:H:p:o:qh", known, NULL)) != -1) {
    switch (option) {
      case API: options.api = optarg; break;
      case POLICY: options.policy = optarg; break;
      case EXPLAIN: options.explain = true; break;
      case KEY: options.key = optarg; break;
      case ROLE: options.role = optarg; break;
      case WINDOW: options.window_s = number("--window", optarg, 31622400); break;
      case BASE: options.base = optarg; break;
      case TIMEOUT: options.timeout_s = number("--timeout", optarg, 86400); break;
      case DEADLINE: options.deadline_s = number("--deadline", optarg, 31622400); break;
      case KEEP_ALIVE: options.keep_alive = true; break;
      case LEFT_FILE: options.left = optarg; break;
      case JSON: options.json = true; break;
      case 'i':
        if (input_count == 16) die(WRONG_USE, "--input may be given 16 times");
        inputs[input_count++] = optarg;
        break;
      case 'H':
        if (strchr(optarg, ':') == NULL) die(WRONG_USE, "a header is 'Name: value', not '%s'", optarg);
        options.headers = (struct curl_slist *)need(curl_slist_append(options.headers, optarg));
        if (curl_strnequal(optarg, "Authorization:", 14)) options.has_authorization = true;
        break;
      case 'p': options.parallel = number("--parallel", optarg, 256); break;
      case 'o': options.output = optarg; break;
      case 'q': options.quiet = true; break;
      case 'h': fputs(usage, stdout); exit(fflush(stdout) == 0 ? ALL_OK : BROKEN);
      default: die(WRONG_USE, "see --help");
    }
  }
  if ((options.api == NULL) == (options.policy == NULL))
    die(WRONG_USE, "either --api or --policy is needed (see --help)");
  if (options.key != NULL && *options.key == '\0') die(WRONG_USE, "the key must not be empty");
  for (int i = 0; i < input_count; i++) read_targets(inputs[i]);
  for (int i = optind; i < argc; i++) {
    static char get[] = "GET";
    add_target(get, argv[i], NULL, "URL", (size_t)(i - optind) + 1);
  }
  if (target_count == 0 && !options.explain) die(WRONG_USE, "no URL was given (see --help)");
}

/* Makes the API of a name or of a file. */
static void make_api(void) {
  uint64_t window_ns = options.window_s * 1000000000;
  tg_policy_error error;
  int32_t code;
  size_t len;
  if (options.api != NULL) {
    len = strlen(options.api);
    code = window_ns == 0 ? tg_api_init(&api, options.api, len, seed)
                          : tg_api_init_with_window(&api, options.api, len, seed, window_ns);
    if (code != TG_OK) die(WRONG_USE, "--api %s: %s", options.api, tg_strerror(code));
    return;
  }
  char *text = read_file(options.policy, &len);
  code = window_ns == 0
             ? tg_api_init_from_json(&api, text, len, seed, &error)
             : tg_api_init_from_json_with_window(&api, text, len, seed, window_ns, &error);
  free(text);
  if (code == TG_ERR_POLICY_INVALID)
    die(WRONG_USE, "%s:%" PRIu32 ":%" PRIu32 ": %s%s%s", options.policy, error.line, error.column,
        error.member, error.member_len > 0 ? ": " : "", error.message);
  if (code != TG_OK) die(WRONG_USE, "%s: %s", options.policy, tg_strerror(code));
}

static void explain(void) {
  size_t needed = 0;
  must(tg_api_explain(&api, NULL, 0, &needed) == TG_ERR_BUFFER_TOO_SHORT ? TG_OK : TG_ERR_NULL_POINTER);
  char *text = (char *)need(malloc(needed));
  must(tg_api_explain(&api, text, needed, NULL));
  fputs(text, stdout);
  exit(fflush(stdout) == 0 ? ALL_OK : BROKEN);
}

static void on_signal(int signal) {
  (void)signal;
  is_ended = 1;
  (void)!write(wake[1], "", 1);
}

/* Ctrl-C wakes the loop up; a second one finds no handler. */
static void catch_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND;
  if (pipe(wake) != 0 || sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0)
    die(BROKEN, "cannot catch signals: %s", strerror(errno));
  for (int i = 0; i < 2; i++) {
    if (fcntl(wake[i], F_SETFL, O_NONBLOCK) != 0) die(BROKEN, "cannot make a pipe: %s", strerror(errno));
  }
}

/* Writes what was not got. */
static void write_left(void) {
  FILE *file = fopen(options.left, "w");
  if (file == NULL) die(BROKEN, "cannot write %s: %s", options.left, strerror(errno));
  for (const struct target *target = targets; target < targets + target_count; target++) {
    if (target->state == OK) continue;
    bool is_get = strcmp(target->method, "GET") == 0 && target->body == NULL;
    fprintf(file, "%s%s%s%s%s\n", is_get ? "" : target->method, is_get ? "" : " ", target->url,
            target->body != NULL ? " " : "", target->body != NULL ? target->body : "");
  }
  if (fclose(file) != 0) die(BROKEN, "cannot write %s: %s", options.left, strerror(errno));
}

static void clean_up(struct fetch *fetches) {
  for (uint64_t i = 0; i < options.parallel; i++) {
    for (int j = 0; j < WAYS; j++) {
      struct way *way = &fetches[i].ways[j];
      if (way->curl != NULL) curl_easy_cleanup(way->curl);
      if (way->file != NULL) fclose(way->file);
      if (way->file != NULL && way->part != NULL) remove(way->part);
    }
  }
  curl_multi_cleanup(multi);
  curl_slist_free_all(options.headers);
  curl_global_cleanup();
}

int main(int argc, char **argv) {
  if (tg_abi_matches() != TG_OK) die(BROKEN, "libtidegate is not the one of this program");
  if (tg_posix_seed(&seed) != 0) die(BROKEN, "the system has no randomness");
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) die(BROKEN, "libcurl cannot start");
  read_options(argc, argv);
  make_api();
  if (options.explain) explain();
  if (options.output != NULL && mkdir(options.output, 0777) != 0 && errno != EEXIST)
    die(WRONG_USE, "cannot make %s: %s", options.output, strerror(errno));
  shows_progress = !options.quiet && isatty(STDERR_FILENO);
  catch_signals();
  multi = (CURLM *)need(curl_multi_init());
  struct fetch *fetches = (struct fetch *)need(calloc((size_t)options.parallel, sizeof *fetches));
  for (uint64_t i = 0; i < options.parallel; i++) {
    for (int j = 0; j < WAYS; j++) fetches[i].ways[j].fetch = &fetches[i];
  }
  run(fetches);
  clean_up(fetches);
  free(fetches);

  size_t left = target_count - (size_t)(totals.ok + totals.lost);
  if (left > 0) fprintf(stderr, "fetch: ended with %zu of %zu URLs left\n", left, target_count);
  if (options.left != NULL) write_left();
  if (options.json)
    fprintf(stderr,
            "{\"urls\":%zu,\"ok\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"left\":%zu,\"retries\":%" PRIu64
            ",\"hedges\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"waited_s\":%.3f}\n",
            target_count, totals.ok, totals.lost, left, totals.retries, totals.hedges, totals.refused,
            (double)totals.waited_ns / 1e9);
  return left > 0 ? ENDED : totals.lost > 0 ? SOME_LOST : ALL_OK;
}
