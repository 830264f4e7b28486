/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: module annotations.
 */
#ifndef SHIM_LINUX_MODULE_H
#define SHIM_LINUX_MODULE_H

#include <linux/kernel.h>

struct module;

#define THIS_MODULE		((struct module *)NULL)
#define MODULE_ALIAS(alias)
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)

#endif
