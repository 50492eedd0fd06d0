/*
 * User addresses that programs give to system calls.
 *
 * The check is only that the range is inside Segments. A page comes by a fault when the kernel
 * touches it. Another process that shares the address space may change the Segments after the
 * check. The machine then ends the call as if the check had failed.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

/*
 * The end of up's Segment that contains addr and may be read, or written; 0 if there is none.
 *
 * The seglock is not taken, because every system call comes here. Only up changes its seg[],
 * except that a debugger may replace a text Segment by another of the same range. The replaced
 * Segment may be freed and reused while this looks at it. The worst result is that a bad
 * address of the program passes the check.
 */
static uintptr
endof(uintptr addr, int write)
{
	Segment *s;
	uintptr top;
	int n;

	for(n = 0; n < NSEG; n++) {
		s = loadacquire(&up->seg[n]);
		if(s == nil || addr < loadacquire(&s->base))
			continue;
		top = loadacquire(&s->top);
		if(addr < top)
			return write && segronly(s) ? 0 : top;
	}
	return 0;
}

int
okaddr(uintptr addr, uvlong len, int write)
{
	uintptr end;

	/* reserved addresses are bad whatever the Segments say */
	if(hostreserved(addr, len))
		return 0;
	while((end = endof(addr, write)) > addr && len > end - addr) {
		len -= end - addr;
		addr = end;
	}
	return end > addr;
}

const char Badaddrnote[] = "sys: bad address in syscall";

void *
validaddr(uintptr addr, uvlong len, int write)
{
	enum
	{
		/* a greater length was a negative number */
		Maxlen = 0x7fffffff,
	};

	if(len > Maxlen || !okaddr(addr, len, write)) {
		up->badaddr = addr;
		up->badlen = len;
		up->callnote = Badaddrnote;
		error(Ebadarg);
	}
	return userptr(addr);
}

/* How many bytes precede the NUL at addr; max if none of the first max bytes is a NUL. */
static usize
userstrlen(uintptr addr, usize max)
{
	const char *s;
	usize n;

	s = userptr(addr);
	for(n = 0; n < max; n++) {
		if(n == 0 || (addr + n) % BY2PG == 0)
			validaddr(addr + n, 1, 0);
		if(s[n] == 0)
			break;
	}
	return n;
}

char *
validtext(uintptr addr, usize max, const char *err)
{
	char *t;
	volatile usize n;

	n = userstrlen(addr, max);
	if(n == max)
		error(err);
	t = smalloc(n + 1);
	onerror(free(t));
	/* another process may change the string meanwhile, but the copy ends here */
	memmove(t, userptr(addr), n);
	poperror();
	return t;
}

char *
validstr(uintptr addr, usize max)
{
	return validtext(addr, max, Etoolong);
}

void
userstrcut(char *buf, uintptr addr, usize size)
{
	usize n;

	n = userstrlen(addr, size - 1);
	memmove(buf, userptr(addr), n);
	buf[n] = 0;
}
