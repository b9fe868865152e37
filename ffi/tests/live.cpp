// What threads share, as tidegate.h tells them to: a limiter whose quota changes under them, a table of
// keys, layers, and leases of one limiter. The sums are exact.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "tidegate.h"

namespace {

int passed, failed;

void check(bool holds, const char *name) {
  holds ? passed++ : failed++;
  if (!holds) std::printf("FAILED %s\n", name);
}

constexpr std::uint64_t second = 1'000'000'000, day = 86'400 * second;
constexpr int threads = 8;

// The sum of what `act` returns on each thread, called with the thread's number; all begin at once.
template <typename Act>
std::uint64_t together(Act act) {
  std::array<std::uint64_t, threads> taken{};
  std::vector<std::thread> running;
  std::atomic<int> waiting{threads};
  for (int number = 0; number < threads; number++) {
    running.emplace_back([&taken, &act, &waiting, number] {
      waiting--;
      while (waiting.load() > 0) std::this_thread::yield();
      taken[number] = act(number);
    });
  }
  for (auto &thread : running) thread.join();
  std::uint64_t sum = 0;
  for (std::uint64_t count : taken) sum += count;
  return sum;
}

// A limiter and the one that takes over from it, and a pointer to the one in use: as many of them as
// changes, so that no memory is used again while a thread may have its address.
constexpr int changes = 20'000;
tg_limiter chain[changes + 1];
std::atomic<tg_limiter *> in_use{chain};

std::int32_t take_one() {
  for (;;) {
    tg_limiter *limiter = in_use.load();
    std::int32_t code = tg_limiter_try_acquire(limiter, 1, 7, nullptr);
    bool is_retired = false;
    if (code != TG_DENIED || tg_limiter_is_retired(limiter, &is_retired) != TG_OK || !is_retired) {
      return code;
    }
  }
}

void live() {
  tg_quota quota;
  check(tg_quota_init(&quota, 1, 3'600 * second, 80'000) == TG_OK, "live: quota");
  check(tg_limiter_init_with_quota(&chain[0], &quota) == TG_OK, "live: init");
  // The last thread changes the limiter while the others take from it, and lets them in between.
  std::uint64_t taken = together([&quota](int number) {
    std::uint64_t count = 0;
    for (int change = 0; number + 1 == threads && change < changes; change++) {
      tg_limiter *next = &chain[change + 1];
      if (tg_limiter_reconfigure(&chain[change], next, &quota, TG_CARRY_KEEP, 7) != TG_OK) break;
      in_use.store(next);
      if (change % 100 == 0) std::this_thread::yield();
    }
    for (int i = 0; number + 1 < threads && i < 10'000; i++) count += take_one() == TG_OK;
    return count;
  });
  std::uint64_t left = 0;
  check(in_use.load() == &chain[changes], "live: every change was made");
  check(tg_limiter_drain(&chain[changes], 7, &left) == TG_OK, "live: drain");
  check(taken == 70'000 && left == 10'000, "live: nothing is lost or found between two limiters");
}

// Of many that change one limiter at once one wins; the others are told so and write nothing.
void race_to_change() {
  static tg_limiter before, after[threads];
  tg_quota quota;
  check(tg_quota_init(&quota, 1, day, 5) == TG_OK, "race: quota");
  check(tg_limiter_init_with_quota(&before, &quota) == TG_OK, "race: init");
  std::uint64_t won = together([&quota](int number) -> std::uint64_t {
    return tg_limiter_reconfigure(&before, &after[number], &quota, TG_CARRY_KEEP, 0) == TG_OK;
  });
  int made = 0;
  for (tg_limiter &limiter : after) made += tg_limiter_peek(&limiter, 0, 0, nullptr) == TG_OK;
  check(won == 1 && made == 1, "race: one takes over");
}

tg_slot_set sets[TG_SLOT_SETS(100)];

// Eight threads bring the same hundred new keys: each key has one bucket.
void keys() {
  static tg_keyed keyed;
  tg_quota quota;
  check(tg_quota_init(&quota, 1, day, 20) == TG_OK, "keys: quota");
  std::int32_t code = tg_keyed_init(&keyed, sets, sizeof sets / sizeof sets[0], 3, 4, TG_FULL_DENY);
  check(code == TG_OK, "keys: init");
  std::uint64_t taken = together([&quota](int) {
    std::uint64_t count = 0;
    for (int round = 0; round < 10; round++) {
      for (std::uint64_t key = 0; key < 100; key++) {
        count += tg_keyed_try_acquire_u64(&keyed, &quota, key, 1, 5, nullptr) == TG_OK;
      }
    }
    return count;
  });
  std::size_t occupied = 0;
  std::uint64_t overflowed = 0;
  check(tg_keyed_occupied(&keyed, 5, &occupied) == TG_OK, "keys: occupied");
  check(tg_keyed_overflowed(&keyed, &overflowed) == TG_OK, "keys: overflowed");
  // What found no slot was denied, whole keys of it: all others are counted to the burst.
  check(overflowed % 80 == 0 && occupied == 100 - overflowed / 80, "keys: each has one slot");
  check(taken == 20 * occupied, "keys: each has one bucket");
}

// The scarcer layer says how many; the other is charged for no more than those.
void layers() {
  static tg_limiter scarce;
  static tg_window wide;
  check(tg_limiter_init(&scarce, 1, day, 1'000) == TG_OK, "layers: limiter");
  check(tg_window_init(&wide, 1'000'000, 60 * second) == TG_OK, "layers: window");
  std::uint64_t taken = together([](int) {
    const tg_layer both[] = {{&scarce, 1}, {&wide, 2}};
    std::uint64_t count = 0;
    for (int i = 0; i < 1'000; i++) {
      count += tg_try_acquire_all(both, 2, 7, 61 * second, nullptr) == TG_OK;
    }
    return count;
  });
  tg_outcome left;
  check(taken == 1'000, "layers: as many as the scarce one has");
  check(tg_window_peek(&wide, 0, 61 * second, &left) == TG_OK, "layers: the wide one");
  check(left.remaining == 1'000'000 - 2'000, "layers: no charge was left behind");
}

// A lease a thread: what they take together and what they give back is what the parent had.
void leases() {
  static tg_limiter parent;
  tg_quota whole, reduced;
  check(tg_quota_init(&whole, 1, day, 5'001) == TG_OK, "leases: quota");
  check(tg_lease_parent_quota(&whole, second, &reduced) == TG_OK, "leases: parent's quota");
  check(tg_limiter_init_with_quota(&parent, &reduced) == TG_OK, "leases: parent");
  std::uint64_t taken = together([](int) {
    tg_lease lease;
    std::uint64_t count = 0;
    if (tg_lease_init(&lease, 16, second) != TG_OK) return count;
    for (int i = 0; i < 1'000; i++) {
      tg_outcome outcome;
      std::int32_t code;
      // Denied with 1 ns, the parent gave some, but too few.
      do {
        code = tg_lease_try_acquire(&lease, &parent, 1, 9, &outcome);
      } while (code == TG_DENIED && outcome.retry_after_ns == 1);
      count += code == TG_OK;
    }
    return tg_lease_give_back(&lease, &parent, 9, nullptr) == TG_OK ? count : 0;
  });
  std::uint64_t left = 0;
  check(tg_limiter_drain(&parent, 9, &left) == TG_OK, "leases: drain");
  check(taken > 4'000 && taken + left == 5'000, "leases: together what the parent has");
}

}  // namespace

int main() {
  live();
  race_to_change();
  keys();
  layers();
  leases();
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
