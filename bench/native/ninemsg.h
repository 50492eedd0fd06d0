/*
 * 9P messages for the bench's server and its native client: intro(5).
 */
#include "bench.h"
#include "p9types.h"

#include <stdint.h>
#include <string.h>

enum
{
	/* size[4] type[1] tag[2] */
	HDR = 7,
	/* what a message of data has besides them, at most */
	IOHDR = 24,
	MAXMSG = MiB,

	/* the tree: files of BIGSIZE bytes, and directories of small ones */
	NBIG = 8,
	BIGSIZE = 16 * MiB,
	NDIR = 20,
	NFILE = 20,
};

static inline uint64_t
getn(const unsigned char *p, int n)
{
	uint64_t v;

	for(v = 0; n-- > 0;)
		v = v << 8 | p[n];
	return v;
}

static inline unsigned char *
putn(unsigned char *p, uint64_t v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*p++ = v;
	return p;
}

static inline unsigned char *
puts2(unsigned char *p, const char *s)
{
	size_t n = strlen(s);

	p = putn(p, n, 2);
	memcpy(p, s, n);
	return p + n;
}
