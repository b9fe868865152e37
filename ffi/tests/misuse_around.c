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

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  memset(&zeros, 0, sizeof zeros);
  addresses();
  return report();
}
