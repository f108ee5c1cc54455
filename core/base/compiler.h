/* SPDX-License-Identifier: Apache-2.0 */
/* What the compiler must know about a declaration, under names that clang-format keeps.
 */
#ifndef SK_BASE_COMPILER_H
#define SK_BASE_COMPILER_H

#define SK_CHECKED [[nodiscard]]
#define SK_COLD __attribute__((cold, noinline))
#define SK_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define SK_CLEANUP(function) __attribute__((cleanup(function)))

#define SK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
