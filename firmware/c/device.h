/* The processor, as far as these programs need it: SysTick, printing, and an end. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

/* Each program has these two. */
int main(void);
void systick(void);

/* Calls systick so many cycles from now, and again and again. In the handler it sets the next period. */
static inline void systick_after(uint32_t cycles) {
  volatile uint32_t *const registers = (volatile uint32_t *)UINT32_C(0xe000e010);
  registers[1] = cycles; /* reload */
  registers[2] = 0;      /* the current value: any write begins the period */
  registers[0] = 7;      /* the processor's clock, interrupt, enable */
}

static inline void systick_stop(void) { *(volatile uint32_t *)UINT32_C(0xe000e010) = 0; }

void print(const char *text);
void print_number(uint32_t number);

#endif
