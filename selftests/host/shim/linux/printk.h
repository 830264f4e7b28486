/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: log lines go to stderr when SHIM_LOG is defined.
 */
#ifndef SHIM_LINUX_PRINTK_H
#define SHIM_LINUX_PRINTK_H

#include <stdio.h>

#ifdef SHIM_LOG
#define shim_log(fmt, ...)	fprintf(stderr, fmt, ##__VA_ARGS__)
#else
#define shim_log(fmt, ...)	do { if (0) fprintf(stderr, fmt, ##__VA_ARGS__); } while (0)
#endif

#define pr_err(...)			shim_log(__VA_ARGS__)
#define pr_warn(...)			shim_log(__VA_ARGS__)
#define pr_info(...)			shim_log(__VA_ARGS__)
#define pr_debug(...)			shim_log(__VA_ARGS__)
#define pr_err_ratelimited(...)		shim_log(__VA_ARGS__)
#define pr_warn_ratelimited(...)	shim_log(__VA_ARGS__)
#define pr_info_ratelimited(...)	shim_log(__VA_ARGS__)
#define pr_debug_ratelimited(...)	shim_log(__VA_ARGS__)

#endif
