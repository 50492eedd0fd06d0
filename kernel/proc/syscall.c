/*
 * The system call table, and the one place where errors become -1.
 */
#include "u.h"
#include "aout.h"
#include "proc/callfmt.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

enum
{
	Word = 8,
};

static Syscall *const systab[] = {
#define SYSCALL(n, name) [n] = sys##name,
#include "syscalls.h"
#undef SYSCALL
};

/* Copy the arguments, because the program may change them meanwhile. They need not be
 * aligned. */
static void
getargs(uintptr sp, uintptr *args)
{
	struct __attribute__((packed))
	{
		uintptr word;
	} * from;
	int i;

	/* skip the return address */
	sp += Word;
	from = userptr(sp);
	if((sp & (BY2PG - 1)) > BY2PG - MaxArgs * Word ||
	    sp >= USTKTOP - MaxArgs * Word)
		validaddr(sp, MaxArgs * Word, 0);
	else if(!okaddr(sp, Word, 0))
		validaddr(sp, Word, 0);
	for(i = 0; i < MaxArgs; i++)
		args[i] = from[i].word;
}

/* The call of a number that has none. */
static _Noret uintptr
badcall(uintptr *args)
{
	USED(args);
	pprint("bad sys call number %ud pc %#p\n", up->syscall, up->dbgreg->pc);
	up->callnote = "sys: bad sys call";
	error(Ebadarg);
}

static uintptr
call(Ureg *u, u64int num)
{
	uintptr *args, r;
	Syscall *f;

	args = up->callarg;
	getargs(u->sp, args);
	f = num < nelem(systab) ? systab[num] : nil;
	if(f != nil)
		storerelaxed(&up->psstate, calldesc[num].ps);
	else
		f = badcall;
	r = up->calltrace != 0 ? tracedcall((u32int)num, f) : f(args);
	if(num == Nnoted)
		noted(u, ARGINT(args[0]));
	return r;
}

void
postcallnote(uintptr pc)
{
	const char *msg;

	msg = up->callnote;
	if(msg == nil)
		return;
	up->callnote = nil;
	if(msg == Badaddrnote)
		pprint(
		    "suicide: invalid address %#p/%llud in sys call pc=%#p\n",
		    up->badaddr, up->badlen, pc);
	postnote(up, 1, msg, NDebug);
}

void
swaperrstr(void)
{
	char *e;

	e = up->syserrstr;
	up->syserrstr = up->errstr;
	up->errstr = e;
}

void
syscall(Ureg *u)
{
	u64int num;
	uintptr r;

	/* the register's upper half means nothing */
	num = (u32int)u->bp;
	up->syscall = num;
	if(num != Nsemrelease && num != Nsemacquire && num != Ntsemacquire &&
	    num != Nsleep)
		up->afterio = num == Npread || num == Npwrite;
	up->ncalls++;
	up->nerrlab = 0;
	if(up->noteputoff)
		notebeforecall();
	if(waserror()) {
		swaperrstr();
		u->ax = ~(uintptr)0;
		storerelaxed(&up->psstate, nil);
		if(up->callnote != nil)
			postcallnote(u->pc);
		return;
	}
	r = call(u, num);
	assert(up->nerrlab == 1);
	poperror();
	storerelaxed(&up->psstate, nil);
	if(up->callnote != nil)
		postcallnote(u->pc);
	if(num != Nnoted)
		u->ax = r;
}
