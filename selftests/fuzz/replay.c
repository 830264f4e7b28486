// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzz target without a fuzzer: runs it over every file of directories, and the lines of
 * DIRECTORY.hex, and ends with one TAP line. Its arguments are the directories; without any it is
 * seeds/NAME for a program test_fuzz_NAME.
 */
#include <dirent.h>
#include <stdio.h>
#include "fuzz.h"

#ifndef SEEDS
#define SEEDS	"seeds"
#endif

/* A block of its own, so that ASan sees the first byte too many. */
static int replay(const void *bytes, size_t len)
{
	u8 *data = kmemdup(bytes, len, GFP_KERNEL);

	LLVMFuzzerTestOneInput(data, len);
	kfree(data);
	return 1;
}

static int replay_file(const char *name)
{
	static u8 data[1 << 20];
	FILE *file = fopen(name, "rb");
	size_t len;

	must(file);
	len = fread(data, 1, sizeof(data), file);
	fclose(file);
	return replay(data, len);
}

/* Inputs that were found, as lines of hexadecimal digits */
static int replay_lines(const char *name)
{
	static char line[1 << 20];
	FILE *file = fopen(name, "r");
	int n = 0;

	while (file && fgets(line, sizeof(line), file)) {
		size_t len = strcspn(line, "\n") / 2;

		must(!hex2bin((u8 *)line, line, len));
		n += replay(line, len);
	}
	if (file)
		fclose(file);
	return n;
}

static int replay_dir(const char *dir)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort), i, files = 0;
	char name[4096];

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", dir, list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			files += replay_file(name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	snprintf(name, sizeof(name), "%s.hex", dir);
	return files + replay_lines(name);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	int files = 0, i;
	char dir[4096];

	if (!strncmp(name, "test_fuzz_", 10))
		name += 10;
	for (i = 1; i < argc; i++)
		files += replay_dir(argv[i]);
	if (argc == 1) {
		snprintf(dir, sizeof(dir), "%s/%s", SEEDS, name);
		files = replay_dir(dir);
	}
	LLVMFuzzerTestOneInput((const u8 *)"", 0);
	printf("1..1\n%s 1 - fuzz target %s over %d inputs\n", files ? "ok" : "not ok", name, files);
	return !files;
}
