/* From reset to main, without a C library; and semihosting, which QEMU and debuggers understand. */
#include "device.h"

#include <stddef.h>

extern uint32_t stack_top, data_begin, data_end, data_in_flash, bss_begin, bss_end;

void reset(void);
void fault(void);
void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);

/* The first sixteen: this is all that the programs use. */
__attribute__((section(".vectors"), used)) static const struct {
  const void *stack;
  void (*handlers[15])(void);
} vectors = {&stack_top, {reset, fault, fault, [14] = systick}};

/* Semihosting: asks the host for `operation`. */
static void host(uint32_t operation, uintptr_t argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void finish(int is_good) {
  for (;;) host(0x18, is_good ? 0x20026 : 0x20023); /* SYS_EXIT: the application has ended, or failed */
}

void reset(void) {
  memcpy(&data_begin, &data_in_flash, (size_t)((char *)&data_end - (char *)&data_begin));
  memset(&bss_begin, 0, (size_t)((char *)&bss_end - (char *)&bss_begin));
  finish(main() == 0);
}

void fault(void) {
  print("fault\n");
  finish(0);
}

void print(const char *text) { host(0x04, (uintptr_t)text); /* SYS_WRITE0 */ }

void print_number(uint32_t number) {
  char text[11], *begin = text + sizeof text - 1;
  *begin = '\0';
  do {
    *--begin = (char)('0' + number % 10);
  } while ((number /= 10) != 0);
  print(begin);
}

/* What compilers call by themselves; written so that they do not become calls of themselves. */
void *memcpy(void *to, const void *from, size_t len) {
  volatile char *place = to;
  for (const char *byte = from; len > 0; len--) *place++ = *byte++;
  return to;
}

void *memset(void *to, int byte, size_t len) {
  for (volatile char *place = to; len > 0; len--) *place++ = (char)byte;
  return to;
}
