/*
 * What a process says of what it did wrong: pprint; and an alarm.
 */
#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "mach/ram.h"
#include "aout.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "proc/sys.h"

enum
{
	Size = 2 * BY2PG,
};

static void
first(void)
{
	execprog("/bin/init", (char *[]){"init", nil});
	touser(&up->start);
}

/* A system call with a bad address: how much of its line pipe end fd has, which is emptied.
 * flag is descriptor 2's meanwhile. */
static long
said(int fd, int flag)
{
	char buf[16];
	uintptr va;
	long n;

	up->fgrp->fd[2]->flag |= flag;
	must(sys(Nfd2path, 0, 16, 10) == -1);
	up->fgrp->fd[2]->flag &= ~flag;
	va = ualloc(512);
	/* a line of no length ends the read */
	must(sys(Npwrite, 2, va, 0, ~(uintptr)0) == 0);
	n = sys(Npread, fd, va, 512, ~(uintptr)0);
	if(n > 0) {
		ucopyin(buf, va, sizeof buf);
		must(memcmp(buf, "init 1: suicide:", sizeof buf) == 0);
		must(sys(Npread, fd, va, 512, ~(uintptr)0) == 0);
	}
	return n;
}

static void
goon(uintptr ureg)
{
	USED(ureg);
	sys(Nnoted, NCONT);
}

/* A mounted descriptor's reader expects 9P. */
static void
mountedinit(uintptr arg)
{
	uintptr va;
	u64int fds;

	USED(arg);
	sys(Nnotify, fnaddr(1));
	va = ualloc(8);
	must(sys(Npipe, va) == 0);
	fds = uload(va);
	must(sys(Ndup, (u32int)fds, 2) == 2);
	must(said((int)(fds >> 32), 0) > 0);
	must(said((int)(fds >> 32), CMSG) == 0);
	must(said((int)(fds >> 32), 0) > 0);
	uexits("");
}

static void
mounteddescriptor(void)
{
	static Userfn *fns[] = {goon, nil};

	machverbose = 0;
	machinit(4096, 64);
	mkprog("/bin/init", mountedinit, Size, Size, Size, fns);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(mounteddescriptor)

/* The host has no process left, and the first alarm needs one. */
static u32int rung;

static void
ring(uintptr ureg)
{
	USED(ureg);
	astore(&rung, 1);
	sys(Nnoted, NCONT);
}

static void
alarminit(uintptr arg)
{
	USED(arg);
	maxslots = 1;
	sys(Nnotify, fnaddr(1));
	must((int)sys(Nalarm, 1) == 0);
	while(!aload(&rung))
		sys(Nsleep, 10);
	maxslots = 200;
	uexits("");
}

static void
alarmalwaysworks(void)
{
	static Userfn *fns[] = {ring, nil};

	machinit(4096, 64);
	mkprog("/bin/init", alarminit, Size, Size, Size, fns);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(alarmalwaysworks)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mounteddescriptor_),
	    cmocka_unit_test(alarmalwaysworks_),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
