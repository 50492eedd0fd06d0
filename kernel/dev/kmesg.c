/*
 * The kernel's messages: the last 16 KiB that the kernel, or programs through /dev/cons, wrote
 * to the console. /dev/kprint gives them to one reader as they come. cons(3)
 */
#include "u.h"
#include "dev/cons.h"
#include "dev/dev.h"
#include "lib/lib.h"
#include "sync/lock.h"
#include "proc/proc.h"

static struct
{
	Lock lk;
	/* how many bytes were ever added */
	uvlong n;
	char buf[KMESGSIZE];
} kmesg = {.lk = LOCKRANK(Rkmesg)};

static struct
{
	u32int open;
	/* held by the reader */
	QLock lk;
	/* the number of the first byte in kmesg that was not read */
	uvlong next;
	Rendez more;
} kprints = {.lk = QLOCKRANK(Rkprints)};

void
kmesgadd(const char *s, usize n)
{
	usize i;

	lock(&kmesg.lk);
	for(i = 0; i < n; i++)
		kmesg.buf[kmesg.n++ % KMESGSIZE] = s[i];
	unlock(&kmesg.lk);
	wakeup(&kprints.more);
}

/* Copy at most n bytes, from byte number *from on, to buf. *from moves behind them. Bytes that
 * were overwritten are left out. */
static long
copykmesg(uvlong *from, char *buf, long n)
{
	long i;

	lock(&kmesg.lk);
	if(kmesg.n - *from > KMESGSIZE)
		*from = kmesg.n - KMESGSIZE;
	for(i = 0; i < n && *from < kmesg.n; i++)
		buf[i] = kmesg.buf[(*from)++ % KMESGSIZE];
	unlock(&kmesg.lk);
	return i;
}

long
kmesgread(char *buf, long n, vlong off)
{
	char *copy;
	uvlong first;
	long len;

	copy = smalloc(KMESGSIZE);
	first = 0;
	len = copykmesg(&first, copy, KMESGSIZE);
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
		line[k] = kmesg.buf[i % KMESGSIZE];
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
	if(__atomic_exchange_n(&kprints.open, 1, __ATOMIC_SEQ_CST) != 0)
		return 0;
	lock(&kmesg.lk);
	kprints.next = kmesg.n;
	unlock(&kmesg.lk);
	return 1;
}

void
kprintclose(void)
{
	astore(&kprints.open, 0);
}

static int
ismore(void *unused)
{
	int more;

	USED(unused);
	lock(&kmesg.lk);
	more = kmesg.n > kprints.next;
	unlock(&kmesg.lk);
	return more;
}

/* The bytes that came since the last read. Waits until there are some. */
long
kprintread(char *buf, long n)
{
	char tmp[1024];

	if(n > (long)sizeof tmp)
		n = sizeof tmp;
	qlock(&kprints.lk);
	onerror(qunlock(&kprints.lk));
	while(!ismore(nil))
		sleep(&kprints.more, ismore, nil);
	n = copykmesg(&kprints.next, tmp, n);
	memmove(buf, tmp, (usize)n);
	poperror();
	qunlock(&kprints.lk);
	return n;
}
