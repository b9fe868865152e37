/*
 * What the verbs of all traces share: taking a step's arguments apart, and writing its result into `got`.
 */
#ifndef TRACES_H
#define TRACES_H

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tidegate.h"

/* The result of the step that is run. */
static char got[1 << 17];
static size_t got_len;

/* Adds to it; false once it is too long. */
static bool say(const char *format, ...) {
  va_list arguments;
  if (got_len >= sizeof got) return false;
  va_start(arguments, format);
  got_len += (size_t)vsnprintf(got + got_len, sizeof got - got_len, format, arguments);
  va_end(arguments);
  return got_len < sizeof got;
}

/* `ok`, or the error. */
static bool say_code(int32_t code) {
  return code == TG_OK ? say("ok") : say("error %s", tg_error_name(code));
}

/* A number, or `-`. */
static bool say_if(bool has, uint64_t number) {
  return has ? say("%" PRIu64, number) : say("-");
}

/* A text with every byte outside of [A-Za-z0-9_.-] as %XX, or `-`. */
static bool say_text(tg_text text) {
  static const char plain[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  if (text.data == NULL) return say("-");
  if (text.len == 0) return say("\"\"");
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    say(c != 0 && strchr(plain, c) != NULL ? "%c" : "%%%02X", (unsigned char)c);
  }
  return true;
}

/* A C string as a text. */
static tg_text c_text(const char *text) {
  tg_text whole = {text, strlen(text)};
  return whole;
}

/* Exactly `count` words between single spaces. */
static bool words(char *args, char **word, size_t count) {
  for (size_t i = 0; i < count; i++) {
    word[i] = args;
    args = strchr(args, ' ');
    if ((args == NULL) != (i + 1 == count)) return false;
    if (args != NULL) *args++ = '\0';
  }
  return true;
}

static bool number(const char *word, uint64_t *value) {
  errno = 0;
  *value = strtoull(word, NULL, 10);
  return errno == 0 && *word != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* All of the words as numbers. */
static bool numbers(char *args, uint64_t *value, size_t count) {
  char *word[TG_LAYERS + 4];
  if (count > sizeof word / sizeof word[0] || !words(args, word, count)) return false;
  for (size_t i = 0; i < count; i++) {
    if (!number(word[i], &value[i])) return false;
  }
  return true;
}

/* The place of a word in a list that ends with NULL. */
static bool choice(const char *word, const char *const *list, int32_t *index) {
  for (*index = 0; list[*index] != NULL; ++*index) {
    if (strcmp(word, list[*index]) == 0) return true;
  }
  return false;
}

/* `NAME NUMBER`, or the error. */
static bool say_told(int32_t code, const char *name, uint64_t told) {
  return code == TG_OK ? say("%s %" PRIu64, name, told) : say_code(code);
}

static bool say_retry_after(int32_t code, const tg_retry_after *value, char between) {
  if (code != TG_OK) return say_code(code);
  if (value->kind == TG_RETRY_AFTER_DELAY) return say("delay%c%" PRIu64, between, value->delay_ns);
  if (value->kind == TG_RETRY_AFTER_DATE) return say("date%c%" PRIu64, between, value->date_ns);
  return say(between == ' ' ? "invalid" : "-");
}

static bool say_field(int32_t code, int32_t field) {
  if (code != TG_OK) return say_code(code);
  return say(field == TG_FIELD_READ      ? "read"
             : field == TG_FIELD_UNKNOWN ? "unknown"
             : field == TG_FIELD_INVALID ? "invalid"
                                         : "?");
}

/* What a call or an operation is to do now. */
static bool say_step(int32_t code, const tg_step *step) {
  if (code != TG_OK) return say_code(code);
  switch (step->kind) {
    case TG_STEP_SEND: return say("send");
    case TG_STEP_WAIT: return say("wait %" PRIu64, step->until_ns);
    case TG_STEP_DONE: return say("done");
    case TG_STEP_PENDING: return say("pending");
    case TG_STEP_GIVE_UP:
      say("give_up %s ", tg_reason_name(step->reason));
      return say_if(step->has_server_delay, step->server_delay_ns);
    default: return false;
  }
}

/* What headers said, as `hints` and `advised` show it. */
static bool say_hints(const tg_hints_values *values) {
  say("limit "), say_if(values->has_limit, values->limit);
  say(" remaining "), say_if(values->has_remaining, values->remaining);
  say(" reset "), say_if(values->has_reset, values->reset_ns);
  say(" window "), say_if(values->has_window, values->window_ns);
  say(" retry_after "), say_retry_after(TG_OK, &values->retry_after, ':');
  say(" date "), say_if(values->has_date, values->date_ns);
  return say(" invalid %" PRIu32, values->invalid);
}

#endif
