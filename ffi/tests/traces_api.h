/* The verbs of an API: what a response told, and what a server and a client do about it. */
#ifndef TRACES_API_H
#define TRACES_API_H

#include "traces.h"

/* What the steps of one file have made so far. */
static struct {
  tg_hints hints;   /* of the next answer, before there is an API */
  tg_reader reader; /* of the next answer of the API */
  char body[1 << 16];
  bool has_api;
  tg_api api;
  tg_call calls[256];
} client;

/* The response that is told from now on. */
static int32_t listen_anew(void) {
  return client.has_api ? tg_reader_init(&client.reader, &client.api) : tg_hints_init(&client.hints);
}

/* What was told of it until now. */
static int32_t heard(uint64_t wall, tg_hints *hints) {
  if (client.has_api) return tg_reader_hints(&client.reader, &client.api, wall, hints);
  *hints = client.hints;
  return TG_OK;
}

static uint64_t seconds_up(uint64_t ns) { return ns / 1000000000 + (ns % 1000000000 != 0); }

static bool header(char *args) {
  char *value = strchr(args, ' ');
  if (value != NULL) *value++ = '\0'; else value = args + strlen(args);
  int32_t field;
  size_t name_len = strlen(args), value_len = strlen(value);
  int32_t code =
      client.has_api ? tg_reader_header(&client.reader, args, name_len, value, value_len, &field)
                     : tg_hints_header(&client.hints, args, name_len, value, value_len, &field);
  return say_field(code, field);
}

static bool hints(char *args) {
  tg_hints said;
  tg_hints_values values;
  if (*args != '\0') return false;
  int32_t code = heard(0, &said);
  if (code == TG_OK) code = tg_hints_get(&said, &values);
  if (code != TG_OK || listen_anew() != TG_OK) return say_code(code);
  return say_hints(&values);
}

static bool body(char *args) {
  char text[TG_ERROR_BODY_TEXT_SIZE];
  tg_error_body error;
  if (strlen(args) >= sizeof client.body) return false;
  strcpy(client.body, args);
  int32_t code = tg_error_body_scan(args, strlen(args), text, sizeof text, NULL, &error);
  if (code != TG_OK) return say_code(code);
  say("code "), say_text(error.code);
  say(" message "), say_text(error.message);
  say(" request_id "), say_text(error.request_id);
  say(error.field_count > 0 ? " fields " : " fields -");
  for (size_t i = 0; i < error.field_count; i++) {
    say(i > 0 ? ";" : ""), say_text(error.fields[i].path);
    say("="), say_text(error.fields[i].issue);
  }
  return true;
}

/* An API was made: nothing was told of it yet, and it has no calls. */
static bool made_api(int32_t code) {
  if (code != TG_OK) return say_code(code);
  memset(client.calls, 0, sizeof client.calls);
  client.has_api = true;
  return say_code(listen_anew());
}

static bool api(char *args) {
  char *word[3];
  uint64_t window_ns, seed;
  if (!words(args, word, 3) || !number(word[2], &seed)) return false;
  int32_t code;
  if (strcmp(word[1], "-") == 0) {
    code = tg_api_init(&client.api, word[0], strlen(word[0]), seed);
  } else if (number(word[1], &window_ns)) {
    code = tg_api_init_with_window(&client.api, word[0], strlen(word[0]), seed, window_ns);
  } else {
    return false;
  }
  return made_api(code);
}

/* The pilcrows of a text as the line feeds that they stand for. */
static void with_lines(char *text) {
  char *to = text;
  for (; *text != '\0'; text++) {
    bool is_end = strncmp(text, "\xc2\xb6", 2) == 0;
    *to++ = is_end ? '\n' : *text;
    text += is_end;
  }
  *to = '\0';
}

static bool policy(char *args) {
  uint64_t window_ns, seed;
  tg_policy_error error;
  char *word = strchr(args, ' ');
  char *text = word != NULL ? strchr(word + 1, ' ') : NULL;
  if (text == NULL) return false;
  *word++ = '\0', *text++ = '\0';
  if (!number(word, &seed)) return false;
  with_lines(text);
  int32_t code;
  if (strcmp(args, "-") == 0) {
    code = tg_api_init_from_json(&client.api, text, strlen(text), seed, &error);
  } else if (number(args, &window_ns)) {
    code = tg_api_init_from_json_with_window(&client.api, text, strlen(text), seed, window_ns, &error);
  } else {
    return false;
  }
  if (code != TG_ERR_POLICY_INVALID) return made_api(code);
  say("error %s %" PRIu32 " %" PRIu32 " ", tg_error_name(code), error.line, error.column);
  tg_text member = {error.member, error.member_len};
  return say_text(member);
}

/* METHOD PATH KEY ROLE; "" is the empty text, and `-` no role. */
static int32_t request(char **word, tg_request *request) {
  for (size_t i = 1; i < 4; i++) {
    if (strcmp(word[i], "\"\"") == 0) word[i] += 2;
  }
  memset(request, 0, sizeof *request);
  request->path = word[1];
  request->path_len = strlen(word[1]);
  request->key = word[2];
  request->key_len = strlen(word[2]);
  request->role = word[3];
  request->role_len = strcmp(word[3], "-") == 0 ? 0 : strlen(word[3]);
  return tg_method_parse(word[0], strlen(word[0]), &request->method);
}

/* So many words, and a number of tokens behind them or none. */
static bool words_and_tokens(char *args, char **word, size_t count, uint64_t *tokens) {
  size_t spaces = 0;
  for (const char *c = args; *c != '\0'; c++) spaces += *c == ' ';
  *tokens = 0;
  if (spaces != count) return words(args, word, count);
  char *last = strrchr(args, ' ');
  *last = '\0';
  return words(args, word, count) && number(last + 1, tokens);
}

static bool admit(char *args) {
  char *word[6];
  uint64_t now, wall, tokens;
  tg_request asked;
  tg_admission admission;
  if (!words_and_tokens(args, word, 6, &tokens) || !number(word[0], &now) ||
      !number(word[1], &wall))
    return false;
  int32_t code = request(word + 2, &asked);
  asked.tokens = tokens;
  if (code == TG_OK) code = tg_api_admit(&client.api, &asked, now, wall, &admission);
  if (code != TG_OK && code != TG_DENIED) return say_code(code);
  bool denied = code == TG_DENIED;
  say(denied ? "deny %s %s" : "allow %s", admission.category,
      admission.limited_by == TG_LIMITED_BY_GATEWAY ? "gateway" : "category");
  say(" limit %" PRIu64 " remaining %" PRIu64 " reset %" PRIu64 " window %" PRIu64, admission.limit,
      admission.remaining, seconds_up(admission.reset_ns), seconds_up(admission.window_ns));
  return !denied || say(" retry_after %" PRIu64, seconds_up(admission.retry_after_ns));
}

/* The call with the number that `args` begins with; `args` goes on behind it. */
static tg_call *call_of(char **args) {
  uint64_t id;
  char *rest = strchr(*args, ' ');
  if (rest != NULL) *rest++ = '\0'; else rest = *args + strlen(*args);
  if (!number(*args, &id) || id > 255) return NULL;
  *args = rest;
  return &client.calls[id];
}

static bool call(char *args) {
  char *word[6], category[TG_NAME_SIZE];
  uint64_t tokens;
  tg_request asked;
  tg_call *made = call_of(&args);
  if (made == NULL || !words_and_tokens(args, word, 6, &tokens)) return false;
  int32_t code = request(word, &asked);
  asked.tokens = tokens;
  asked.idempotency_key = strcmp(word[4], "key") == 0;
  if (!asked.idempotency_key && strcmp(word[4], "none") != 0) return false;
  asked.has_deadline = strcmp(word[5], "-") != 0;
  if (asked.has_deadline && !number(word[5], &asked.deadline_ns)) return false;
  if (code == TG_OK) code = tg_call_init(made, &client.api, &asked);
  if (code == TG_OK) code = tg_call_category(made, &client.api, category, sizeof category);
  return code == TG_OK ? say("%s", category) : say_code(code);
}

static bool next(char *args) {
  uint64_t n[2];
  tg_step step;
  tg_call *made = call_of(&args);
  if (made == NULL || !numbers(args, n, 2)) return false;
  int32_t code = tg_call_next(made, &client.api, n[0], n[1], &step);
  return say_step(code, &step);
}

static bool answered(char *args) {
  uint64_t n[3];
  tg_hints said;
  tg_call *made = call_of(&args);
  if (made == NULL || !numbers(args, n, 3) || n[0] > INT32_MAX || heard(n[2], &said) != TG_OK)
    return false;
  int32_t code = tg_call_answered(made, &client.api, (int32_t)n[0], &said, client.body,
                                  strlen(client.body), n[1], n[2]);
  client.body[0] = '\0';
  return listen_anew() == TG_OK && say_code(code);
}

static bool failed(char *args) {
  uint64_t n[2];
  tg_call *made = call_of(&args);
  char *times = strchr(args, ' ');
  if (made == NULL || times == NULL) return false;
  *times++ = '\0';
  if (!numbers(times, n, 2)) return false;
  int32_t failure = TG_FAILURE_TLS; /* the last one; 0 is none of them */
  while (failure > 0 && strcmp(tg_failure_name(failure), args) != 0) failure--;
  return say_code(tg_call_failed(made, &client.api, failure, n[0], n[1]));
}

static bool attempt_ends(char *args) {
  uint64_t until;
  const tg_call *made = call_of(&args);
  if (made == NULL || *args != '\0') return false;
  int32_t code = tg_call_attempt_ends(made, &client.api, &until);
  return code == TG_OK ? say("%" PRIu64, until) : say_code(code);
}

static bool hedge_at(char *args) {
  uint64_t at = 0;
  const tg_call *made = call_of(&args);
  if (made == NULL || *args != '\0') return false;
  int32_t code = tg_call_hedge_at(made, &client.api, &at);
  return code < 0 ? say_code(code) : say_if(code == TG_OK, at);
}

static bool hedge(char *args) {
  uint64_t now;
  tg_call *made = call_of(&args), twin;
  tg_call *place = made != NULL ? call_of(&args) : NULL;
  if (place == NULL || !number(args, &now)) return false;
  int32_t code = tg_call_hedge(made, &client.api, now, &twin);
  if (code == TG_OK) *place = twin;
  return code == TG_DENIED ? say("-") : say_code(code);
}

#endif
