/**
 * @file tidegate_critical_section.h
 * What a firmware gives to a libtidegate that was made with FEATURES="capi critical-section": how to keep
 * everything else from running for a few instructions.
 *
 * It is for processors that have no compare-and-swap (Cortex-M0, RV32IMC) where interrupts cannot simply be
 * masked: below an operating system that wants to know, with a second core, or without the privilege. The
 * library calls the two around each change of an object, never in between a wait, and never for longer than
 * some ten instructions. A library made with FEATURES="capi single-core" masks interrupts by itself and needs
 * neither.
 *
 * On a Cortex-M with a single core they are:
 *
 * ```c
 * uint32_t tg_critical_section_acquire(void) {
 *   uint32_t state;
 *   __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(state) : : "memory");
 *   return state;
 * }
 * void tg_critical_section_release(uint32_t state) {
 *   __asm__ volatile("msr primask, %0" : : "r"(state) : "memory");
 * }
 * ```
 */
#ifndef TIDEGATE_CRITICAL_SECTION_H
#define TIDEGATE_CRITICAL_SECTION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Begins a critical section: until its release no interrupt, thread or other core runs that uses the library.
 * Sections may be nested. The compiler must not move memory accesses over it, nor the processor where it
 * could.
 *
 * Returns what its release needs, such as whether interrupts were enabled.
 */
uint32_t tg_critical_section_acquire(void);

/**
 * Ends the critical section that was begun last; `state` is what its acquire returned.
 */
void tg_critical_section_release(uint32_t state);

#ifdef __cplusplus
}
#endif

#endif /* TIDEGATE_CRITICAL_SECTION_H */
