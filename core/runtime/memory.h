/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_MEMORY_H
#define SK_RUNTIME_MEMORY_H

/* One arena, and large pieces that go back to the system when they are freed. Call first.
 */
void sk_memory_setup(void);

/* Gives back what an idle process does not need: freed heap, and the mapped pages of
 * programs and libraries that were used to start or in a busy hour. They are read again
 * from the page cache when they are needed (a fraction of a millisecond in all). */
void sk_memory_give_back(void);

#endif
