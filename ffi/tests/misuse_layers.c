/* Wrong calls of tg_try_acquire_all and tg_peek_all. */
#include "misuse.h"

static void layers(void) {
  static tg_limiter gateway;
  static tg_window user;
  static tg_quota quota;
  static tg_backoff backoff;
  tg_layered out;
  tg_outcome left;
  memset(&out, UNTOUCHED, sizeof out);

  is(TG_OK, "layers: limiter", tg_limiter_init(&gateway, 5, SECOND, 2));
  is(TG_OK, "layers: window", tg_window_init(&user, 3, 60 * SECOND));
  is(TG_OK, "layers: quota", tg_quota_init(&quota, 5, SECOND, 2));
  is(TG_OK, "layers: backoff", tg_backoff_init(&backoff, 1, 2, 3, TG_JITTER_NONE, 0));
  tg_layer both[] = {{&gateway, 1}, {&user, 1}};

  is(TG_ERR_NULL_POINTER, "layers: at NULL", tg_try_acquire_all(NULL, 2, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "layers: askew",
     tg_try_acquire_all((const tg_layer *)askew(4), 2, 0, WALL, &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "layers: more than there can be",
     tg_try_acquire_all(both, SIZE_MAX, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "layers: told askew",
     tg_try_acquire_all(both, 2, 0, WALL, (tg_layered *)askew(4)));
  is(TG_ERR_NULL_POINTER, "peek: at NULL", tg_peek_all(NULL, 2, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "peek: askew",
     tg_peek_all((const tg_layer *)askew(4), 2, 0, WALL, &out));
  is(TG_ERR_BUFFER_TOO_SHORT, "peek: more than there can be",
     tg_peek_all(both, SIZE_MAX, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "peek: told askew",
     tg_peek_all(both, 2, 0, WALL, (tg_layered *)askew(4)));

  static const struct {
    int32_t code;
    const char *name;
    void *limit;
  } wrong[] = {
      {TG_ERR_NULL_POINTER, "layer: NULL", NULL},
      {TG_ERR_POINTER_MISALIGNED, "layer: askew by 1", room.bytes + 1},
      {TG_ERR_POINTER_MISALIGNED, "layer: askew by 4", room.bytes + 4},
      {TG_ERR_NOT_INITIALIZED, "layer: zeros", &zeros},
      {TG_ERR_NOT_INITIALIZED, "layer: rubbish", &rubbish},
      {TG_ERR_NOT_INITIALIZED, "layer: a quota", &quota},
      {TG_ERR_NOT_INITIALIZED, "layer: a backoff", &backoff},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    for (size_t at = 0; at < 2; at++) {
      tg_layer one[] = {{&gateway, 1}, {&gateway, 1}};
      one[at].limit = wrong[i].limit;
      is(wrong[i].code, wrong[i].name, tg_try_acquire_all(one, 2, 0, WALL, &out));
      is(wrong[i].code, wrong[i].name, tg_peek_all(one, 2, 0, WALL, &out));
    }
  }
  holds("layers: no error wrote", is_untouched(&out, sizeof out));

  is(TG_OK, "layers: none at all", tg_try_acquire_all(NULL, 0, 0, WALL, &out));
  holds("layers: nothing limits", out.layer == 0 && out.outcome.remaining == UINT64_MAX);
  is(TG_OK, "layers: errors took nothing", tg_peek_all(both, 2, 0, WALL, &out));
  holds("layers: the least of both", out.outcome.remaining == 1 && out.layer == 0);
  both[0].n = 2;
  is(TG_OK, "layers: both", tg_try_acquire_all(both, 2, 0, WALL, &out));
  holds("layers: and what is left", out.outcome.remaining == 0 && out.layer == 0);
  is(TG_DENIED, "layers: one is empty", tg_try_acquire_all(both, 2, 0, WALL, &out));
  holds("layers: its wait", out.outcome.retry_after_ns == 2 * SECOND / 5 && out.layer == 0);
  both[1].n = 4;
  is(TG_NEVER, "layers: one can never", tg_try_acquire_all(both, 2, 0, WALL, &out));
  holds("layers: which one", out.outcome.retry_after_ns == UINT64_MAX && out.layer == 1);
  is(TG_NEVER, "layers: told nowhere", tg_try_acquire_all(both, 2, 0, WALL, NULL));
  is(TG_OK, "layers: the window is asked", tg_window_peek(&user, 0, WALL, &left));
  holds("layers: a denial took nothing", left.remaining == 2);

  tg_layer many[TG_LAYERS + 1];
  for (size_t i = 0; i < TG_LAYERS + 1; i++) many[i].limit = &user, many[i].n = 0;
  is(TG_OK, "layers: as many as there may be", tg_try_acquire_all(many, TG_LAYERS, 0, WALL, &out));
  is(TG_NEVER, "layers: one too many", tg_try_acquire_all(many, TG_LAYERS + 1, 0, WALL, &out));
  holds("layers: the first that is", out.layer == TG_LAYERS);
  is(TG_NEVER, "peek: one too many", tg_peek_all(many, TG_LAYERS + 1, 0, WALL, &out));

  /* Two are left: each layer alone has room, together they have not. */
  tg_layer twice[] = {{&user, 2}, {&user, 2}};
  is(TG_DENIED, "layers: one limit twice", tg_try_acquire_all(twice, 2, 0, WALL, &out));
  is(TG_OK, "layers: the window is asked again", tg_window_peek(&user, 0, WALL, &left));
  holds("layers: and keeps what it had", left.remaining == 2);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  layers();
  return report();
}
