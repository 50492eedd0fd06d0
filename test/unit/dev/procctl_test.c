/*
 * #p against proc(3): control messages.
 */
#include "dev/stillproc.h"
#include "mach/mmtest.h"
#include "mach/user.h"
#include "ns/nsdat.h"

static void
realtime(void **state)
{
	USED(state);
	failswith(ctl("admit"), "edf params");
	failswith(ctl("period"), Ecmdargs);
	failswith(ctl("period 1x"), "unrecognized unit");
	failswith(ctl("period 1."), "ill-formed number");
	failswith(ctl("period 1.0123456789"), "too many digits");
	assert_null(ctl("period 1.5s"));
	assert_int_equal(p->rt[RTperiod], 1500000);
	failswith(ctl("admit"), "C not set");
	assert_null(ctl("cost 20ms"));
	assert_int_equal(p->rt[RTcost], 20000);
	assert_null(ctl("deadline 10ms"));
	failswith(ctl("admit"), "C > D");
	assert_null(ctl("deadline 2s"));
	failswith(ctl("admit"), "D > T");
	assert_null(ctl("deadline 100000us"));
	assert_null(ctl("sporadic"));
	failswith(ctl("admit"), "not schedulable");
	assert_null(ctl("expel"));
}

/* --- control --- */

/* A process that does nothing, for ever. */
static void
idle(uintptr arg)
{
	USED(arg);
	for(;;)
		sys(Nsleep, 1);
}

/* p is one, and runs. */
static Worker *
runidle(void)
{
	Worker *w;

	w = spawnprog("/bin/idle");
	p = workerproc(w);
	return w;
}

/* There was one before. */
static void
warmidle(void)
{
	Worker *w;

	endall();
	mkprog("/bin/idle", idle, BY2PG, 0, 0, nil);
	w = runidle();
	assert_null(ctl("kill"));
	join(w);
	imagedrop();
	countall();
}

static void
requests(void **state)
{
	Worker *w;

	USED(state);
	warmidle();
	w = runidle();
	assert_null(ctl("stop"));
	assert_int_equal(aload(&p->state), Stopped);
	assert_null(ctl("waitstop\n"));
	assert_null(ctl("start"));
	assert_int_not_equal(aload(&p->state), Stopped);
	failswith(ctl("start"), Ebadctl);
	failswith(ctl("startstop"), Ebadctl);
	assert_null(ctl("kill"));
	join(w);
}

/* It dies of the note that it had when it was started. */
static void
startedwithanote(void **state)
{
	Worker *w;

	USED(state);
	warmidle();
	w = runidle();
	assert_null(ctl("stop"));
	assert_true(notework(w, "bye"));
	failswith(ctl("startstop"), Eprocdied);
	join(w);
}

static void
settings(void **state)
{
	USED(state);
	assert_null(ctl("hang"));
	assert_int_equal(p->hang, 1);
	assert_null(ctl("nohang"));
	assert_int_equal(p->hang, 0);
	assert_null(ctl("private"));
	assert_int_equal(p->privatemem, 1);
	assert_null(ctl("noswap"));
	assert_int_equal(p->noswap, 1);
	assert_null(ctl("pri 13"));
	assert_int_equal(p->basepri, 13);
	assert_int_equal(p->fixedpri, 0);
	assert_null(ctl("fixedpri 2"));
	assert_int_equal(p->basepri, 2);
	assert_int_equal(p->fixedpri, 1);
	assert_null(ctl("pri 20"));
	assert_int_equal(p->basepri, 19);
	assert_null(ctl("pri -1"));
	assert_int_equal(p->basepri, 0);
	failswith(ctl("pri"), Ecmdargs);
	assert_non_null(ctl("nonsense"));
	assert_non_null(ctl(""));
}

static void
closing(void **state)
{
	USED(state);
	assert_null(ctl("close 0"));
	assert_null(ctl("close 4"));
	failswith(ctl("close -1"), Ebadfd);
	assert_non_null(p->fgrp->fd[1]);
	assert_null(ctl("close 1"));
	assert_null(p->fgrp->fd[1]);
	assert_null(ctl("close 1"));
	assert_null(ctl("closefiles"));
	assert_non_null(up->fgrp->fd[1]);
}

static void
stoppingoneself(void **state)
{
	char name[64];
	USED(state);
	snprint(name, sizeof name, "%ud/ctl", up->pid);
	/* it is asked, and does not wait for itself */
	assert_null(writeat(name, "stop", 4, 0));
	assert_int_equal(up->procctl, Proc_stopme);
	up->procctl = Proc_none;
	p->kp = 1;
	failswith(ctl("kill"), Eperm);
	failswith(ctl("stop"), Eperm);
	assert_int_equal(memio(0, Database, buf, 1), -1);
	p->kp = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(realtime),
	    KERN(requests),
	    KERN(startedwithanote),
	    KERN(settings),
	    KERN(closing),
	    KERN(stoppingoneself),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
