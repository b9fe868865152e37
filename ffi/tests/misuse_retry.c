/* Wrong calls of the budgets of retries, tg_adaptive_rate and tg_circuit_breaker. */
#include "misuse.h"

static void quotas(void) {
  static const tg_retry_costs costs = {1, 2, 3, 4};
  static tg_retry_quota good;
  uint32_t cost = 77, tokens = 77;

  NO_PLACE(tg_retry_quota, "quota: init", tg_retry_quota_init(it, 5, &costs));
  NO_PLACE(tg_retry_quota, "quota: init 2.0", tg_retry_quota_init_aws_2_0(it, 5));
  NO_PLACE(tg_retry_quota, "quota: init 2.1", tg_retry_quota_init_aws_2_1(it, 5));
  NO_PLACE(const tg_retry_costs, "quota: no costs", tg_retry_quota_init(&good, 5, it));
  is(TG_ERR_NOT_INITIALIZED, "quota: a refused init", tg_retry_quota_try_spend(&good, 1, &cost));
  is(TG_OK, "quota: init", tg_retry_quota_init(&good, 5, &costs));
  NO_OBJECT(tg_retry_quota, "spend", tg_retry_quota_try_spend(it, TG_CAUSE_FAILURE, &cost));
  NO_OBJECT(tg_retry_quota, "succeeded", tg_retry_quota_succeeded(it, 1));
  NO_OBJECT(tg_retry_quota, "cancelled", tg_retry_quota_cancelled(it, 1));
  NO_OBJECT(tg_retry_quota, "tokens", tg_retry_quota_tokens(it, &tokens));
  NO_PLACE(uint32_t, "tokens: nowhere", tg_retry_quota_tokens(&good, it));
  is(TG_ERR_POINTER_MISALIGNED, "spend: told askew",
     tg_retry_quota_try_spend(&good, TG_CAUSE_FAILURE, (uint32_t *)askew(1)));
  is(TG_ERR_UNKNOWN_CAUSE, "spend: cause 0", tg_retry_quota_try_spend(&good, 0, &cost));
  is(TG_ERR_UNKNOWN_CAUSE, "spend: cause 4", tg_retry_quota_try_spend(&good, 4, &cost));
  is(TG_ERR_UNKNOWN_CAUSE, "spend: least cause",
     tg_retry_quota_try_spend(&good, INT32_MIN, &cost));
  holds("quota: no error wrote", cost == 77 && tokens == 77);
  is(TG_OK, "tokens", tg_retry_quota_tokens(&good, &tokens));
  holds("quota: errors took nothing", tokens == 5);
  is(TG_OK, "spend: nobody asks", tg_retry_quota_try_spend(&good, TG_CAUSE_THROTTLED, NULL));
  is(TG_DENIED, "spend: too few", tg_retry_quota_try_spend(&good, TG_CAUSE_THROTTLED, &cost));
  holds("spend: cost nothing", cost == 0);
  is(TG_OK, "succeeded: more than was taken", tg_retry_quota_succeeded(&good, UINT32_MAX));
  is(TG_OK, "tokens", tg_retry_quota_tokens(&good, &tokens));
  holds("quota: never above its capacity", tokens == 5);

  /* Costs of one's own, each in its place. */
  is(TG_OK, "costs: init", tg_retry_quota_init(&good, 10, &costs));
  for (int32_t cause = TG_CAUSE_FAILURE; cause <= TG_CAUSE_THROTTLED; cause++) {
    is(TG_OK, "costs: spend", tg_retry_quota_try_spend(&good, cause, &cost));
    holds("costs: of this cause", cost == (uint32_t)cause);
  }
  is(TG_OK, "costs: a success at the first try", tg_retry_quota_succeeded(&good, 0));
  is(TG_OK, "tokens", tg_retry_quota_tokens(&good, &tokens));
  holds("costs: brings its own", tokens == 10 - 6 + 4);
}

static void throttles(void) {
  static tg_retry_throttle good, next;
  uint64_t left = 77;

  NO_PLACE(tg_retry_throttle, "throttle: init", tg_retry_throttle_init(it, 4, 1600));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "throttle: none", tg_retry_throttle_init(&good, 0, 1600));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "throttle: 1001", tg_retry_throttle_init(&good, 1001, 1600));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "throttle: ratio 0", tg_retry_throttle_init(&good, 4, 0));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "throttle: ratio", tg_retry_throttle_init(&good, 4, 1000001));
  is(TG_ERR_NOT_INITIALIZED, "throttle: a refused init", tg_retry_throttle_failed(&good));
  is(TG_OK, "throttle: init", tg_retry_throttle_init(&good, 4, 1600));
  NO_OBJECT(tg_retry_throttle, "failed", tg_retry_throttle_failed(it));
  NO_OBJECT(tg_retry_throttle, "succeeded", tg_retry_throttle_succeeded(it));
  NO_OBJECT(tg_retry_throttle, "allows", tg_retry_throttle_allows(it));
  NO_OBJECT(tg_retry_throttle, "thousandths", tg_retry_throttle_thousandths(it, &left));
  NO_PLACE(uint64_t, "thousandths: nowhere", tg_retry_throttle_thousandths(&good, it));
  NO_OBJECT(tg_retry_throttle, "replace", tg_retry_throttle_replace(it, &next, 8, 100));
  NO_PLACE(tg_retry_throttle, "replace: nowhere", tg_retry_throttle_replace(&good, it, 8, 100));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "replace: none", tg_retry_throttle_replace(&good, &next, 0, 100));
  is(TG_ERR_NOT_INITIALIZED, "replace: errors made nothing", tg_retry_throttle_failed(&next));
  holds("throttle: no error wrote", left == 77);
  is(TG_OK, "failed", tg_retry_throttle_failed(&good));
  is(TG_DENIED, "failed: half is left", tg_retry_throttle_failed(&good));
  is(TG_DENIED, "allows", tg_retry_throttle_allows(&good));
  is(TG_OK, "replace", tg_retry_throttle_replace(&good, &next, 8, 100));
  is(TG_OK, "thousandths", tg_retry_throttle_thousandths(&next, &left));
  holds("replace: as full as before", left == 4000);
  is(TG_OK, "replace: itself", tg_retry_throttle_replace(&good, &good, 1000, 100));
  is(TG_OK, "thousandths", tg_retry_throttle_thousandths(&good, &left));
  holds("replace: itself as full", left == 500000);
}

static void budgets(void) {
  static tg_retry_budget good;
  uint64_t available = 77;

  NO_PLACE(tg_retry_budget, "budget: init", tg_retry_budget_init(it, 10 * SECOND, 200000, 1));
  is(TG_ERR_POINTER_MISALIGNED, "budget: by 8 bytes",
     tg_retry_budget_init((tg_retry_budget *)askew(8), 10 * SECOND, 200000, 1));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "budget: no window", tg_retry_budget_init(&good, 0, 200000, 1));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "budget: longest window",
     tg_retry_budget_init(&good, UINT64_MAX, 200000, 1));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "budget: ratio",
     tg_retry_budget_init(&good, 10 * SECOND, UINT32_MAX, 1));
  is(TG_ERR_NOT_INITIALIZED, "budget: a refused init", tg_retry_budget_try_withdraw(&good, 0));
  is(TG_OK, "budget: init", tg_retry_budget_init(&good, 10 * SECOND, 200000, 1));
  NO_OBJECT(tg_retry_budget, "deposit", tg_retry_budget_deposit(it, 0));
  NO_OBJECT(tg_retry_budget, "withdraw", tg_retry_budget_try_withdraw(it, 0));
  NO_OBJECT(tg_retry_budget, "available", tg_retry_budget_available(it, 0, &available));
  NO_PLACE(uint64_t, "available: nowhere", tg_retry_budget_available(&good, 0, it));
  holds("budget: no error wrote", available == 77);
  is(TG_OK, "withdraw: the reserve", tg_retry_budget_try_withdraw(&good, 0));
  is(TG_DENIED, "withdraw: no more", tg_retry_budget_try_withdraw(&good, 0));
  is(TG_OK, "available", tg_retry_budget_available(&good, UINT64_MAX, &available));
  holds("budget: the reserve is back at the end of time", available == 1);
}

static void own_throttles(void) {
  static tg_adaptive_throttle good;
  uint32_t rejected = 77;

  NO_PLACE(tg_adaptive_throttle, "sre: init",
           tg_adaptive_throttle_init(it, 120 * SECOND, 2000, 1000000));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "sre: no window",
     tg_adaptive_throttle_init(&good, 0, 2000, 1000000));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "sre: k below 1",
     tg_adaptive_throttle_init(&good, 120 * SECOND, 999, 1000000));
  is(TG_ERR_BUDGET_OUT_OF_RANGE, "sre: more than all",
     tg_adaptive_throttle_init(&good, 120 * SECOND, 2000, 1000001));
  is(TG_ERR_NOT_INITIALIZED, "sre: a refused init", tg_adaptive_throttle_accepted(&good, 0));
  is(TG_OK, "sre: init", tg_adaptive_throttle_init(&good, 120 * SECOND, 2000, 1000000));
  NO_OBJECT(tg_adaptive_throttle, "send", tg_adaptive_throttle_try_send(it, 7, 0, 0, 0));
  NO_OBJECT(tg_adaptive_throttle, "accepted", tg_adaptive_throttle_accepted(it, 0));
  NO_OBJECT(tg_adaptive_throttle, "rejected", tg_adaptive_throttle_rejected(it, 0, &rejected));
  NO_PLACE(uint32_t, "rejected: nowhere", tg_adaptive_throttle_rejected(&good, 0, it));
  holds("sre: no error wrote", rejected == 77);
  is(TG_OK, "send: the first", tg_adaptive_throttle_try_send(&good, 7, 0, 0, 0));
  is(TG_OK, "rejected", tg_adaptive_throttle_rejected(&good, 0, &rejected));
  holds("sre: one of two, of which none was accepted", rejected == 500000);
}

static void rates(void) {
  static tg_adaptive_rate good;
  uint64_t wait = 77, through = 77, measured = 77;

  NO_PLACE(tg_adaptive_rate, "rate: init", tg_adaptive_rate_init(it, 0));
  NO_OBJECT(tg_adaptive_rate, "send", tg_adaptive_rate_try_send(it, 0, &wait));
  NO_OBJECT(tg_adaptive_rate, "answered", tg_adaptive_rate_answered(it, 1, 0));
  NO_OBJECT(tg_adaptive_rate, "get", tg_adaptive_rate_get(it, 0, &through, &measured));
  is(TG_OK, "rate: init", tg_adaptive_rate_init(&good, 0));
  is(TG_ERR_POINTER_MISALIGNED, "send: told askew",
     tg_adaptive_rate_try_send(&good, 0, (uint64_t *)askew(4)));
  is(TG_ERR_POINTER_MISALIGNED, "get: rate askew",
     tg_adaptive_rate_get(&good, 0, (uint64_t *)askew(4), &measured));
  is(TG_ERR_POINTER_MISALIGNED, "get: measured askew",
     tg_adaptive_rate_get(&good, 0, &through, (uint64_t *)askew(4)));
  holds("rate: no error wrote", wait == 77 && through == 77 && measured == 77);
  is(TG_OK, "get: nobody asks", tg_adaptive_rate_get(&good, 0, NULL, NULL));
  is(TG_OK, "send: nothing is held back", tg_adaptive_rate_try_send(&good, 0, &wait));
  holds("send: no wait", wait == 0);
  is(TG_OK, "answered: refused, by any number but 0", tg_adaptive_rate_answered(&good, -2, 0));
  is(TG_DENIED, "send: held back", tg_adaptive_rate_try_send(&good, 0, &wait));
  holds("send: for two seconds", wait == 2 * SECOND);
  is(TG_DENIED, "send: nobody asks", tg_adaptive_rate_try_send(&good, 0, NULL));
  is(TG_OK, "get", tg_adaptive_rate_get(&good, 0, &through, &measured));
  holds("get: one in two seconds", through == 500000000000 && measured == 0);
}

static void breakers(void) {
  static tg_circuit_breaker good;
  uint64_t wait = 77;
  uint32_t passage = 77, second;
  int32_t state = 77;

  NO_PLACE(tg_circuit_breaker, "breaker: init", tg_circuit_breaker_init_consecutive(it, 2, 5, 1));
  NO_PLACE(tg_circuit_breaker, "breaker: init of a ratio",
           tg_circuit_breaker_init_ratio(it, SECOND, 500000, 2, 5, 1));
  is(TG_ERR_POINTER_MISALIGNED, "breaker: by 8 bytes",
     tg_circuit_breaker_init_consecutive((tg_circuit_breaker *)askew(8), 2, 5, 1));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "breaker: no failures",
     tg_circuit_breaker_init_consecutive(&good, 0, 5, 1));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "breaker: no time",
     tg_circuit_breaker_init_consecutive(&good, 2, 0, 1));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "breaker: no probes",
     tg_circuit_breaker_init_consecutive(&good, 2, 5, 0));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "ratio: no window",
     tg_circuit_breaker_init_ratio(&good, 0, 500000, 2, 5, 1));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "ratio: no part",
     tg_circuit_breaker_init_ratio(&good, SECOND, 0, 2, 5, 1));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "ratio: more than all",
     tg_circuit_breaker_init_ratio(&good, SECOND, 1000001, 2, 5, 1));
  is(TG_ERR_BREAKER_OUT_OF_RANGE, "ratio: of no calls",
     tg_circuit_breaker_init_ratio(&good, SECOND, 500000, 0, 5, 1));
  is(TG_ERR_NOT_INITIALIZED, "breaker: a refused init",
     tg_circuit_breaker_try_call(&good, 0, &passage, &wait));
  is(TG_OK, "breaker: init", tg_circuit_breaker_init_consecutive(&good, 1, 5, 1));
  NO_OBJECT(tg_circuit_breaker, "call", tg_circuit_breaker_try_call(it, 0, &passage, &wait));
  NO_OBJECT(tg_circuit_breaker, "succeeded", tg_circuit_breaker_succeeded(it, 0, 0));
  NO_OBJECT(tg_circuit_breaker, "failed", tg_circuit_breaker_failed(it, 0, 0));
  NO_OBJECT(tg_circuit_breaker, "cancelled", tg_circuit_breaker_cancelled(it, 0));
  NO_OBJECT(tg_circuit_breaker, "state", tg_circuit_breaker_state(it, 0, &state));
  NO_PLACE(uint32_t, "call: no passage", tg_circuit_breaker_try_call(&good, 0, it, &wait));
  NO_PLACE(int32_t, "state: nowhere", tg_circuit_breaker_state(&good, 0, it));
  is(TG_ERR_POINTER_MISALIGNED, "call: wait askew",
     tg_circuit_breaker_try_call(&good, 0, &passage, (uint64_t *)askew(4)));
  holds("breaker: no error wrote", wait == 77 && passage == 77 && state == 77);
  is(TG_OK, "call: nobody asks for a wait", tg_circuit_breaker_try_call(&good, 0, &passage, NULL));
  is(TG_OK, "failed: a passage that never was", tg_circuit_breaker_failed(&good, UINT32_MAX, 0));
  is(TG_OK, "state", tg_circuit_breaker_state(&good, 0, &state));
  holds("breaker: it does not count", state == TG_BREAKER_CLOSED);
  is(TG_OK, "failed", tg_circuit_breaker_failed(&good, passage, 0));
  is(TG_DENIED, "call: open", tg_circuit_breaker_try_call(&good, 1, &second, &wait));
  holds("call: for four", wait == 4 && second == 0);
  is(TG_OK, "succeeded: it was sent before", tg_circuit_breaker_succeeded(&good, passage, 1));
  is(TG_OK, "state", tg_circuit_breaker_state(&good, 1, &state));
  holds("breaker: an old report closes nothing", state == TG_BREAKER_OPEN);
  is(TG_OK, "call: the probe", tg_circuit_breaker_try_call(&good, 5, &passage, &wait));
  holds("call: no wait", wait == 0);
  is(TG_DENIED, "call: one at a time", tg_circuit_breaker_try_call(&good, 5, &second, &wait));
  is(TG_OK, "cancelled", tg_circuit_breaker_cancelled(&good, passage));
  is(TG_OK, "call: another probe", tg_circuit_breaker_try_call(&good, 5, &passage, &wait));
  is(TG_OK, "succeeded", tg_circuit_breaker_succeeded(&good, passage, 5));
  is(TG_OK, "state", tg_circuit_breaker_state(&good, 5, &state));
  holds("breaker: closed again", state == TG_BREAKER_CLOSED);
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  quotas();
  throttles();
  budgets();
  own_throttles();
  rates();
  breakers();
  return report();
}
