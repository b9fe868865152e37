/*
 * An interrupt and the main loop share one limiter, and a flaky bus is tried again: all of it static, in
 * 8 bytes of flash and 4 of RAM for the limiter, and 20 bytes of flash for the backoff.
 */
#include "device.h"
#include "tidegate.h"

/* Five messages in 35 ticks, three at once. The compiler computes it, and refuses a wrong one. */
static const tg_quota32 radio_quota = TG_QUOTA32(5, 35, 3);
static tg_limiter32 radio = TG_LIMITER32_INIT;

/* 4, 8, 16 … up to 100 ticks, each spread from half of it to all. */
static const tg_backoff32 bus_backoff = {4, 2, 100, TG_JITTER_EQUAL, 0};
/* In a product: its serial number, so that devices do not come back together. */
static const uint32_t seed = 7;

enum { FIRST_TICK = -1000, TICKS = 4000 };

/* SysTick is the clock. It begins shortly before it wraps, to show that nothing needs to be done for that. */
static volatile uint32_t ticks = (uint32_t)FIRST_TICK;
static volatile uint32_t by_interrupt; /* written by the interrupt only */
static uint32_t by_main;

/* An alarm in every third tick: it may interrupt the main loop in the middle of a decision. */
void systick(void) {
  uint32_t now = ticks + 1;
  ticks = now;
  if (now % 3 == 0 && tg_limiter32_try_acquire(&radio, &radio_quota, 1, now, NULL) == TG_OK)
    by_interrupt = by_interrupt + 1;
  systick_after(600 + (now * 211 & 127)); /* 211 is prime: the next interrupt comes somewhere else */
}

/* A bus that works at the seventh attempt. */
static int bus_transfer(uint32_t attempt) { return attempt < 6 ? -1 : 0; }

static int use_bus(void) {
  for (uint32_t attempt = 0; bus_transfer(attempt) != 0; attempt++) {
    uint32_t delay, start = ticks;
    if (attempt == 10 || tg_backoff32_delay(&bus_backoff, seed, 1, attempt, &delay) != TG_OK) return -1;
    print(" ");
    print_number(delay);
    while (ticks - start < delay) { /* in a product: sleep */
    }
  }
  return 0;
}

int main(void) {
  /* The bucket is full, and its time begins with the first message. */
  if (tg_limiter32_try_acquire(&radio, &radio_quota, 1, ticks, NULL) != TG_OK) return 1;
  by_main = 1;
  systick_after(600);
  for (uint32_t now = ticks; now - (uint32_t)FIRST_TICK < TICKS;) {
    now = ticks;
    if (tg_limiter32_try_acquire(&radio, &radio_quota, 1, now, NULL) == TG_OK) by_main++;
  }
  print("bus");
  int bus = use_bus();
  systick_stop();
  if (tg_limiter32_try_acquire(&radio, &radio_quota, 1, ticks, NULL) == TG_OK) by_main++;

  /* Somebody asked all the time, so it was the burst and all that has come since: not one more or less. */
  uint32_t due = 3 + (ticks - (uint32_t)FIRST_TICK) / 7;
  print("\nmain ");
  print_number(by_main);
  print(" interrupt ");
  print_number(by_interrupt);
  print(" due ");
  print_number(due);
  print("\n");
  return bus == 0 && by_main > 3 && by_interrupt > 3 && by_main + by_interrupt == due ? 0 : 1;
}
