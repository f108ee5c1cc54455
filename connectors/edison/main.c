/* SPDX-License-Identifier: Apache-2.0 */
/* The program schakel-edison. */
#include "runtime/connector.h"

extern const struct sk_connector edison;

int main(int argc, char **argv)
{
    return sk_main(&edison, argc, argv);
}
