// SPDX-License-Identifier: GPL-2.0-only
/* Until 6.10 __assign_str() is told where the string comes from. */
#include <linux/module.h>
#include <trace/stages/stage6_event_callback.h>

#define PROBE_TEXT(...)		#__VA_ARGS__
#define PROBE_EXPANDED(...)	PROBE_TEXT(__VA_ARGS__)

extern const char *const probe;
const char *const probe = PROBE_EXPANDED(__assign_str(to, from));
