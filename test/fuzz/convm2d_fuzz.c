/*
 * stat(5) messages from anybody: what convM2D takes, statcheck takes, the
 * strings fit, and convD2M gives the same bytes back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "lib/lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define check(x)                                                               \
	do {                                                                   \
		if(!(x))                                                       \
			abort();                                               \
	} while(0)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uchar *out;
	char *strs;
	uint n, used;
	Dir d;

	n = (uint)size;
	strs = malloc(size);
	used = convM2D(data, n, &d, strs);
	check(used <= n);
	check((statcheck(data, n) == 0) == (used != 0 && used == n));
	if(used != 0) {
		check(used == BIT16SZ + (uint)GBIT16(data));
		check(statcheck(data, used) == 0);
		check(sizeD2M(&d) == used);
		out = malloc(used);
		check(convD2M(&d, out, used - 1) == BIT16SZ);
		check(convD2M(&d, out, used) == used);
		check(memcmp(out, data, used) == 0);
		free(out);
		check(convM2D(data, n, &d, NULL) == used);
	}
	free(strs);
	return 0;
}
