// SPDX-License-Identifier: GPL-2.0-only
/* Until 6.13 a symbol namespace is a bare token, since then a string. */
#include <linux/module.h>

MODULE_IMPORT_NS(PROBE_NAMESPACE);
MODULE_LICENSE("GPL");
