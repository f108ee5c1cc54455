/* SPDX-License-Identifier: Apache-2.0 */
/* The program schakel-klaroen. */
#include "runtime/connector.h"

extern const struct sk_connector klaroen;

int main(int argc, char **argv)
{
    return sk_main(&klaroen, argc, argv);
}
