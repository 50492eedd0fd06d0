/*
 * The system call table, and the one place where errors become -1.
 */
#include "u.h"
#include "aout.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

enum
{
	MaxArgs = 6,
	Word = 8,
};

static Syscall *const systab[] = {
#define SYSCALL(n, name) [n] = sys##name,
#include "syscalls.h"
#undef SYSCALL
};

enum
{
#define SYSCALL(n, name) N##name = n,
#include "syscalls.h"
#undef SYSCALL
};

/* What ps(1) calls a process that is in one. */
static const char *const callname[] = {
    [Nsysr1] = "Sysr1",
    [N_errstr] = "_Errstr",
    [Nbind] = "Bind",
    [Nchdir] = "Chdir",
    [Nclose] = "Close",
    [Ndup] = "Dup",
    [Nalarm] = "Alarm",
    [Nexec] = "Exec",
    [Nexits] = "Exits",
    [N_fsession] = "_Fsession",
    [Nfauth] = "Fauth",
    [N_fstat] = "_Fstat",
    [Nsegbrk] = "Segbrk",
    [N_mount] = "_Mount",
    [Nopen] = "Open",
    [N_read] = "_Read",
    [Noseek] = "Oseek",
    [Nsleep] = "Sleep",
    [N_stat] = "_Stat",
    [Nrfork] = "Rfork",
    [N_write] = "_Write",
    [Npipe] = "Pipe",
    [Ncreate] = "Create",
    [Nfd2path] = "Fd2path",
    [Nbrk_] = "Brk",
    [Nremove] = "Remove",
    [N_wstat] = "_Wstat",
    [N_fwstat] = "_Fwstat",
    [Nnotify] = "Notify",
    [Nnoted] = "Noted",
    [Nsegattach] = "Segattach",
    [Nsegdetach] = "Segdetach",
    [Nsegfree] = "Segfree",
    [Nsegflush] = "Segflush",
    [Nrendezvous] = "Rendez",
    [Nunmount] = "Unmount",
    [N_wait] = "_Wait",
    [Nsemacquire] = "Semacquire",
    [Nsemrelease] = "Semrelease",
    [Nseek] = "Seek",
    [Nfversion] = "Fversion",
    [Nerrstr] = "Errstr",
    [Nstat] = "Stat",
    [Nfstat] = "Fstat",
    [Nwstat] = "Wstat",
    [Nfwstat] = "Fwstat",
    [Nmount] = "Mount",
    [Nawait] = "Await",
    [Npread] = "Pread",
    [Npwrite] = "Pwrite",
    [Ntsemacquire] = "Tsemacquire",
    [N_nsec] = "Nsec",
};
_Static_assert(nelem(callname) == nelem(systab), "a name for every call");

/* Copy the arguments: the program may change them meanwhile. */
static void
getargs(uintptr sp, uintptr *args)
{
	uintptr *from;
	int i;

	if(sp % Word != 0) {
		up->callnote = "sys: odd stack";
		error(Ebadarg);
	}
	sp += Word; /* a return address */
	from = (uintptr *)sp;
	if((sp & (BY2PG - 1)) > BY2PG - MaxArgs * Word ||
	    sp >= USTKTOP - MaxArgs * Word)
		validaddr(sp, MaxArgs * Word, 0);
	else if(!okaddr(sp, Word, 0))
		validaddr(sp, Word, 0);
	for(i = 0; i < MaxArgs; i++)
		args[i] = from[i];
}

static uintptr
call(Ureg *u, u64int num)
{
	uintptr args[MaxArgs], r;

	getargs(u->sp, args);
	if(num >= nelem(systab) || systab[num] == nil) {
		up->callnote = "sys: bad sys call";
		error(Ebadarg);
	}
	up->psstate = callname[num];
	r = systab[num](args);
	if(num == Nnoted)
		noted(u, ARGINT(args[0]));
	return r;
}

/* The call under way was wrong in itself; its error may have been caught. */
static void
postcallnote(void)
{
	const char *msg;

	msg = up->callnote;
	if(msg == nil)
		return;
	up->callnote = nil;
	postnote(up, 1, msg, NDebug);
}

void
syscall(Ureg *u)
{
	u64int num;
	uintptr r;
	char *e;

	num = u->bp;
	up->syscall = num;
	up->ncalls++;
	up->nerrlab = 0;
	if(up->procctl == Proc_tracesyscall)
		procctl(up, Proc_stopme);
	if(waserror()) {
		e = up->syserrstr;
		up->syserrstr = up->errstr;
		up->errstr = e;
		u->ax = ~(uintptr)0;
		up->psstate = nil;
		postcallnote();
		return;
	}
	r = call(u, num);
	assert(up->nerrlab == 1);
	poperror();
	up->psstate = nil;
	postcallnote();
	if(num != Nnoted)
		u->ax = r;
}
