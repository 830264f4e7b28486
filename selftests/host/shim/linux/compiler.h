/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space stand-in: annotations of the kernel's compiler headers.
 */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile __typeof__(x) *)&(x) = (val))
#define barrier()		__asm__ __volatile__("" ::: "memory")

#undef __always_inline
#undef __packed
#undef __aligned
#define __always_inline		inline __attribute__((__always_inline__))
#define __packed		__attribute__((__packed__))
#define __aligned(x)		__attribute__((__aligned__(x)))
#define __maybe_unused		__attribute__((__unused__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define fallthrough		__attribute__((__fallthrough__))
#define __percpu
#define __rcu
#define __user
#define __force
#define __init
#define __exit
#define __ro_after_init
#define __read_mostly
#define __acquires(x)
#define __releases(x)

#endif
