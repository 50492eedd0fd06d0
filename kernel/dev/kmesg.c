/*
 * The kernel's messages: the last 16 KiB of what was written to the console,
 * by the kernel or through /dev/cons. cons(3)
 */
#include "u.h"
#include "dev/cons.h"
#include "lib/lib.h"
#include "proc/lock.h"
#include "proc/proc.h"

static struct
{
	Lock lk;
	uvlong n; /* bytes ever added */
	char buf[KMESGSIZE];
} kmesg;

void
kmesgadd(const char *s, usize n)
{
	usize i;

	lock(&kmesg.lk);
	for(i = 0; i < n; i++)
		kmesg.buf[kmesg.n++ % KMESGSIZE] = s[i];
	unlock(&kmesg.lk);
}

long
kmesgread(char *buf, long n, vlong off)
{
	char *copy;
	usize len, i;
	uvlong first;

	copy = smalloc(KMESGSIZE);
	lock(&kmesg.lk);
	len = kmesg.n < KMESGSIZE ? kmesg.n : KMESGSIZE;
	first = kmesg.n - len;
	for(i = 0; i < len; i++)
		copy[i] = kmesg.buf[(first + i) % KMESGSIZE];
	unlock(&kmesg.lk);
	if(waserror()) {
		free(copy);
		nexterror();
	}
	n = readmem(off, buf, n, copy, len);
	poperror();
	free(copy);
	return n;
}
