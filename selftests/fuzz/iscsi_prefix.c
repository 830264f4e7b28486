// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: lists of address prefixes and redirections, as an administrator may write them.
 */
#include <stdlib.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "iscsi_prefix.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* What was taken reads back as the same list. */
static void check_prefixes(const char *text, size_t len)
{
	static struct iscsit_prefixes set, again;
	static const u8 any[16];
	u32 i;

	if (iscsit_prefixes_parse(&set, text, len))
		return;
	if (set.n > ISCSIT_PREFIX_MAX || strlen(set.text) >= sizeof(set.text))
		abort();
	if (iscsit_prefixes_parse(&again, set.text, strlen(set.text)) || again.n != set.n ||
	    memcmp(again.v, set.v, set.n * sizeof(set.v[0])) || strcmp(again.text, set.text))
		abort();
	for (i = 0; i < set.n; i++)
		if (set.v[i].bits > (set.v[i].v6 ? 128 : 32) ||
		    !iscsit_prefixes_match(&set, set.v[i].addr, set.v[i].v6))
			abort();
	iscsit_prefixes_match(&set, any, true);
}

static void check_redirect(const char *text, size_t len)
{
	char shown[ISCSIT_REDIRECT_MAX + 16], twice[ISCSIT_REDIRECT_MAX + 16];
	struct iscsit_redirect r = { 0 };

	if (iscsit_redirect_parse(&r, text, len))
		return;
	iscsit_redirect_show(&r, shown, sizeof(shown));
	/* It goes into a login response as it is: no separator of texts, no end of a line. */
	if (strpbrk(r.to, " =\n\t;") || !!r.status != !!r.to[0])
		abort();
	if (iscsit_redirect_parse(&r, shown, strlen(shown)))
		abort();
	iscsit_redirect_show(&r, twice, sizeof(twice));
	if (strcmp(shown, twice))
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	check_prefixes((const char *)data, size);
	check_redirect((const char *)data, size);
	return 0;
}
