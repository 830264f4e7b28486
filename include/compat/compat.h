/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between the kernels we build for, and nothing else. Force-included before every
 * source file. What a kernel has is found by the compile probes in tests/, never by its version:
 * distributions backport. Replacements that need types are in headers of their own beside this
 * one, for those who need them to include.
 */
#ifndef TARGET_COMPAT_H
#define TARGET_COMPAT_H

/*
 * This file comes before a source's own lines, so it includes no kernel header: the first one
 * would settle pr_fmt() for everybody.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/* The one namespace of our exported symbols: a bare token until 6.13, a string since. */
#ifdef COMPAT_HAVE_TOKEN_NAMESPACE
#define TARGET_EXPORT(sym)	EXPORT_SYMBOL_NS_GPL(sym, SCSI_TARGET)
#define TARGET_IMPORT_NS()	MODULE_IMPORT_NS(SCSI_TARGET)
#else
#define TARGET_EXPORT(sym)	EXPORT_SYMBOL_NS_GPL(sym, "SCSI_TARGET")
#define TARGET_IMPORT_NS()	MODULE_IMPORT_NS("SCSI_TARGET")
#endif

/* Since 6.10 a trace event's string is named once, where it is declared. */
#ifdef COMPAT_HAVE_ASSIGN_STR_SOURCE
#define target_assign_str(dst, src)	__assign_str(dst, src)
#else
#define target_assign_str(dst, src)	__assign_str(dst)
#endif

#endif /* TARGET_COMPAT_H */
