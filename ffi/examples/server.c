/*
 * server: an HTTP/1.1 server that limits its clients and tells them so.
 *
 * One thread, epoll, and memory that is all taken at the start. Each client, by its address, has a token
 * bucket in a tg_keyed; or a policy limits it with tg_api_admit, as --policy says. What a client may still
 * do goes with every answer; what is too much is answered by 429 with the exact wait.
 *
 *   cc -std=c99 server.c -ltidegate
 */
#ifndef _GNU_SOURCE
#  define _GNU_SOURCE /* accept4, memmem */
#endif
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tidegate.h"
#include "tidegate_posix.h"

static const char usage[] =
    "usage: server [option...]\n"
    "\n"
    "Answers every GET, HEAD, POST, PUT, PATCH and DELETE with a short text, as often as its client's\n"
    "limit lets it, and otherwise with 429, Retry-After and a body in JSON (RFC 9457).\n"
    "\n"
    "where\n"
    "  --listen ADDRESS     127.0.0.1 by default; :: is every address of this machine\n"
    "  --port N             8080 by default; 0 is any free one. Standard output tells which\n"
    "\n"
    "a limit for each address (of IPv6 its network: all that one customer has)\n"
    "  --limit N            so many requests ...                            (10)\n"
    "  --per SECONDS        ... in so many seconds, on the average           (1)\n"
    "  --burst N            so many of them at once                (like --limit)\n"
    "  --clients N          for about so many addresses at once, 32 bytes each    (10000)\n"
    "  --ipv6-prefix N      the bits of an IPv6 address that tell customers apart, 32 to 128  (56)\n"
    "  --trusted-proxies N  behind so many proxies of one's own, which say in X-Forwarded-For for\n"
    "                       whom they ask; what is further left there is not believed         (0)\n"
    "  --full WHAT          when more come: share one bucket, deny, or allow (share)\n"
    "  --form FORM          how limits are told: x (X-RateLimit-*), or draft-6, draft-7, draft-10 of\n"
    "                       RateLimit and RateLimit-Policy             (draft-10)\n"
    "\n"
    "or limits by method and path\n"
    "  --api NAME           those of an API that is known by name\n"
    "  --policy FILE        those that a file of JSON describes. Each Authorization: Bearer KEY has its\n"
    "                       own, and who sends none goes by his address; 63 keys, all others share\n"
    "\n"
    "against slow and hostile clients\n"
    "  --connections N      at once, 1 to 65536; then idle ones make room   (1024)\n"
    "  --patience SECONDS   for the head of a request, from its first byte, for its body, and for an\n"
    "                       answer to be taken                               (10)\n"
    "  --idle SECONDS       for a connection without a request               (30)\n"
    "  A head of more than 8,000 bytes is refused, and a body of more than 1 MiB. Bodies are read and\n"
    "  thrown away. Transfer codings are not understood, and said so.\n"
    "\n"
    "  --log                a line for each request on standard output\n"
    "\n"
    "SIGTERM and SIGINT end it: nothing new is taken, answers on their way are sent. Exit status: 0\n"
    "after that, 2 for wrong options, 1 when the system refuses something.\n";

enum { HEAD_MOST = 8000, BODY_MOST = 1 << 20, ANSWER_MOST = 4096, FORWARDED_MOST = 8 };

static struct {
  const char *listen, *port, *api, *policy;
  uint64_t limit, per_s, burst, clients, connections, patience_ns, idle_ns;
  uint32_t trusted;
  uint8_t prefix;
  int32_t form, full;
  bool log;
} options = {"127.0.0.1", "8080", NULL, NULL, 10, 1, 0, 10000, 1024, UINT64_C(10000000000),
             UINT64_C(30000000000), 0, TG_CLIENT_PREFIX, TG_FORM_DRAFT_10, TG_FULL_SHARE, false};

/* What a connection does. */
enum state {
  FREE,      /* there is none */
  IDLE,      /* no byte of a request has come */
  READING,   /* the head */
  WRITING,   /* the answer */
  SKIPPING,  /* the rest of the body */
  LINGERING, /* closed by us; what still comes is thrown away, so that the last answer arrives */
};

struct connection {
  int fd;
  enum state state;
  bool closes;          /* after this answer */
  uint64_t until_ns;    /* when it must have gone on */
  uint64_t skip;        /* bytes of the body that are still to come */
  size_t in_len, out_len, out_sent;
  char peer[INET6_ADDRSTRLEN];
  tg_client_address client; /* for whom the peer asks: the key of a limit */
  char in[HEAD_MOST];
  char out[ANSWER_MOST];
};

/* A request, as texts in a connection's buffer. */
struct asked {
  const char *method, *path, *bearer; /* bearer: NULL for none */
  bool is_head, closes;
  uint64_t body;
  tg_text forwarded[FORWARDED_MOST]; /* each X-Forwarded-For */
  size_t forwarded_count;
};

static struct connection *connections;
static int poller, listener = -1, signals;
static bool is_ending, is_deaf; /* deaf: too many connections to take more */
static uint64_t admitted, refused, bad;

static tg_api api;
static bool has_api;
static tg_keyed clients;
static tg_quota quota;

static void die(int status, const char *format, ...) {
  va_list arguments;
  fputs("server: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(status);
}

/* Ends the program when the library refuses what only this program can have done wrong. */
static void must(int32_t code) {
  if (code < 0) die(1, "tidegate: %s", tg_strerror(code));
}

/* ---- answers -------------------------------------------------------------------------------- */

/* Adds to the answer; one that does not fit is a mistake of this program. */
static void add(struct connection *c, const char *format, ...) {
  va_list arguments;
  size_t room = sizeof c->out - c->out_len;
  va_start(arguments, format);
  int len = vsnprintf(c->out + c->out_len, room, format, arguments);
  va_end(arguments);
  if (len < 0 || (size_t)len >= room) die(1, "an answer is too long");
  c->out_len += (size_t)len;
}

static void begin_answer(struct connection *c, const char *status) {
  char date[40];
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  c->out_len = c->out_sent = 0;
  add(c, "HTTP/1.1 %s\r\nDate: %s\r\n", status, date);
}

static void end_answer(struct connection *c, const char *type, const char *body, bool is_head) {
  add(c, "Content-Type: %s\r\nContent-Length: %zu\r\n%s\r\n%s", type, strlen(body),
      c->closes ? "Connection: close\r\n" : "", is_head ? "" : body);
  c->state = WRITING;
  c->until_ns = tg_posix_now_ns() + options.patience_ns;
}

/* An answer to what is no request that could be limited. The connection cannot be trusted any more. */
static void reject(struct connection *c, const char *status) {
  char body[64];
  bad++;
  c->closes = true;
  c->skip = 0;
  snprintf(body, sizeof body, "%s\n", status);
  begin_answer(c, status);
  end_answer(c, "text/plain", body, false);
  if (options.log) printf("%s - %s\n", c->peer, status);
}

/* ---- limits --------------------------------------------------------------------------------- */

/* The address's bucket, and what is told of it. */
static bool admit_address(struct connection *c, tg_announced *told) {
  tg_outcome outcome;
  tg_announcement limit;
  int32_t code =
      tg_keyed_try_acquire(&clients, &quota, c->client.text, c->client.len, 1, tg_posix_now_ns(), &outcome);
  must(code);
  memset(&limit, 0, sizeof limit);
  limit.name = "default", limit.name_len = strlen(limit.name);
  limit.limit = options.limit;
  limit.window_ns = options.per_s * 1000000000;
  limit.remaining = outcome.remaining;
  limit.reset_after_ns = code == TG_OK ? outcome.reset_after_ns : outcome.retry_after_ns;
  must(tg_announce(options.form, &limit, 1, code == TG_OK ? NULL : &outcome.retry_after_ns,
                   tg_posix_wall_ns(), told));
  return code == TG_OK;
}

/* What the policy says. Returns an error for what it does not know, as a path that is none. */
static int32_t admit_by_policy(struct connection *c, const struct asked *asked,
                               tg_admission *admission) {
  tg_request request;
  memset(&request, 0, sizeof request);
  must(tg_method_parse(asked->method, strlen(asked->method), &request.method));
  request.path = asked->path, request.path_len = strlen(asked->path);
  request.key = asked->bearer != NULL ? asked->bearer : c->client.text;
  request.key_len = strlen(request.key);
  return tg_api_admit(&api, &request, tg_posix_now_ns(), tg_posix_wall_ns(), admission);
}

/* The body of a refusal: of a policy in its API's envelope. */
static void refuse(struct connection *c, const struct asked *asked, const tg_admission *admission) {
  static const char body[] =
      "{\"title\":\"Too Many Requests\",\"status\":429,\"code\":\"RATE_LIMIT_EXCEEDED\"}\n";
  if (has_api) {
    char written[1024];
    const char *type;
    must(tg_api_refusal(&api, admission, NULL, 0, &type, written, sizeof written, NULL));
    end_answer(c, type, written, asked->is_head);
  } else {
    end_answer(c, "application/problem+json", body, asked->is_head);
  }
}

/* Decides on a request and answers it. */
static void answer(struct connection *c, const struct asked *asked) {
  tg_announced told;
  tg_admission admission;
  const tg_announced_header *header = told.headers;
  bool is_admitted;
  memset(&admission, 0, sizeof admission);
  told.header_count = 0;
  must(tg_client_address_read(c->peer, strlen(c->peer), asked->forwarded, asked->forwarded_count,
                              options.trusted, options.prefix, &c->client));
  if (has_api) {
    int32_t code = admit_by_policy(c, asked, &admission);
    if (code < 0) {
      reject(c, "400 Bad Request");
      return;
    }
    is_admitted = code == TG_OK;
  } else {
    is_admitted = admit_address(c, &told);
  }
  begin_answer(c, is_admitted ? "200 OK" : "429 Too Many Requests");
  for (uint32_t i = 0; i < admission.header_count; i++)
    add(c, "%s: %s\r\n", admission.headers[i].name, admission.headers[i].value);
  for (; header < told.headers + told.header_count; header++)
    add(c, "%s: %s\r\n", header->name, header->value);
  if (is_admitted) {
    admitted++;
    end_answer(c, "text/plain", "Welcome.\n", asked->is_head);
  } else {
    refused++;
    refuse(c, asked, &admission);
  }
  if (options.log) printf("%s %s %s %s\n", c->client.text, asked->method, asked->path, is_admitted ? "200" : "429");
}

/* ---- requests ------------------------------------------------------------------------------- */

/* Whether every byte is one of a token of HTTP. */
static bool is_token(const char *text) {
  if (*text == '\0') return false;
  for (; *text != '\0'; text++) {
    if (!isalnum((unsigned char)*text) && strchr("!#$%&'*+-.^_`|~", *text) == NULL) return false;
  }
  return true;
}

/* Reads one line of the head; NULL is well, otherwise the status of its refusal. */
static const char *read_header(char *line, struct asked *asked, int *hosts, int *lengths) {
  char *value = strchr(line, ':');
  if (value == NULL) return "400 Bad Request";
  *value++ = '\0';
  if (!is_token(line)) return "400 Bad Request";
  while (*value == ' ' || *value == '\t') value++;
  for (char *end = value + strlen(value); end > value && (end[-1] == ' ' || end[-1] == '\t');) *--end = '\0';
  if (strcasecmp(line, "Host") == 0) ++*hosts;
  if (strcasecmp(line, "X-Forwarded-For") == 0 && options.trusted > 0) {
    /* The last ones are those of our own proxies, so none can be left out. */
    if (asked->forwarded_count == FORWARDED_MOST) return "400 Bad Request";
    asked->forwarded[asked->forwarded_count].data = value;
    asked->forwarded[asked->forwarded_count++].len = strlen(value);
  }
  if (strcasecmp(line, "Transfer-Encoding") == 0) return "501 Not Implemented";
  if (strcasecmp(line, "Connection") == 0 && strcasecmp(value, "close") == 0) asked->closes = true;
  if (strcasecmp(line, "Expect") == 0) asked->closes = true; /* answered before the body comes */
  if (strcasecmp(line, "Authorization") == 0 && strncasecmp(value, "Bearer ", 7) == 0 && value[7] != '\0')
    asked->bearer = value + 7;
  if (strcasecmp(line, "Content-Length") == 0) {
    if (++*lengths > 1 || *value == '\0' || strlen(value) > 18 ||
        strspn(value, "0123456789") != strlen(value))
      return "400 Bad Request";
    asked->body = strtoull(value, NULL, 10);
    if (asked->body > BODY_MOST) return "413 Content Too Large";
  }
  return NULL;
}

/* Reads a whole head, of which the last line's end was cut off. */
static const char *read_head(char *head, size_t len, struct asked *asked) {
  int hosts = 0, lengths = 0, minor, first = 1;
  int32_t known;
  memset(asked, 0, sizeof *asked);
  if (memchr(head, '\0', len) != NULL) return "400 Bad Request";
  for (char *line = head, *next; line != NULL; line = next, first = 0) {
    next = strstr(line, "\r\n");
    if (next != NULL) *next = '\0', next += 2;
    if (strpbrk(line, "\r\n") != NULL) return "400 Bad Request";
    if (!first) {
      const char *status = read_header(line, asked, &hosts, &lengths);
      if (status != NULL) return status;
      continue;
    }
    char *path = strchr(line, ' '), *version = path == NULL ? NULL : strchr(path + 1, ' ');
    if (version == NULL) return "400 Bad Request";
    *path++ = '\0', *version++ = '\0';
    if (strlen(version) != 8 || memcmp(version, "HTTP/", 5) != 0) return "400 Bad Request";
    if (memcmp(version, "HTTP/1.", 7) != 0) return "505 HTTP Version Not Supported";
    minor = version[7] - '0';
    if (minor != 0 && minor != 1) return "505 HTTP Version Not Supported";
    asked->closes = minor == 0;
    if (!is_token(line)) return "400 Bad Request";
    if (tg_method_parse(line, strlen(line), &known) != TG_OK) return "501 Not Implemented";
    if (*path != '/') return "400 Bad Request";
    asked->method = line, asked->path = path;
    asked->is_head = known == TG_METHOD_HEAD;
  }
  return hosts == 1 || (hosts == 0 && asked->closes) ? NULL : "400 Bad Request";
}

/* ---- connections ---------------------------------------------------------------------------- */

static void watch(int fd, int how, uint32_t events, void *data) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = events;
  event.data.ptr = data;
  if (epoll_ctl(poller, how, fd, &event) != 0) die(1, "epoll: %s", strerror(errno));
}

/* Takes new connections again, or no more. */
static void listen_again(bool again) {
  if (listener < 0 || is_deaf != again) return;
  watch(listener, EPOLL_CTL_MOD, again ? (uint32_t)EPOLLIN : 0, &listener);
  is_deaf = !again;
}

static void drop(struct connection *c) {
  close(c->fd);
  c->state = FREE;
  listen_again(true);
}

/* Waits for the next request; when it ends there is none. */
static void become_idle(struct connection *c) {
  if (c->closes || is_ending) {
    c->state = LINGERING;
    c->until_ns = tg_posix_now_ns() + 1000000000;
    if (shutdown(c->fd, SHUT_WR) != 0) drop(c);
    return;
  }
  c->state = c->in_len > 0 ? READING : IDLE;
  c->until_ns = tg_posix_now_ns() + (c->in_len > 0 ? options.patience_ns : options.idle_ns);
}

/* Answers the request that is whole, if one is. */
static void take_request(struct connection *c) {
  struct asked asked;
  char *end = (char *)memmem(c->in, c->in_len, "\r\n\r\n", 4);
  if (end == NULL) {
    if (c->in_len == sizeof c->in) reject(c, "431 Request Header Fields Too Large");
    return;
  }
  size_t head = (size_t)(end - c->in) + 4;
  *end = '\0';
  const char *status = read_head(c->in, head - 4, &asked);
  if (status != NULL) {
    reject(c, status);
    return;
  }
  c->closes = asked.closes || is_ending;
  c->skip = asked.body;
  answer(c, &asked); /* the texts of `asked` lie in c->in until here */
  c->in_len -= head;
  memmove(c->in, c->in + head, c->in_len);
}

/* What the client may have sent more than the head; false when there is no more for now. */
static bool read_more(struct connection *c) {
  char thrown[4096];
  bool is_skipping = c->state == SKIPPING || c->state == LINGERING;
  char *place = is_skipping ? thrown : c->in + c->in_len;
  size_t room = is_skipping ? sizeof thrown : sizeof c->in - c->in_len;
  if (c->state == SKIPPING && room > c->skip) room = (size_t)c->skip;
  ssize_t len = read(c->fd, place, room);
  if (len < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (len <= 0) {
    drop(c);
    return false;
  }
  if (c->state == SKIPPING) c->skip -= (uint64_t)len;
  if (is_skipping) return true;
  if (c->state == IDLE) c->state = READING, c->until_ns = tg_posix_now_ns() + options.patience_ns;
  c->in_len += (size_t)len;
  return true;
}

/* Goes on with a connection until it has to wait, or has had its turn: who sends without an end must not keep
   the others waiting. */
static void go_on(struct connection *c) {
  enum { TURNS = 64 };
  int turn = 0;
  for (; turn < TURNS; turn++) {
    if (c->state == WRITING) {
      ssize_t len = send(c->fd, c->out + c->out_sent, c->out_len - c->out_sent, MSG_NOSIGNAL);
      if (len < 0 && (errno == EAGAIN || errno == EINTR)) break;
      if (len < 0) {
        drop(c);
        return;
      }
      if ((c->out_sent += (size_t)len) < c->out_len) continue;
      /* The body that has come with the head is in the buffer, and the rest is still to come. */
      size_t here = c->skip < c->in_len ? (size_t)c->skip : c->in_len;
      c->skip -= here;
      c->in_len -= here;
      memmove(c->in, c->in + here, c->in_len);
      if (c->skip > 0 && !c->closes) c->state = SKIPPING;
      else become_idle(c);
    } else if (c->state == SKIPPING && c->skip == 0) {
      become_idle(c);
    } else {
      if (c->state == READING) take_request(c);
      if (c->state == WRITING) continue;
      if (!read_more(c)) break;
    }
    if (c->state == FREE) return;
  }
  uint32_t events = c->state == WRITING ? EPOLLOUT : EPOLLIN;
  /* A request that is whole already brings no byte that could wake us up: room to write does. */
  if (turn == TURNS && c->in_len > 0) events |= EPOLLOUT;
  if (c->state != FREE) watch(c->fd, EPOLL_CTL_MOD, events, c);
}

static void name_peer(struct connection *c, const struct sockaddr_storage *from) {
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
  const void *address = from->ss_family == AF_INET ? (const void *)&v4->sin_addr : &v6->sin6_addr;
  if (inet_ntop(from->ss_family, address, c->peer, sizeof c->peer) == NULL) c->peer[0] = '\0';
}

/* A place for a connection: a free one, or that of the one which has been idle for the longest time. */
static struct connection *place(void) {
  struct connection *oldest = NULL;
  for (uint64_t i = 0; i < options.connections; i++) {
    struct connection *c = &connections[i];
    if (c->state == FREE) return c;
    if (c->state == IDLE && (oldest == NULL || c->until_ns < oldest->until_ns)) oldest = c;
  }
  if (oldest != NULL) drop(oldest);
  return oldest;
}

static void take_connections(void) {
  for (;;) {
    struct connection *c = place();
    struct sockaddr_storage from;
    socklen_t len = sizeof from;
    int on = 1;
    if (c == NULL) {
      listen_again(false);
      return;
    }
    int fd = accept4(listener, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) listen_again(false);
    if (fd < 0) return; /* none is left, or one has gone again */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->fd = fd;
    c->state = IDLE;
    c->closes = false;
    c->skip = 0;
    c->in_len = c->out_len = c->out_sent = 0;
    c->until_ns = tg_posix_now_ns() + options.idle_ns;
    name_peer(c, &from);
    watch(fd, EPOLL_CTL_ADD, EPOLLIN, c);
  }
}

/* Closes those who have kept us waiting for too long; false when there is no connection at all. */
static bool sweep(void) {
  uint64_t now_ns = tg_posix_now_ns();
  bool is_any = false;
  for (uint64_t i = 0; i < options.connections; i++) {
    struct connection *c = &connections[i];
    if (c->state == FREE) continue;
    if (now_ns >= c->until_ns && c->state == READING) {
      reject(c, "408 Request Timeout");
      go_on(c);
    } else if (now_ns >= c->until_ns || (is_ending && c->state == IDLE)) {
      drop(c);
    }
    is_any |= c->state != FREE;
  }
  return is_any;
}

/* ---- the loop ------------------------------------------------------------------------------- */

static void end_soon(void) {
  struct signalfd_siginfo info;
  if (read(signals, &info, sizeof info) < 0) return;
  if (is_ending) exit(1);
  is_ending = true;
  close(listener);
  listener = -1;
}

static void serve(void) {
  struct epoll_event events[64];
  uint64_t next_ns = 0;
  bool is_any = false;
  while (!is_ending || is_any) {
    int count = epoll_wait(poller, events, 64, is_any || is_deaf ? 100 : -1);
    if (count < 0 && errno != EINTR) die(1, "epoll: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
      void *what = events[i].data.ptr;
      if (what == &signals) end_soon();
      else if (what != &listener) go_on((struct connection *)what);
    }
    /* Afterwards, so that no place is taken anew of which an event is still to be looked at. */
    if (listener >= 0) take_connections();
    uint64_t now_ns = tg_posix_now_ns();
    if (now_ns >= next_ns || is_ending || !is_any) {
      is_any = sweep();
      next_ns = now_ns + 100000000;
      listen_again(true);
    }
    if (options.log) fflush(stdout);
  }
  fprintf(stderr, "server: %" PRIu64 " admitted, %" PRIu64 " refused, %" PRIu64 " malformed\n", admitted,
          refused, bad);
}

static void open_listener(void) {
  struct addrinfo hints, *found;
  int on = 1, off = 0;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  if (getaddrinfo(options.listen, options.port, &hints, &found) != 0)
    die(2, "--listen and --port take a numeric address and a port, not %s and %s", options.listen,
        options.port);
  listener = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) die(1, "no socket: %s", strerror(errno));
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (found->ai_family == AF_INET6) setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(listener, found->ai_addr, found->ai_addrlen) != 0 || listen(listener, 1024) != 0)
    die(1, "cannot listen on %s, port %s: %s", options.listen, options.port, strerror(errno));
  freeaddrinfo(found);

  struct sockaddr_storage here;
  socklen_t len = sizeof here;
  char address[INET6_ADDRSTRLEN], port[8];
  if (getsockname(listener, (struct sockaddr *)&here, &len) != 0 ||
      getnameinfo((struct sockaddr *)&here, len, address, sizeof address, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    die(1, "no address");
  const char *open = here.ss_family == AF_INET6 ? "[" : "", *shut = here.ss_family == AF_INET6 ? "]" : "";
  printf("listening on http://%s%s%s:%s\n", open, address, shut, port);
  if (fflush(stdout) != 0) die(1, "cannot write standard output: %s", strerror(errno));
}

/* ---- the command line ----------------------------------------------------------------------- */

static uint64_t number(const char *option, const char *text, uint64_t most) {
  char *end;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || value < 1 || value > most)
    die(2, "%s takes a number from 1 to %" PRIu64 ", not '%s'", option, most, text);
  return value;
}

/* The number that goes with one of several words. */
static int32_t word(const char *option, const char *text, const char *const *words, const int32_t *numbers) {
  for (size_t i = 0; words[i] != NULL; i++) {
    if (strcmp(words[i], text) == 0) return numbers[i];
  }
  fprintf(stderr, "server: %s takes one of", option);
  for (size_t i = 0; words[i] != NULL; i++) fprintf(stderr, " %s", words[i]);
  fprintf(stderr, ", not '%s'\n", text);
  exit(2);
}

static void read_options(int argc, char **argv) {
  enum { LISTEN, PORT, LIMIT, PER, BURST, CLIENTS, PREFIX, TRUSTED, FULL, FORM, API, POLICY, CONNECTIONS, PATIENCE,
         IDLE_TIME, LOG, HELP };
  static const struct option known[] = {
      {"listen", required_argument, NULL, LISTEN},     {"port", required_argument, NULL, PORT},
      {"limit", required_argument, NULL, LIMIT},       {"per", required_argument, NULL, PER},
      {"burst", required_argument, NULL, BURST},       {"clients", required_argument, NULL, CLIENTS},
      {"ipv6-prefix", required_argument, NULL, PREFIX},
      {"trusted-proxies", required_argument, NULL, TRUSTED},
      {"full", required_argument, NULL, FULL},         {"form", required_argument, NULL, FORM},
      {"api", required_argument, NULL, API},           {"policy", required_argument, NULL, POLICY},
      {"connections", required_argument, NULL, CONNECTIONS},
      {"patience", required_argument, NULL, PATIENCE}, {"idle", required_argument, NULL, IDLE_TIME},
      {"log", no_argument, NULL, LOG},                 {"help", no_argument, NULL, HELP},
      {NULL, 0, NULL, 0}};
  static const char *const forms[] = {"x", "draft-6", "draft-7", "draft-10", NULL};
  static const int32_t form_numbers[] = {TG_FORM_X, TG_FORM_DRAFT_6, TG_FORM_DRAFT_7, TG_FORM_DRAFT_10};
  static const char *const fulls[] = {"share", "deny", "allow", NULL};
  static const int32_t full_numbers[] = {TG_FULL_SHARE, TG_FULL_DENY, TG_FULL_ALLOW};
  int option;
  while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
    switch (option) {
      case LISTEN: options.listen = optarg; break;
      case PORT: options.port = optarg; break;
      case LIMIT: options.limit = number("--limit", optarg, 1000000000); break;
      case PER: options.per_s = number("--per", optarg, 31622400); break;
      case BURST: options.burst = number("--burst", optarg, UINT64_C(1) << 32); break;
      case CLIENTS: options.clients = number("--clients", optarg, 100000000); break;
      case PREFIX: options.prefix = (uint8_t)number("--ipv6-prefix", optarg, 128); break;
      case TRUSTED: options.trusted = (uint32_t)number("--trusted-proxies", optarg, 100); break;
      case FULL: options.full = word("--full", optarg, fulls, full_numbers); break;
      case FORM: options.form = word("--form", optarg, forms, form_numbers); break;
      case API: options.api = optarg; break;
      case POLICY: options.policy = optarg; break;
      case CONNECTIONS: options.connections = number("--connections", optarg, 65536); break;
      case PATIENCE: options.patience_ns = number("--patience", optarg, 86400) * 1000000000; break;
      case IDLE_TIME: options.idle_ns = number("--idle", optarg, 86400) * 1000000000; break;
      case LOG: options.log = true; break;
      case HELP: fputs(usage, stdout); exit(fflush(stdout) == 0 ? 0 : 1);
      default: die(2, "see --help");
    }
  }
  if (optind < argc) die(2, "what is '%s'? (see --help)", argv[optind]);
  if (options.api != NULL && options.policy != NULL) die(2, "either --api or --policy, not both");
  if (options.prefix < 32) die(2, "--ipv6-prefix takes a number from 32 to 128");
  if (options.burst == 0) options.burst = options.limit;
}

static void make_limits(void) {
  uint64_t seed[2];
  void *sets;
  if (tg_posix_seed(&seed[0]) != 0 || tg_posix_seed(&seed[1]) != 0) die(1, "no randomness");
  has_api = options.api != NULL || options.policy != NULL;
  if (options.api != NULL) {
    int32_t code = tg_api_init(&api, options.api, strlen(options.api), seed[0]);
    if (code < 0) die(2, "--api %s: %s", options.api, tg_strerror(code));
  } else if (options.policy != NULL) {
    static char text[1 << 20];
    tg_policy_error error;
    FILE *file = fopen(options.policy, "rb");
    if (file == NULL) die(2, "cannot read %s: %s", options.policy, strerror(errno));
    size_t len = fread(text, 1, sizeof text, file);
    if (ferror(file) || len == sizeof text) die(2, "cannot read %s, or it is too long", options.policy);
    fclose(file);
    int32_t code = tg_api_init_from_json(&api, text, len, seed[0], &error);
    if (code == TG_ERR_POLICY_INVALID)
      die(2, "%s:%" PRIu32 ":%" PRIu32 ": %s%s%s", options.policy, error.line, error.column, error.member,
          error.member_len > 0 ? ": " : "", error.message);
    if (code < 0) die(2, "%s: %s", options.policy, tg_strerror(code));
  } else {
    size_t count = (size_t)TG_SLOT_SETS(options.clients), bytes = count * sizeof(tg_slot_set);
    int32_t code = tg_quota_init(&quota, options.limit, options.per_s * 1000000000, options.burst);
    if (code < 0) die(2, "this limit: %s", tg_strerror(code));
    if (posix_memalign(&sets, sizeof(tg_slot_set), bytes) != 0) die(1, "out of memory");
    memset(sets, 0, bytes);
    must(tg_keyed_init(&clients, (tg_slot_set *)sets, count, seed[0], seed[1], options.full));
  }
}

int main(int argc, char **argv) {
  sigset_t ends;
  struct rlimit files;
  if (tg_abi_matches() != TG_OK) die(1, "libtidegate is not the one of this program");
  read_options(argc, argv);
  make_limits();
  connections = (struct connection *)calloc((size_t)options.connections, sizeof *connections);
  if (connections == NULL) die(1, "out of memory");
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < options.connections + 16) {
    files.rlim_cur = files.rlim_max < options.connections + 16 ? files.rlim_max : options.connections + 16;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0 || (signals = signalfd(-1, &ends, SFD_CLOEXEC)) < 0 ||
      (poller = epoll_create1(EPOLL_CLOEXEC)) < 0)
    die(1, "cannot start: %s", strerror(errno));
  open_listener();
  watch(listener, EPOLL_CTL_ADD, EPOLLIN, &listener);
  watch(signals, EPOLL_CTL_ADD, EPOLLIN, &signals);
  serve();
  return 0;
}
