/* The verbs of what stands around a call and keeps nothing from step to step. */
#ifndef TRACES_AROUND_H
#define TRACES_AROUND_H

#include "traces.h"

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

#endif
