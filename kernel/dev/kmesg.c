/*
 * The kernel's messages: the last 16 KiB that the kernel, or programs through /dev/cons, wrote
 * to the console. /dev/kprint gives them to one reader as they come. cons(3)
 */
#include "u.h"
#include "dev/cons.h"
#include "dev/dev.h"
#include "lib/lib.h"
#include "sync/ring.h"
#include "proc/proc.h"

static char text[KMESGSIZE];
static Ring kmesg = RING(text, Rkmesg, Rkprints);
/* is /dev/kprint open? */
static u32int kprintisopen;

void
kmesgadd(const char *s, usize n)
{
	ringadd(&kmesg, s, n);
}

long
kmesgread(char *buf, long n, vlong off)
{
	char *copy;
	uvlong first;
	long len;

	copy = smalloc(KMESGSIZE);
	first = 0;
	len = ringcopy(&kmesg, &first, copy, KMESGSIZE);
	return readfree(off, buf, n, copy, (usize)len);
}

enum
{
	/* how many bytes of the ring the state dump shows */
	Dumped = 1000,
};

void
kmesgdump(void)
{
	char line[256];
	uvlong i, n;
	u32int k;

	n = loadrelaxed(&kmesg.n);
	if(n == 0)
		return;
	kprint("last messages of the console:\n");
	k = 0;
	for(i = n > Dumped ? n - Dumped : 0; i < n; i++) {
		line[k] = text[i % KMESGSIZE];
		if(line[k] == '\n' || k == sizeof line - 2 || i == n - 1) {
			line[k + (line[k] != '\n')] = 0;
			kprint("\t%s\n", line);
			k = 0;
			continue;
		}
		k++;
	}
}

/* --- kprint --- */

int
kprintopen(void)
{
	if(__atomic_exchange_n(&kprintisopen, 1, __ATOMIC_SEQ_CST) != 0)
		return 0;
	ringskip(&kmesg);
	return 1;
}

void
kprintclose(void)
{
	astore(&kprintisopen, 0);
}

long
kprintread(char *buf, long n)
{
	return ringread(&kmesg, buf, n);
}
