/* The critical section of a single Cortex-M, for a library that asks the firmware for it. */
#include "tidegate_critical_section.h"

uint32_t tg_critical_section_acquire(void) {
  uint32_t state;
  __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(state) : : "memory");
  return state;
}

void tg_critical_section_release(uint32_t state) {
  __asm__ volatile("msr primask, %0" : : "r"(state) : "memory");
}
