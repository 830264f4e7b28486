// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: pick MAX DIRECTORY...
 * Prints the names of as few inputs of at most MAX bytes as reach all the code that the inputs in
 * the directories reach. Linked with a target that is built with a counter for every basic block:
 * those of a coverage report leave out what can be computed, as the other side of a branch.
 */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include "fuzz.h"

/* The counters; what is linked calls this before main(). */
static u8 *counters;
static size_t places;

void __sanitizer_cov_8bit_counters_init(u8 *start, u8 *stop);

void __sanitizer_cov_8bit_counters_init(u8 *start, u8 *stop)
{
	counters = start;
	places = stop - start;
}

/** struct input - a file, and a byte for every place in the code: reached by it */
struct input {
	char	*name;
	size_t	size;
	u8	*reached;
	bool	kept;
};

static struct input *inputs;
static size_t nr;

static void look(struct input *in)
{
	FILE *file = fopen(in->name, "rb");
	u8 *data = kmalloc(in->size, GFP_KERNEL);
	size_t i;

	must(file && fread(data, 1, in->size, file) == in->size);
	fclose(file);
	memset(counters, 0, places);
	LLVMFuzzerTestOneInput(data, in->size);
	kfree(data);
	in->reached = kzalloc(places, GFP_KERNEL);
	for (i = 0; i < places; i++)
		in->reached[i] = counters[i] != 0;
}

static void add_dir(const char *dir, size_t max)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort), i;
	struct stat st;
	char name[4096];

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", dir, list[i]->d_name);
		if (stat(name, &st) || !S_ISREG(st.st_mode) || (size_t)st.st_size > max)
			continue;
		inputs = krealloc(inputs, (nr + 1) * sizeof(*inputs), GFP_KERNEL);
		inputs[nr] = (struct input) { .name = strdup(name), .size = st.st_size };
		look(&inputs[nr++]);
	}
}

static int by_size(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	return x->size != y->size ? (x->size < y->size ? -1 : 1) : strcmp(x->name, y->name);
}

/* Places that no other input that is kept reaches */
static bool needed(size_t which)
{
	size_t i, j;

	for (i = 0; i < places; i++) {
		if (!inputs[which].reached[i])
			continue;
		for (j = 0; j < nr; j++)
			if (j != which && inputs[j].kept && inputs[j].reached[i])
				break;
		if (j == nr)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	size_t i;
	int arg;

	for (arg = 2; arg < argc; arg++)
		add_dir(argv[arg], strtoul(argv[1], NULL, 0));
	qsort(inputs, nr, sizeof(*inputs), by_size);
	for (i = 0; i < nr; i++)
		inputs[i].kept = needed(i);
	for (i = nr; i-- > 0; )
		inputs[i].kept = inputs[i].kept && needed(i);
	for (i = 0; i < nr; i++)
		if (inputs[i].kept)
			puts(inputs[i].name);
	return 0;
}
