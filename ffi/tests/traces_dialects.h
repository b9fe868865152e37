/* The verbs of traces_dialects: what headers of any dialect say, and the headers that announce. */
#ifndef TRACES_DIALECTS_H
#define TRACES_DIALECTS_H

#include "traces.h"

/* What was told since the last dialect. */
static tg_advice told;

static bool dialect(char *args) {
  static const char *const resets[] = {"-",  "auto", "epoch_s",  "epoch_ms", "s",
                                       "ms", "duration", "rfc3339", NULL};
  static const char *const decimals[] = {"no", "yes", "-", NULL};
  char *word[3];
  int32_t reset, decimal;
  tg_dialect made;
  if (!words(args, word, 3) || !choice(word[1], resets, &reset) ||
      !choice(word[2], decimals, &decimal))
    return false;
  int32_t code = tg_dialect_init(&made, word[0], strlen(word[0]));
  if (code == TG_ERR_UNKNOWN_DIALECT) return say("unknown");
  if (code == TG_OK && reset > 0) code = tg_dialect_set_reset(&made, reset);
  if (code == TG_OK && decimal < 2) code = tg_dialect_set_decimals(&made, decimal);
  if (code == TG_OK) code = tg_advice_init(&told, &made);
  return say_code(code);
}

static bool tell(char *args) {
  char *value = strchr(args, ' ');
  if (value != NULL) *value++ = '\0'; else value = args + strlen(args);
  int32_t field;
  int32_t code = tg_advice_header(&told, args, strlen(args), value, strlen(value), &field);
  return say_field(code, field);
}

static bool tell_repeat(char *args) {
  static char value[1 << 16];
  char *word[3];
  uint64_t count;
  if (!words(args, word, 3) || !number(word[2], &count)) return false;
  size_t len = strlen(word[1]), end = 0;
  if (count > sizeof value || len * count > sizeof value) return false;
  for (uint64_t i = 0; i < count; i++, end += len) memcpy(value + end, word[1], len);
  int32_t field;
  int32_t code = tg_advice_header(&told, word[0], strlen(word[0]), value, end, &field);
  return say_field(code, field);
}

static bool say_yes(bool has, bool yes) { return say(!has ? "-" : yes ? "yes" : "no"); }

static bool advice(char *args) {
  static const tg_text none = {NULL, 0};
  uint64_t now;
  tg_advice_values values;
  if (!number(args, &now)) return false;
  int32_t code = tg_advice_get(&told, now, &values);
  if (code != TG_OK) return say_code(code);
  say("retry_after "), say_retry_after(TG_OK, &values.retry_after, ':');
  say(" date "), say_if(values.has_date, values.date_ns);
  say(" should_retry "), say_yes(values.has_should_retry, values.should_retry);
  say(" global "), say_yes(values.has_global, values.is_global);
  say(" cached "), say_yes(true, values.is_cached);
  say(" bucket "), say_text(values.has_bucket ? c_text(values.bucket) : none);
  say(" scope "), say_text(values.has_scope ? c_text(values.scope) : none);
  say(" wait "), say_if(values.has_wait, values.wait_ns);
  return say(" invalid %" PRIu32 " dropped %" PRIu32, values.invalid, values.dropped);
}

static bool say_allowance(const tg_allowance *limit) {
  say("name "), say_text(c_text(limit->name));
  say(" partition ");
  if (limit->has_partition) say("%016" PRIx64, limit->partition); else say("-");
  say(" unit %s", tg_unit_name(limit->unit));
  say(" limit "), say_if(limit->has_limit, limit->limit);
  say(" remaining "), say_if(limit->has_remaining, limit->remaining);
  say(" used "), say_if(limit->has_used, limit->used);
  say(limit->reset_kind == TG_RESET_KIND_AT      ? " reset at:"
      : limit->reset_kind == TG_RESET_KIND_AFTER ? " reset after:"
                                                 : " reset ");
  say_if(limit->reset_kind != TG_RESET_KIND_NONE, limit->reset_ns);
  return say(" window "), say_if(limit->has_window, limit->window_ns);
}

static bool allowances(char *args) {
  if (*args != '\0') return false;
  for (size_t i = 0;; i++) {
    tg_allowance limit;
    int32_t code = tg_advice_allowance(&told, i, &limit);
    if (code != TG_OK) return say_code(code);
    if (limit.unit == TG_UNIT_NONE) return i > 0 || say("-");
    if (!say(i > 0 ? "; " : "") || !say_allowance(&limit)) return false;
  }
}

static bool tightest(char *args) {
  uint64_t now;
  tg_allowance limit;
  if (!number(args, &now)) return false;
  int32_t code = tg_advice_tightest(&told, now, &limit);
  if (code != TG_OK) return say_code(code);
  return limit.unit == TG_UNIT_NONE ? say("-") : say_allowance(&limit);
}

static bool advised(char *args) {
  uint64_t now;
  tg_hints hints;
  tg_hints_values values;
  if (!number(args, &now)) return false;
  int32_t code = tg_advice_hints(&told, now, &hints);
  if (code == TG_OK) code = tg_hints_get(&hints, &values);
  return code == TG_OK ? say_hints(&values) : say_code(code);
}

/* NAME LIMIT REMAINING RESET_AFTER WINDOW, at the front of `args`, which goes on behind it. */
static bool announcement(char **args, tg_announcement *limit) {
  char *word[5];
  for (size_t i = 0; i < 5; i++) {
    if (*args == NULL) return false;
    word[i] = *args;
    *args = strchr(*args, ' ');
    if (*args != NULL) *(*args)++ = '\0';
  }
  limit->name = strcmp(word[0], "\"\"") == 0 ? "" : word[0];
  limit->name_len = strlen(limit->name);
  return number(word[1], &limit->limit) && number(word[2], &limit->remaining) &&
         number(word[3], &limit->reset_after_ns) && number(word[4], &limit->window_ns);
}

static bool announce(char *args) {
  static const char *const forms[] = {"", "x", "draft-6", "draft-7", "draft-10", NULL};
  static tg_announcement limits[TG_ANNOUNCEMENTS];
  static tg_announced announced;
  char *word[3], *rest = args;
  uint64_t now, wait = 0;
  int32_t form;
  size_t count = 0;
  for (size_t i = 0; i < 3; i++) {
    if (rest == NULL) return false;
    word[i] = rest;
    rest = strchr(rest, ' ');
    if (rest != NULL) *rest++ = '\0';
  }
  bool has_wait = strcmp(word[2], "-") != 0;
  if (!choice(word[0], forms, &form) || !number(word[1], &now) ||
      (has_wait && !number(word[2], &wait)))
    return false;
  for (; rest != NULL; count++) {
    if (count == TG_ANNOUNCEMENTS || !announcement(&rest, &limits[count])) return false;
  }
  int32_t code = tg_announce(form, limits, count, has_wait ? &wait : NULL, now, &announced);
  if (code == TG_ERR_ANNOUNCEMENT_INVALID) return say("refused");
  if (code != TG_OK) return say_code(code);
  for (size_t i = 0; i < announced.header_count; i++) {
    say("%s%s=", i > 0 ? ";" : "", announced.headers[i].name);
    say_text(c_text(announced.headers[i].value));
  }
  return true;
}

#endif
