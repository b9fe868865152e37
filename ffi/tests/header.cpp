// tidegate.h is a header of C++ too: its types are plain, and its functions link and work.
#include "tidegate.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

#include "tidegate.h"  // twice: the guard holds

namespace {

int passed, failed;

void check(bool holds, const char *name) {
  holds ? passed++ : failed++;
  if (!holds) std::printf("FAILED %s\n", name);
}

template <typename... T>
constexpr bool are_plain =
    ((std::is_standard_layout_v<T> && std::is_trivially_copyable_v<T> && std::is_trivial_v<T>) && ...);
static_assert(are_plain<tg_limiter, tg_window, tg_backoff, tg_hints, tg_api, tg_call>);
static_assert(are_plain<tg_quota, tg_reservation, tg_lease, tg_keyed, tg_slot_set,
                        tg_first_use_window, tg_strict_window>);
static_assert(are_plain<tg_outcome, tg_retry_after, tg_hints_values, tg_error_body, tg_request,
                        tg_admission, tg_step, tg_snapshot, tg_layer, tg_layered, tg_occupant>);
static_assert(are_plain<tg_limiter32, tg_quota32, tg_backoff32>);
static_assert(are_plain<tg_retry_quota, tg_retry_costs, tg_retry_throttle, tg_retry_budget,
                        tg_adaptive_throttle, tg_adaptive_rate, tg_circuit_breaker>);
static_assert(are_plain<tg_dialect, tg_advice, tg_advice_values, tg_allowance, tg_announcement,
                        tg_announced>);
static_assert(are_plain<tg_policy_error, tg_reader, tg_pages, tg_batch>);
constexpr tg_quota32 constant = TG_QUOTA32(10, 32768, 3);
static_assert(constant.interval_ticks == 3277 && constant.burst == 3);
static_assert(alignof(tg_api) == 16 && alignof(tg_limiter) == 8 && alignof(tg_window) == 8);
static_assert(alignof(tg_slot_set) == 64 && alignof(tg_strict_window) == 16);
static_assert(alignof(tg_retry_budget) == 16 && alignof(tg_circuit_breaker) == 16);
static_assert(std::is_same_v<std::underlying_type_t<tg_code>, std::int32_t>);
static_assert(TG_OK == 0 && TG_DENIED == 1 && TG_NEVER == 2 && TG_ERR_NULL_POINTER == -16);

constexpr std::uint64_t second = 1'000'000'000;

// One bucket, eight threads: exactly the burst is taken.
void limiter() {
  tg_limiter limiter{};
  check(tg_limiter_try_acquire(&limiter, 1, 0, nullptr) == TG_ERR_NOT_INITIALIZED, "zeros");
  check(tg_limiter_init(&limiter, 1, 86'400 * second, 1'000) == TG_OK, "init");
  std::array<int, 8> taken{};
  std::vector<std::thread> threads;
  for (int &count : taken) {
    threads.emplace_back([&limiter, &count] {
      for (int i = 0; i < 1'000; i++) {
        count += tg_limiter_try_acquire(&limiter, 1, 5, nullptr) == TG_OK;
      }
    });
  }
  for (auto &thread : threads) thread.join();
  int sum = 0;
  for (int count : taken) sum += count;
  check(sum == 1'000, "eight threads take exactly the burst");
}

// One budget and one breaker, eight threads: exactly the reserve is spent, and one probe goes.
void retries() {
  tg_retry_budget budget{};
  tg_circuit_breaker breaker{};
  std::uint32_t passage = 0;
  check(tg_retry_budget_init(&budget, 10 * second, 0, 1'000) == TG_OK, "budget");
  check(tg_circuit_breaker_init_consecutive(&breaker, 1, second, 1) == TG_OK, "breaker");
  check(tg_circuit_breaker_try_call(&breaker, 0, &passage, nullptr) == TG_OK, "closed");
  check(tg_circuit_breaker_failed(&breaker, passage, 0) == TG_OK, "opened");
  std::array<int, 8> taken{}, probes{};
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < taken.size(); thread++) {
    threads.emplace_back([&budget, &breaker, &mine = taken[thread], &probe = probes[thread]] {
      std::uint32_t number = 0;
      for (int i = 0; i < 1'000; i++) {
        mine += tg_retry_budget_try_withdraw(&budget, 5) == TG_OK;
        probe += tg_circuit_breaker_try_call(&breaker, second, &number, nullptr) == TG_OK;
      }
    });
  }
  for (auto &thread : threads) thread.join();
  int spent = 0, sent = 0;
  for (int count : taken) spent += count;
  for (int count : probes) sent += count;
  check(spent == 1'000, "eight threads spend exactly the reserve");
  check(sent == 1, "eight threads send one probe");
}

// A 429 with Retry-After: wait as told, then send again.
void call() {
  static tg_api api;
  constexpr std::string_view name = "stackflow", path = "/api/v1/incidents", key = "alice";
  check(tg_api_init(&api, name.data(), name.size(), 7) == TG_OK, "api");
  tg_request request{};
  request.method = TG_METHOD_GET;
  request.path = path.data(), request.path_len = path.size();
  request.key = key.data(), request.key_len = key.size();
  tg_call call;
  tg_step step;
  tg_hints hints;
  check(tg_call_init(&call, &api, &request) == TG_OK, "call");
  check(tg_call_next(&call, &api, 0, 0, &step) == TG_OK && step.kind == TG_STEP_SEND, "send");
  check(tg_hints_init(&hints) == TG_OK, "hints");
  std::int32_t field = 0;
  check(tg_hints_header(&hints, "retry-after", 11, "23", 2, &field) == TG_OK, "header");
  check(field == TG_FIELD_READ, "read");
  check(tg_call_answered(&call, &api, 429, &hints, nullptr, 0, 0, 0) == TG_OK, "answered");
  check(tg_call_next(&call, &api, 0, 0, &step) == TG_OK && step.kind == TG_STEP_WAIT, "wait");
  check(step.delay_ns == 23 * second && step.until_ns == 23 * second, "as told");
  check(tg_call_next(&call, &api, step.until_ns, step.until_ns, &step) == TG_OK, "again");
  check(step.kind == TG_STEP_SEND && step.attempts == 2, "sent again");
}

void texts() {
  check(std::strcmp(tg_strerror(TG_ERR_BURST_ZERO),
                    "the burst must be at least 1; to deny everything set the limit to 0") == 0,
        "strerror");
  check(std::string_view(tg_error_name(TG_ERR_BURST_ZERO)) == "BurstZero", "error_name");
  check(tg_abi_matches() == TG_OK, "abi");
}

}  // namespace

int main() {
  limiter();
  retries();
  call();
  texts();
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
