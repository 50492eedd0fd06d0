/*
 * User addresses that programs give to system calls.
 *
 * Being inside a Segment is all that is checked: the page comes by a fault when
 * it is touched. So a check can be overtaken by another process that shares
 * the address space; the machine then ends the call as if the check had
 * failed.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

/*
 * Where up's Segment ends that holds addr and may be read, or written; 0 if
 * there is none.
 *
 * Without the seglock, for this is part of every system call: but for a
 * debugger that replaces a text Segment by one of the same range, only up
 * changes its seg[]. A Segment that was replaced meanwhile may be anything by
 * now; what it says cannot do more than let a program's bad address pass.
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

	/* whatever the Segments say */
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
		Maxlen = 0x7fffffff, /* a greater one was a negative number */
	};

	if(len > Maxlen || !okaddr(addr, len, write)) {
		up->badaddr = addr;
		up->badlen = len;
		up->callnote = Badaddrnote;
		error(Ebadarg);
	}
	return userptr(addr);
}

/* Bytes before the NUL at addr; max if there is none among so many. */
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
validstr(uintptr addr, usize max)
{
	char *t;
	volatile usize n;

	n = userstrlen(addr, max);
	if(n == max)
		error(Etoolong);
	t = smalloc(n + 1);
	onerror(free(t));
	/* it may change under our hands, but the copy ends here */
	memmove(t, userptr(addr), n);
	poperror();
	return t;
}

void
userstrcut(char *buf, uintptr addr, usize size)
{
	usize n;

	n = userstrlen(addr, size - 1);
	memmove(buf, userptr(addr), n);
	buf[n] = 0;
}
