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

#endif
