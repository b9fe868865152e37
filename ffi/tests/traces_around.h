/* The verbs of what stands around a call and keeps nothing from step to step. */
#ifndef TRACES_AROUND_H
#define TRACES_AROUND_H

#include "traces.h"
#include "traces_api.h"

/* The word that the arguments begin with, ended by NUL; `args` goes on behind it. */
static char *first_word(char **args) {
  char *word = *args, *rest = strchr(word, ' ');
  if (rest == NULL) return NULL;
  *rest++ = '\0';
  *args = rest;
  return word;
}

/* The lines of a text between pilcrows; how many there are. */
static size_t lines_of(char *text, tg_text *lines, size_t most) {
  size_t count = 0;
  for (char *end = text; end != NULL && count < most; text = end + 2) {
    end = strstr(text, "\xc2\xb6");
    lines[count].data = text;
    lines[count++].len = end != NULL ? (size_t)(end - text) : strlen(text);
  }
  return count;
}

static bool client_address(char *args) {
  tg_text lines[16];
  tg_client_address address;
  uint64_t trusted, prefix;
  char *first = first_word(&args), *second = first != NULL ? first_word(&args) : NULL;
  char *peer = second != NULL ? first_word(&args) : NULL;
  if (peer == NULL || !number(first, &trusted) || !number(second, &prefix)) return false;
  if (strcmp(peer, "\"\"") == 0) peer += 2;
  size_t count = lines_of(args, lines, 16);
  int32_t code = tg_client_address_read(peer, strlen(peer), lines, count, (uint32_t)trusted,
                                        (uint8_t)prefix, &address);
  if (code == TG_OK && address.len != strlen(address.text)) return false;
  return code == TG_OK ? say("%s", address.text) : say_code(code);
}

/* Into the text of a string of JSON. */
static void json_escaped(char *to, const char *from) {
  for (; *from != '\0'; from++) {
    if (*from == '"' || *from == '\\') *to++ = '\\';
    *to++ = *from;
  }
  *to = '\0';
}

/* An API whose refusals have this envelope, and keys of this name. */
static bool api_of(tg_api *api, const char *envelope, const char *key) {
  char json[512], escaped[64];
  json_escaped(escaped, key);
  snprintf(json, sizeof json,
           "{\"name\": \"a\", \"categories\": [{\"name\": \"b\", \"limits\": []}], \"envelope\": \"%s\""
           "%s%s%s}", envelope, *key != '\0' ? ", \"key\": \"" : "", escaped, *key != '\0' ? "\"" : "");
  return tg_api_init_from_json(api, json, strlen(json), 7, NULL) == TG_OK;
}

static bool refusal(char *args) {
  static tg_api api;
  static char body[1 << 12];
  tg_admission admission;
  const char *type;
  char *word[6];
  for (int i = 0; i < 6; i++) {
    if ((word[i] = first_word(&args)) == NULL) return false;
    if (strcmp(word[i], "\"\"") == 0) *word[i] = '\0';
  }
  with_lines(args);
  memset(&admission, 0, sizeof admission);
  admission.limited_by =
      strcmp(word[2], "gateway") == 0 ? TG_LIMITED_BY_GATEWAY : TG_LIMITED_BY_CATEGORY;
  snprintf(admission.code, sizeof admission.code, "%s", word[3]);
  snprintf(admission.denied_by, sizeof admission.denied_by, "%s", word[4]);
  if (!api_of(&api, word[0], word[1]) || !number(word[5], &admission.retry_after_ns)) return false;
  int32_t code = tg_api_refusal(&api, &admission, args, strlen(args), &type, body, sizeof body, NULL);
  return code == TG_OK ? say("%s %s", type, body) : say_code(code);
}

/* A member of an object of JSON, or none where the number is not said. */
static const char *member(char *text, size_t size, const char *name, const char *value) {
  if (strcmp(value, "-") == 0) return "";
  snprintf(text, size, ", \"%s\": %s", name, value);
  return text;
}

static tg_paging list; /* the list that is read */

static bool say_query(void) {
  tg_page_query query;
  if (tg_paging_query(&list, &query) != TG_OK) return false;
  if (query.size_name[0] == '\0') say("- "); else say("%s=%" PRIu32 " ", query.size_name, query.size);
  if (query.position_name[0] != '\0') return say("%s=%" PRIu64, query.position_name, query.position);
  return query.cursor_name[0] != '\0' ? say("%s=", query.cursor_name) : say("-");
}

static bool paging(char *args) {
  static tg_api api;
  char json[512], default_size[64], max_size[64], names[2][64];
  char *word[7];
  if (!words(args, word, 7)) return false;
  for (int i = 0; i < 2; i++) {
    bool none = strcmp(word[i + 1], "\"\"") == 0;
    snprintf(names[i], 64, "%s%s%s", none ? "-" : "\"", none ? "" : word[i + 1], none ? "" : "\"");
  }
  char texts[2][96];
  snprintf(json, sizeof json,
           "{\"name\": \"a\", \"categories\": [{\"name\": \"b\", \"limits\": []}], \"pages\": "
           "{\"style\": \"%s\", \"first\": %s%s%s%s%s}}", word[0], word[5],
           member(texts[0], 96, "parameter", names[0]), member(texts[1], 96, "size", names[1]),
           member(default_size, 64, "default_size", word[3]), member(max_size, 64, "max_size", word[4]));
  if (tg_api_init_from_json(&api, json, strlen(json), 7, NULL) != TG_OK) return false;
  uint64_t size = 0;
  bool has_size = strcmp(word[6], "-") != 0;
  if (has_size && (!number(word[6], &size) || size > UINT32_MAX)) return false;
  uint32_t asked = (uint32_t)size;
  int32_t code = tg_paging_init(&list, &api, has_size ? &asked : NULL);
  return code == TG_OK ? say_query() : say_code(code);
}

static bool page(char *args) {
  tg_page had;
  memset(&had, 0, sizeof had);
  char *items = first_word(&args), *more = items != NULL ? first_word(&args) : NULL;
  if (more == NULL || !number(items, &had.items)) return false;
  had.more = strcmp(more, "yes") == 0 ? 1 : strcmp(more, "no") == 0 ? -1 : 0;
  if (strcmp(args, "\"\"") == 0) args += 2;
  if (strcmp(args, "-") != 0) had.next = c_text(args);
  int32_t code = tg_paging_answered(&list, &had);
  if (code < 0) return say_code(code);
  return code == TG_OK ? say_query() : say("end");
}

static bool link_next(char *args) {
  tg_text lines[16], url;
  int32_t code = tg_link_next(lines, lines_of(args, lines, 16), &url);
  if (code < 0) return say_code(code);
  return code == TG_OK ? say("%.*s", (int)url.len, url.data) : url.data == NULL && say("-");
}

/* The webhook that was read last, and its texts. */
static struct {
  tg_webhook webhook;
  char texts[3][1024];
} signed_by;

static tg_text kept(char *place, const char *text) {
  snprintf(place, 1024, "%s", strcmp(text, "\"\"") == 0 ? "" : text);
  return c_text(place);
}

static bool say_webhook(void) {
  tg_text prefix[4];
  uint8_t signature[32];
  char whole[2048];
  size_t len = 0;
  int32_t code = tg_webhook_prefix(&signed_by.webhook, prefix);
  if (code != TG_OK) return say_code(code);
  for (int i = 0; i < 4; i++) {
    memcpy(whole + len, prefix[i].data, prefix[i].len), len += prefix[i].len;
  }
  const tg_text all = {whole, len};
  say("id "), say_text(signed_by.webhook.id);
  say(" prefix "), say_text(all), say(" signatures ");
  for (size_t i = 0; (code = tg_webhook_signature(&signed_by.webhook, i, signature)) == TG_OK; i++) {
    say(i > 0 ? ";" : "");
    for (int j = 0; j < 32; j++) say("%02x", signature[j]);
  }
  return code == TG_DENIED;
}

/* Reads another one, or leaves the one before. */
static bool read_webhook(const char *id, const char *timestamp, const char *signature) {
  static char before[sizeof signed_by];
  memcpy(before, &signed_by, sizeof signed_by);
  memset(&signed_by.webhook, 0, sizeof signed_by.webhook);
  if (id != NULL) signed_by.webhook.id = kept(signed_by.texts[0], id);
  if (timestamp != NULL) signed_by.webhook.timestamp = kept(signed_by.texts[1], timestamp);
  signed_by.webhook.signature = kept(signed_by.texts[2], signature);
  bool is_said = say_webhook();
  if (strncmp(got, "error", 5) == 0) memcpy(&signed_by, before, sizeof signed_by);
  return is_said;
}

static bool webhook_timestamped(char *args) { return read_webhook(NULL, NULL, args); }

static bool webhook_standard(char *args) {
  char *id = first_word(&args), *timestamp = id != NULL ? first_word(&args) : NULL;
  return timestamp != NULL && read_webhook(id, timestamp, args);
}

static bool webhook_time(char *args) {
  uint64_t n[2];
  return numbers(args, n, 2) && say_code(tg_webhook_check(&signed_by.webhook, n[0], n[1]));
}

#endif
