/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: minimum and maximum, with one evaluation of each argument.
 */
#ifndef SHIM_LINUX_MINMAX_H
#define SHIM_LINUX_MINMAX_H

#define shim_pick(x, op, y) ({			\
	__typeof__(x) x_ = (x);			\
	__typeof__(y) y_ = (y);			\
	x_ op y_ ? x_ : y_; })

#define min(x, y)		shim_pick(x, <, y)
#define max(x, y)		shim_pick(x, >, y)
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))
#define min3(x, y, z)		min(min(x, y), z)
#define clamp(val, lo, hi)	min(max(val, lo), hi)
#define clamp_t(type, val, lo, hi) min_t(type, max_t(type, val, lo), hi)
#define min_not_zero(x, y) ({			\
	__typeof__(x) x_ = (x);			\
	__typeof__(y) y_ = (y);			\
	!x_ ? y_ : !y_ ? x_ : min(x_, y_); })

#endif
