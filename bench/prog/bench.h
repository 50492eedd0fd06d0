/*
 * A measurement is one line "name count nanoseconds"; the native peer prints
 * the same line for the same work.
 */
#include "lib.h"

static inline vlong
now(void)
{
	vlong t;

	return _nsec(&t);
}

static inline void
result(char *name, vlong count, vlong ns)
{
	print("%s %lld %lld\n", name, count, ns);
}
