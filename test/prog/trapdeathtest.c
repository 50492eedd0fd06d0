/*
 * Traps of which a process dies: the exit strings.
 */
#include "trapdies.h"

static void
breakpoint(void *arg)
{
	USED(arg);
	__asm__ volatile("int3");
}

static void
nilread(void *arg)
{
	USED(arg);
	__asm__ volatile("movq (%0), %%rax" : : "r"(0ULL) : "rax");
}

static void
nilwrite(void *arg)
{
	USED(arg);
	__asm__ volatile("movq %%rax, 8(%0)" : : "r"(0ULL) : "memory");
}

static void
highread(void *arg)
{
	USED(arg);
	__asm__ volatile("movq (%0), %%rax" : : "r"(0x500000000ULL) : "rax");
}

static void
noncanonical(void *arg)
{
	USED(arg);
	__asm__ volatile("movq (%0), %%rax"
			 :
			 : "r"(0xdead000000000000ULL)
			 : "rax");
}

static void
divide(void *arg)
{
	USED(arg);
	__asm__ volatile(
	    "xorl %%edx, %%edx; movl $1, %%eax; xorl %%ecx, %%ecx; "
	    "divl %%ecx"
	    :
	    :
	    : "eax", "ecx", "edx");
}

static void
invalid(void *arg)
{
	USED(arg);
	__asm__ volatile("ud2");
}

static void
privileged(void *arg)
{
	USED(arg);
	__asm__ volatile("hlt");
}

static void
ssezero(void *arg)
{
	USED(arg);
	fpdivzero();
}

static void
x87zero(void *arg)
{
	USED(arg);
	fp87divzero();
}

static void
jumpnil(void *arg)
{
	USED(arg);
	__asm__ volatile("jmp *%0" : : "r"(0ULL));
}

static void
readofnil(void)
{
	dies(nilread, "sys: trap: fault read addr=0x0 ");
}

static void
writenearnil(void)
{
	dies(nilwrite, "sys: trap: fault write addr=0x8 ");
}

static void
readofunmapped(void)
{
	dies(highread, "sys: trap: fault read addr=0x500000000 ");
}

static void
noncanonicaladdress(void)
{
	dies(noncanonical, "sys: trap: ");
}

static void
jumptonil(void)
{
	dies(jumpnil, "sys: trap: fault read addr=0x0 ");
}

static void
divideerror(void)
{
	dies(divide, "sys: trap: divide error");
}

static void
invalidopcode(void)
{
	dies(invalid, "sys: trap: invalid opcode");
}

static void
breakpointtrap(void)
{
	dies(breakpoint, "sys: breakpoint");
}

static void
privilegedinstruction(void)
{
	dies(privileged, "sys: trap: ");
}

static void
ssedividebyzero(void)
{
	dies(ssezero, "sys: fp: ");
}

static void
x87dividebyzero(void)
{
	dies(x87zero, "sys: fp: ");
}

static void
readnonsensestack(void *arg)
{
	__asm__ volatile("movq %0, %%rsp; popq %%rax"
			 :
			 : "r"(0xdead000000000000ULL)
			 : "memory");
	USED(arg);
}

static void
anoncanonicalstackisastackexception(void)
{
	dies(readnonsensestack, "sys: trap: stack exception");
}

static void
faultinhandler(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	nilread(nil);
	exits("handler went on");
}

static void
faulttwice(void *arg)
{
	notify(faultinhandler);
	nilread(arg);
}

static void
trapinahandlerkills(void)
{
	checkhas(childmsg(spawn(RFFDG, faulttwice, nil)),
	    "sys: trap: fault read addr=0x0 ");
}

static void
badhandler(void *arg)
{
	_notify(badaddr);
	nilread(arg);
}

static void
handleroutsidememorykills(void)
{
	check(childmsg(spawn(RFFDG, badhandler, nil))[0] != 0);
}

static void
smashedstack(void *arg)
{
	USED(arg);
	notify(ignore);
	__asm__ volatile("movq $0x100000000, %%rsp; ud2" : : : "memory");
}

static void
notewithoutastackkills(void)
{
	check(childmsg(spawn(RFFDG, smashedstack, nil))[0] != 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(readofnil),
	    CASE(writenearnil),
	    CASE(readofunmapped),
	    CASE(noncanonicaladdress),
	    CASE(jumptonil),
	    CASE(divideerror),
	    CASE(invalidopcode),
	    CASE(breakpointtrap),
	    CASE(privilegedinstruction),
	    CASE(ssedividebyzero),
	    CASE(x87dividebyzero),
	    CASE(anoncanonicalstackisastackexception),
	    CASE(trapinahandlerkills),
	    CASE(handleroutsidememorykills),
	    CASE(notewithoutastackkills),
	};

	runcases(cases, nelem(cases), argc, argv);
}
