/* Wrong calls of what stands around a call: addresses of clients. */
#include "misuse.h"

static void addresses(void) {
  static const char peer[] = "192.0.2.1";
  static const tg_text nowhere = {NULL, 3}, endless = {peer, SIZE_MAX};
  const tg_text line = {"203.0.113.7", 11};
  tg_client_address address;

  memset(&address, UNTOUCHED, sizeof address);
  is(TG_ERR_NULL_POINTER, "address: no peer",
     tg_client_address_read(NULL, 9, &line, 1, 1, 56, &address));
  is(TG_ERR_BUFFER_TOO_SHORT, "address: an impossible peer",
     tg_client_address_read(peer, SIZE_MAX, &line, 1, 1, 56, &address));
  is(TG_ERR_NULL_POINTER, "address: no lines",
     tg_client_address_read(peer, 9, NULL, 1, 1, 56, &address));
  is(TG_ERR_POINTER_MISALIGNED, "address: lines askew",
     tg_client_address_read(peer, 9, (const tg_text *)askew(1), 1, 1, 56, &address));
  is(TG_ERR_BUFFER_TOO_SHORT, "address: an impossible count",
     tg_client_address_read(peer, 9, &line, SIZE_MAX, 1, 56, &address));
  is(TG_ERR_NULL_POINTER, "address: a line of no text",
     tg_client_address_read(peer, 9, &nowhere, 1, 0, 56, &address));
  is(TG_ERR_BUFFER_TOO_SHORT, "address: an impossible line",
     tg_client_address_read(peer, 9, &endless, 1, 0, 56, &address));
  NO_PLACE(tg_client_address, "address: nowhere",
           tg_client_address_read(peer, 9, &line, 1, 1, 56, it));
  for (int prefix = 0; prefix < 256; prefix++) {
    if (prefix >= 32 && prefix <= 128) continue;
    is(TG_ERR_PREFIX_OUT_OF_RANGE, "address: a prefix",
       tg_client_address_read(peer, 9, &line, 1, 1, (uint8_t)prefix, &address));
  }
  holds("address: no error wrote", is_untouched(&address, sizeof address));
  is(TG_OK, "address", tg_client_address_read(peer, 9, &line, 1, 1, TG_CLIENT_PREFIX, &address));
  holds("address: the last entry", strcmp(address.text, "203.0.113.7") == 0 && address.is_known);
  is(TG_OK, "address: no header", tg_client_address_read(peer, 9, NULL, 0, 9, 56, &address));
  holds("address: the peer", strcmp(address.text, peer) == 0 && address.len == 9);
  is(TG_OK, "address: nobody", tg_client_address_read(NULL, 0, NULL, 0, 0, 56, &address));
  holds("address: says so", strcmp(address.text, "unknown") == 0 && !address.is_known);
  is(TG_OK, "address: no text at all",
     tg_client_address_read("\xff\0\"", 3, NULL, 0, 0, 56, &address));
  holds("address: says so", strcmp(address.text, "unknown") == 0);
}

static void refusals(void) {
  static tg_api api;
  static const char id[] = "7f3a";
  tg_request asked;
  tg_admission denied, let_in;
  char body[1024];
  const char *type = id;
  size_t needed = 77;

  is(TG_OK, "refusal: api", tg_api_init(&api, "stackflow", 9, 7));
  memset(&asked, 0, sizeof asked);
  asked.path = "/api/v1/incidents/bulk", asked.path_len = 22, asked.key = "u", asked.key_len = 1;
  asked.method = TG_METHOD_POST;
  is(TG_OK, "refusal: let in", tg_api_admit(&api, &asked, 0, WALL, &let_in));
  for (int i = 0; i < 9; i++) is(TG_OK, "refusal: let in", tg_api_admit(&api, &asked, 0, WALL, &denied));
  is(TG_DENIED, "refusal: denied", tg_api_admit(&api, &asked, 0, WALL, &denied));

  memset(body, UNTOUCHED, sizeof body);
#define REFUSAL(api, admission, id, len, type, body, size, needed) \
  tg_api_refusal(api, admission, id, len, type, body, size, needed)
  NO_OBJECT(const tg_api, "refusal: no api", REFUSAL(it, &denied, id, 4, &type, body, 1024, &needed));
  NO_PLACE(const tg_admission, "refusal: none", REFUSAL(&api, it, id, 4, &type, body, 1024, &needed));
  is(TG_ERR_OUT_OF_ORDER, "refusal: it was let in",
     REFUSAL(&api, &let_in, id, 4, &type, body, 1024, &needed));
  is(TG_ERR_NULL_POINTER, "refusal: no id", REFUSAL(&api, &denied, NULL, 4, &type, body, 1024, &needed));
  is(TG_ERR_NOT_TEXT, "refusal: an id of no text",
     REFUSAL(&api, &denied, "\xff", 1, &type, body, 1024, &needed));
  is(TG_ERR_BUFFER_TOO_SHORT, "refusal: an impossible id",
     REFUSAL(&api, &denied, id, SIZE_MAX, &type, body, 1024, &needed));
  is(TG_ERR_NULL_POINTER, "refusal: nowhere", REFUSAL(&api, &denied, id, 4, &type, NULL, 1024, &needed));
  is(TG_ERR_POINTER_MISALIGNED, "refusal: type askew",
     REFUSAL(&api, &denied, id, 4, (const char **)askew(1), body, 1024, &needed));
  is(TG_ERR_POINTER_MISALIGNED, "refusal: needed askew",
     REFUSAL(&api, &denied, id, 4, &type, body, 1024, (size_t *)askew(1)));
  memset(let_in.code, 'x', sizeof let_in.code), let_in.limited_by = TG_LIMITED_BY_CATEGORY;
  is(TG_ERR_NOT_TEXT, "refusal: a code without an end",
     REFUSAL(&api, &let_in, id, 4, &type, body, 1024, &needed));
  holds("refusal: no error wrote", needed == 77 && type == id && is_untouched(body, sizeof body));
  is(TG_ERR_BUFFER_TOO_SHORT, "refusal: how long?", REFUSAL(&api, &denied, id, 4, &type, NULL, 0, &needed));
  is(TG_ERR_BUFFER_TOO_SHORT, "refusal: too short",
     REFUSAL(&api, &denied, id, 4, &type, body, needed - 1, NULL));
  holds("refusal: all or nothing", type == id && is_untouched(body, sizeof body));
  is(TG_OK, "refusal", REFUSAL(&api, &denied, id, 4, &type, body, needed, NULL));
  holds("refusal: StackFlow's", strcmp(body, "{\"error\":\"Per-user rate limit reached\",\"code\":"
        "\"RATE_LIMIT_EXCEEDED\",\"requestId\":\"7f3a\",\"details\":{}}") == 0 &&
        strlen(body) + 1 == needed && strcmp(type, "application/json") == 0);
  is(TG_OK, "refusal: nobody asks", REFUSAL(&api, &denied, NULL, 0, NULL, body, 1024, NULL));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  memset(&zeros, 0, sizeof zeros);
  addresses();
  refusals();
  return report();
}
