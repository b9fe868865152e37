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

static void lists(void) {
  static tg_api api, bare;
  static tg_paging good, made;
  tg_page_query query;
  tg_page_paths paths;
  tg_page page;
  const tg_text line = {"</items?page=2>; rel=next", 25}, nowhere = {NULL, 3};
  tg_text url = {"x", 1};
  const uint32_t none = 0, some = 50, many = 101;

  memset(&page, 0, sizeof page), memset(&query, UNTOUCHED, sizeof query);
  is(TG_OK, "paging: api", tg_api_init(&api, "velaflows", 9, 7));
  is(TG_OK, "paging: api", tg_api_init(&bare, "stackflow", 9, 7));
  NO_PLACE(tg_paging, "paging: nowhere", tg_paging_init(it, &api, NULL));
  NO_OBJECT(const tg_api, "paging: no api", tg_paging_init(&made, it, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "paging: size askew",
     tg_paging_init(&made, &api, (const uint32_t *)askew(1)));
  is(TG_ERR_PAGE_SIZE_OUT_OF_RANGE, "paging: of none", tg_paging_init(&made, &api, &none));
  is(TG_ERR_PAGE_SIZE_OUT_OF_RANGE, "paging: of too many", tg_paging_init(&made, &api, &many));
  is(TG_DENIED, "paging: no pages", tg_paging_init(&made, &bare, NULL));
  is(TG_ERR_NOT_INITIALIZED, "paging: a refused init", tg_paging_answered(&made, &page));
  is(TG_OK, "paging", tg_paging_init(&good, &api, &some));
  NO_OBJECT(tg_paging, "query", tg_paging_query(it, &query));
  NO_OBJECT(tg_paging, "answered", tg_paging_answered(it, &page));
  NO_PLACE(tg_page_query, "query: nowhere", tg_paging_query(&good, it));
  NO_PLACE(const tg_page, "answered: what?", tg_paging_answered(&good, it));
  page.next = nowhere;
  is(TG_ERR_NULL_POINTER, "answered: a cursor of no text", tg_paging_answered(&good, &page));
  page.next.data = "x", page.next.len = SIZE_MAX;
  is(TG_ERR_BUFFER_TOO_SHORT, "answered: an impossible cursor", tg_paging_answered(&good, &page));
  holds("query: no error wrote", is_untouched(&query, sizeof query));
  memset(&page, 0, sizeof page), page.items = 50;
  is(TG_OK, "answered: a full one", tg_paging_answered(&good, &page));
  is(TG_OK, "query", tg_paging_query(&good, &query));
  holds("query: the second", query.position == 2 && query.size == 50 && query.cursor_name[0] == 0);
  page.items = 49;
  is(TG_DENIED, "answered: the last", tg_paging_answered(&good, &page));
  page.items = 50;
  is(TG_DENIED, "answered: it stays the last", tg_paging_answered(&good, &page));

  NO_OBJECT(const tg_api, "paths: no api", tg_api_page_paths(it, &paths));
  is(TG_ERR_NULL_POINTER, "paths: nowhere", tg_api_page_paths(&api, NULL));
  is(TG_OK, "paths", tg_api_page_paths(&api, &paths));
  holds("paths: VelaFlows'", strcmp(paths.items, "data") == 0 && paths.more[0] == 0);
  is(TG_OK, "paths: none", tg_api_page_paths(&bare, &paths));
  holds("paths: none", paths.items[0] == 0);

  is(TG_ERR_NULL_POINTER, "link: no lines", tg_link_next(NULL, 1, &url));
  is(TG_ERR_POINTER_MISALIGNED, "link: lines askew", tg_link_next((const tg_text *)askew(1), 1, &url));
  is(TG_ERR_NULL_POINTER, "link: a line of no text", tg_link_next(&nowhere, 1, &url));
  is(TG_ERR_BUFFER_TOO_SHORT, "link: an impossible count", tg_link_next(&line, SIZE_MAX, &url));
  NO_PLACE(tg_text, "link: nowhere", tg_link_next(&line, 1, it));
  holds("link: no error wrote", url.len == 1);
  is(TG_DENIED, "link: none", tg_link_next(NULL, 0, &url));
  holds("link: none", url.data == NULL && url.len == 0);
  is(TG_OK, "link", tg_link_next(&line, 1, &url));
  holds("link: into the line", url.data == line.data + 1 && url.len == 13);
}

static void webhooks(void) {
  static const char hex[] = "t=1,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd";
  static const tg_text nowhere = {NULL, 3}, endless = {hex, SIZE_MAX};
  static tg_quota once;
  static tg_slot_set sets[TG_SLOT_SETS(8)];
  static tg_keyed seen;
  tg_webhook good, wrong;
  tg_text prefix[4];
  uint8_t signature[32];

  memset(&good, 0, sizeof good);
  good.signature.data = hex, good.signature.len = strlen(hex);
  memset(prefix, UNTOUCHED, sizeof prefix), memset(signature, UNTOUCHED, sizeof signature);
  NO_PLACE(const tg_webhook, "webhook: check", tg_webhook_check(it, SECOND, 0));
  NO_PLACE(const tg_webhook, "webhook: prefix", tg_webhook_prefix(it, prefix));
  NO_PLACE(const tg_webhook, "webhook: signature", tg_webhook_signature(it, 0, signature));
  NO_PLACE(tg_text, "webhook: no prefix", tg_webhook_prefix(&good, it));
  is(TG_ERR_NULL_POINTER, "webhook: no signature", tg_webhook_signature(&good, 0, NULL));
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 2; j++) {
      wrong = good;
      *(i == 0 ? &wrong.id : i == 1 ? &wrong.timestamp : &wrong.signature) = j == 0 ? nowhere : endless;
      is(j == 0 ? TG_ERR_NULL_POINTER : TG_ERR_BUFFER_TOO_SHORT, "webhook: a header of no text",
         tg_webhook_check(&wrong, SECOND, 0));
    }
  }
  memset(&wrong, 0, sizeof wrong);
  is(TG_ERR_SIGNATURE_MALFORMED, "webhook: of zeros", tg_webhook_check(&wrong, 0, UINT64_MAX));
  is(TG_ERR_SIGNATURE_MALFORMED, "webhook: of zeros", tg_webhook_prefix(&wrong, prefix));
  is(TG_ERR_SIGNATURE_MALFORMED, "webhook: of zeros", tg_webhook_signature(&wrong, 0, signature));
  is(TG_ERR_SIGNATURE_OUT_OF_WINDOW, "webhook: late",
     tg_webhook_check(&good, SECOND + TG_WEBHOOK_WINDOW_NS + 1, TG_WEBHOOK_WINDOW_NS));
  is(TG_DENIED, "webhook: a second signature", tg_webhook_signature(&good, 1, signature));
  is(TG_DENIED, "webhook: the last number", tg_webhook_signature(&good, SIZE_MAX, signature));
  holds("webhook: no error wrote",
        is_untouched(prefix, sizeof prefix) && is_untouched(signature, sizeof signature));
  is(TG_OK, "webhook: check", tg_webhook_check(&good, SECOND, 0));
  is(TG_OK, "webhook: prefix", tg_webhook_prefix(&good, prefix));
  holds("webhook: prefix", prefix[0].len == 0 && prefix[1].len == 0 && prefix[2].data == hex + 2);
  is(TG_OK, "webhook: signature", tg_webhook_signature(&good, 0, signature));
  holds("webhook: signature", signature[0] == 0x52 && signature[31] == 0xbd);

  NO_PLACE(tg_quota, "seen: nowhere", tg_webhook_seen_once(it, TG_WEBHOOK_WINDOW_NS));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "seen: no window", tg_webhook_seen_once(&once, 0));
  is(TG_ERR_PERIOD_OUT_OF_RANGE, "seen: for ever", tg_webhook_seen_once(&once, UINT64_MAX));
  is(TG_OK, "seen", tg_webhook_seen_once(&once, TG_WEBHOOK_WINDOW_NS));
  is(TG_OK, "seen: table", tg_keyed_init(&seen, sets, TG_SLOT_SETS(8), 1, 2, TG_FULL_DENY));
  is(TG_OK, "seen: the first", tg_keyed_try_acquire(&seen, &once, "id", 2, 1, 5, NULL));
  is(TG_DENIED, "seen: a copy",
     tg_keyed_try_acquire(&seen, &once, "id", 2, 1, 5 + 2 * TG_WEBHOOK_WINDOW_NS, NULL));
  is(TG_OK, "seen: no copy could be within the window",
     tg_keyed_try_acquire(&seen, &once, "id", 2, 1, 6 + 2 * TG_WEBHOOK_WINDOW_NS, NULL));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  memset(&zeros, 0, sizeof zeros);
  addresses();
  refusals();
  lists();
  webhooks();
  return report();
}
