/* A subject that takes turns: reads lines of a workload and a number of times, does the work, and prints the
 * nanoseconds, the objects seen and the sum of their values; "?" for a workload that it does not have. */
#ifndef TURNS_H
#define TURNS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct seen {
	uint64_t objects;
	uint64_t sum;
};

struct work {
	const char *workload;
	/* Does the work once and counts what it sees; fails with a message and exit. */
	void (*once)(struct seen *seen);
};

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int take_turns(const struct work *works, size_t count)
{
	char workload[64];
	unsigned int times;

	while (scanf("%63s %u", workload, &times) == 2) {
		const struct work *work = NULL;
		struct seen seen = {0, 0};
		uint64_t begun;
		size_t i;

		for (i = 0; i < count; i++)
			if (!strcmp(works[i].workload, workload))
				work = &works[i];
		if (!work) {
			printf("?\n");
		} else {
			begun = nanoseconds();
			while (times--) {
				memset(&seen, 0, sizeof(seen));
				work->once(&seen);
			}
			printf("%llu %llu %llu\n", (unsigned long long)(nanoseconds() - begun),
			       (unsigned long long)seen.objects, (unsigned long long)seen.sum);
		}
		fflush(stdout);
	}
	return 0;
}

static void check(int holds, const char *what)
{
	if (!holds) {
		perror(what);
		exit(1);
	}
}

#endif
