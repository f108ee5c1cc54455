/* SPDX-License-Identifier: Apache-2.0 */
/* The program schakel-correlation. */
#include "runtime/connector.h"

extern const struct sk_connector correlation;

int main(int argc, char **argv)
{
    return sk_main(&correlation, argc, argv);
}
