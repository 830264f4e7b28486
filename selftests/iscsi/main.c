// SPDX-License-Identifier: GPL-2.0-only
/*
 * rawiscsi: an iSCSI initiator for tests that speaks raw PDUs.
 *
 *	rawiscsi script FILE|- [NAME=VALUE...]
 *	rawiscsi load TARGET [OPTION=NUMBER...]
 *	rawiscsi fuzz TARGET [seconds=N] [seed=N]
 *	rawiscsi keys normal|discovery TARGET [Key=VALUE...]
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "raw.h"

static const struct {
	const char	*name;
	int		(*run)(int argc, char **argv);
} modes[] = {
	{ "script", script_main },
	{ "keys", keys_main },
	{ "load", load_main },
	{ "fuzz", fuzz_main },
};

int main(int argc, char **argv)
{
	unsigned int i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; argc > 1 && i < ARRAY_SIZE(modes); i++)
		if (!strcmp(argv[1], modes[i].name))
			return modes[i].run(argc - 1, argv + 1);
	fprintf(stderr, "usage: rawiscsi MODE ARGUMENT...; modes:");
	for (i = 0; i < ARRAY_SIZE(modes); i++)
		fprintf(stderr, " %s", modes[i].name);
	fputc('\n', stderr);
	return 2;
}
