// SPDX-License-Identifier: GPL-2.0-only
/* Compiles with every kernel: tells a missing interface from a build that does not work at all. */
#include <linux/module.h>

MODULE_LICENSE("GPL");
