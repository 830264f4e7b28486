// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking apart the text that state of a device is kept as. It may be anything: an
 * administrator can edit it.
 */
#include <linux/string.h>
#include "store_text.h"

/**
 * target_store_next() - the next key=value of a text
 * @text: what is left of it; taken apart in place
 * @key: set to the key, without white space around it
 * @value: set to what is behind the first equals sign, the same way
 *
 * Lines without an equals sign and comments (#) are skipped. Any context. Return:
 * false at the end.
 */
bool target_store_next(char **text, char **key, char **value)
{
	char *line, *equals;

	while ((line = strsep(text, "\n"))) {
		line = skip_spaces(line);
		equals = strchr(line, '=');
		if (!equals || *line == '#')
			continue;
		*equals = '\0';
		*key = strim(line);
		*value = strim(equals + 1);
		return true;
	}
	return false;
}
