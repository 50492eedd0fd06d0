/*
 * rfork, exec, exits, await in the test machine.
 */
#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "mach/ram.h"
#include "aout.h"
#include "proc/sys.h"

static void
hello(uintptr arg)
{
	USED(arg);
	must(uload(UTZERO + BY2PG) == (progword("/bin/hello", BY2PG) | FIXED));
	uexits("hello");
}

static void
child(uintptr arg)
{
	must(arg == 17);
	uexec("/bin/hello", nil);
	uexits("no exec");
}

static void
init(uintptr arg)
{
	char buf[200];
	int pid;

	USED(arg);
	pid = ufork(RFPROC | RFFDG, child, 17);
	must(pid > 0);
	must(uawait(buf, sizeof buf) == pid);
	must(strstr(buf, "hello") != nil);
	must(uawait(buf, sizeof buf) == -1);
	must(strcmp(uerrstr(), Enochild) == 0);
	uexits("7");
}

static void
start(void)
{
	execprog("/bin/init", (char *[]){"init", nil});
	touser(&up->start);
}

static void
execwait(void)
{
	machinit(2048, 64);
	mkprog("/bin/init", init, 2 * BY2PG, BY2PG, BY2PG, nil);
	mkprog("/bin/hello", hello, 2 * BY2PG, BY2PG, BY2PG, nil);
	must(machboot(start) == 7);
	machclean();
}
IN_FORK(execwait)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(execwait_),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
