// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking apart what is written to the control file of a device: key=value, separated by commas
 * or newlines. What an option means is the backstore's.
 */
#include <linux/string.h>
#include "option_text.h"

/**
 * target_option_next() - the next key=value of a text
 * @text: what is left of it; taken apart in place
 * @key: set to what is in front of the first equals sign
 * @value: set to what is behind it
 *
 * White space counts, as a path may have some. What has no equals sign is skipped. Any context.
 * Return: false at the end.
 */
bool target_option_next(char **text, char **key, char **value)
{
	char *option, *equals;

	while ((option = strsep(text, ",\n"))) {
		equals = strchr(option, '=');
		if (!equals)
			continue;
		*equals = '\0';
		*key = option;
		*value = equals + 1;
		return true;
	}
	return false;
}
