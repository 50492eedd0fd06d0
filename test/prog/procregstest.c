/*
 * A debugger sets registers of a process that is stopped in each place where one stops: all of
 * them are the process's when it goes on. proc(3).
 */
#include "debugger.h"

enum
{
	/* ax bx cx dx si di bp r8 .. r15 sp flags */
	NREG = 17,
	Flags = 16,
};

static volatile int *page;
static volatile u64int landed[NREG];
static volatile u64int fpland[2];

/* Where the debugger sends a process. */
__attribute__((naked, used)) static void
landing(void)
{
	__asm__ volatile("movq %rax, landed+0\n"
			 "movq %rbx, landed+8\n"
			 "movq %rcx, landed+16\n"
			 "movq %rdx, landed+24\n"
			 "movq %rsi, landed+32\n"
			 "movq %rdi, landed+40\n"
			 "movq %rbp, landed+48\n"
			 "movq %r8, landed+56\n"
			 "movq %r9, landed+64\n"
			 "movq %r10, landed+72\n"
			 "movq %r11, landed+80\n"
			 "movq %r12, landed+88\n"
			 "movq %r13, landed+96\n"
			 "movq %r14, landed+104\n"
			 "movq %r15, landed+112\n"
			 "movq %rsp, landed+120\n"
			 "pushfq\n"
			 "popq landed+128\n"
			 "movq %xmm3, fpland\n"
			 "movq %xmm15, fpland+8\n"
			 "cld\n"
			 "andq $-16, %rsp\n"
			 "call afterlanding\n");
}

__attribute__((used)) static void
afterlanding(void)
{
	int i;

	for(i = 0; i < NREG; i++)
		((volatile u64int *)page)[16 + i] = landed[i];
	for(i = 0; i < 2; i++)
		((volatile u64int *)page)[16 + NREG + i] = fpland[i];
	exits("landed");
}

static void
sets(int pid, int fp)
{
	u64int *r, xmm[2];
	Ureg u;
	int fd, i;

	fd = procopen(pid, "regs", ORDWR);
	checkint(pread(fd, &u, sizeof u, 0), sizeof u);
	r = (u64int *)&u;
	for(i = 0; i < 15; i++)
		r[i] = 0x1111111111111111ULL * (i + 1) - 0x77;
	u.pc = (uintptr)landing;
	u.sp = u.sp - 0x100;
	u.flags = 0x2 | 0x1 | 0x80; /* C, S */
	page[1] = (int)u.sp;
	checkint(pwrite(fd, &u, sizeof u, 0), sizeof u);
	close(fd);
	if(!fp)
		return;
	fd = procopen(pid, "fpregs", ORDWR);
	xmm[0] = 0x3333;
	xmm[1] = 0;
	checkint(pwrite(fd, xmm, 16, 160 + 16 * 3), 16);
	xmm[0] = 0x1515;
	checkint(pwrite(fd, xmm, 16, 160 + 16 * 15), 16);
	close(fd);
}

static void
lands(int pid, char *how)
{
	u64int *got = (u64int *)page + 16;
	int i;

	sets(pid, 1);
	ctl(pid, "start");
	checkstr(childmsg(pid), "landed");
	for(i = 0; i < 15; i++)
		if(got[i] != 0x1111111111111111ULL * (i + 1) - 0x77)
			fail("%s: register %d is %#llx", how, i, got[i]);
	if((int)got[15] != page[1])
		fail("%s: sp is %#llx", how, got[15]);
	if((got[16] & 0xcd5) != 0x81)
		fail("%s: flags are %#llx", how, got[16]);
	if(got[17] != 0x3333 || got[18] != 0x1515)
		fail("%s: xmm %#llx %#llx", how, got[17], got[18]);
}

static void
spinner(void *arg)
{
	USED(arg);
	page[0] = 1;
	for(;;)
		page[2]++;
}

static void
inusermode(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG, spinner, nil);
	waitval(page, 1);
	ctl(pid, "stop");
	lands(pid, "user mode");
}

static void
oncalls(void *arg)
{
	USED(arg);
	page[0] = 1;
	for(;;)
		sleep(1);
}

static void
attheendofacall(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG, oncalls, nil);
	waitval(page, 1);
	ctl(pid, "stop");
	lands(pid, "end of a call");
	page[0] = 0;
	pid = spawn(RFFDG, oncalls, nil);
	waitval(page, 1);
	ctl(pid, "stop");
	ctl(pid, "startsyscall");
	ctl(pid, "startsyscall");
	if(strncmp(procrecord(pid, "syscall"), " = ", 3) != 0)
		ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " = 0");
	lands(pid, "traced end of a call");
}

static void
trapped(void *arg)
{
	USED(arg);
	page[0] = 1;
	while(page[3] == 0)
		;
	__asm__ volatile("int3");
}

static void
atabreakpoint(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, trapped, nil);
	waitval(page, 1);
	ctl(pid, "stop");
	page[3] = 1;
	ctl(pid, "startstop");
	checkhas(procrecord(pid, "note"), "breakpoint");
	lands(pid, "breakpoint");
}

static void
faults(void *arg)
{
	USED(arg);
	page[0] = 1;
	while(page[3] == 0)
		;
	page[4] = *(volatile int *)0x1000;
}

static void
atafault(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, faults, nil);
	waitval(page, 1);
	ctl(pid, "stop");
	page[3] = 1;
	ctl(pid, "startstop");
	checkhas(procrecord(pid, "note"), "fault read");
	lands(pid, "fault");
}

static void
executes(void *arg)
{
	char *argv[] = {"x", "nothing", nil};

	USED(arg);
	ctl(getpid(), "hang");
	exec(self, argv);
}

static void
afterexec(void)
{
	int pid = spawn(RFFDG, executes, nil);
	int fd;
	Ureg u;

	statebecomes(pid, "Stopped");
	fd = procopen(pid, "regs", ORDWR);
	checkint(pread(fd, &u, sizeof u, 0), sizeof u);
	u.pc = (uintptr)exits;
	u.di = (uintptr) "sent away";
	checkint(pwrite(fd, &u, sizeof u, 0), sizeof u);
	ctl(pid, "start");
	checkhas(childmsg(pid), "sent away");
}

static void
handler(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	page[0] = 2;
	while(page[3] == 0)
		page[2]++;
	noted(NCONT);
}

static void
inhandler(void *arg)
{
	USED(arg);
	notify(handler);
	page[0] = 1;
	for(;;)
		page[2]++;
}

static void
inanotehandler(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, inhandler, nil);
	waitval(page, 1);
	check(postnote(pid, "x") == 0);
	waitval(page, 2);
	ctl(pid, "stop");
	lands(pid, "handler");
	/* a note stops it before the handler begins */
	page[0] = 0;
	pid = spawn(RFFDG | RFNOTEG, inhandler, nil);
	waitval(page, 1);
	ctl(pid, "stop");
	postnote(pid, "y");
	procrecord(pid, "note");
	lands(pid, "before a handler");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(inusermode),
	    CASE(attheendofacall),
	    CASE(atabreakpoint),
	    CASE(atafault),
	    CASE(afterexec),
	    CASE(inanotehandler),
	};

	runcases(cases, nelem(cases), argc, argv);
}
