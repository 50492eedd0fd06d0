/*
 * Everything with a device that fails, or without memory, at each place in turn.
 */
#include "ns/nstree.h"

/* --- faults --- */

/* As rfork does. */
static void
copygroups(void)
{
	Pgrp *p, *old;
	Fgrp *f;

	if(!waserror()) {
		p = newpgrp();
		if(waserror()) {
			closepgrp(p);
			nexterror();
		}
		pgrpcpy(p, up->pgrp);
		old = up->pgrp;
		up->pgrp = p;
		closepgrp(old);
		poperror();
		poperror();
	}
	if(!waserror()) {
		f = dupfgrp(up->fgrp);
		closefgrp(f);
		poperror();
	}
}

/* A bit of everything. Any step may fail, none may leave a thing. */
static void
everything(void)
{
	static uchar buf[4096];
	char text[] = "bind -b /b /a\nbind -c #Rother /c\ncd /a/sub\n";
	int fd, fd2, p2[2];

	xbind("/b", "/a", MBEFORE);
	xbind("#Rother", "/a", MAFTER | MCREATE);
	xbind("/a", "/c", MAFTER);
	xls("/a", 200);
	xls("/", 4096);
	xcat("/a/sub/../../c/h");
	xmk("/a/made", "made");
	xmk("/a/made", "again");
	xmk("#Rother/dir", nil);
	xstat("/a", buf, sizeof buf);
	fd = xopen("/a/sub/g", ORDWR);
	if(fd >= 0) {
		xread(fd, buf, 10);
		xwrite(fd, "x", 1);
		xseek(fd, 0, 2);
		fd2 = xdup(fd, 30);
		xfstat(fd, buf, sizeof buf);
		xclose(fd);
		if(fd2 >= 0)
			xclose(fd2);
	}
	if(xpipe(p2) == 0) {
		xclose(p2[0]);
		xclose(p2[1]);
	}
	xchdir("/a/sub");
	xchdir("../../c");
	xunmount("/b", "/a");
	xremove("/a/made");
	xremove("/nothing");
	if(!waserror()) {
		nsfile("ns", text, nil);
		poperror();
	}
	if(!waserror()) {
		nstext(up, (char *)buf, sizeof buf);
		poperror();
	}
	copygroups();
	xunmount(nil, "/a");
	xunmount(nil, "/c");
}

/* Nothing is held and nothing left by it. */
static void
settled(long chans, long rrefs, long nblocks)
{
	int fd;

	assert_int_equal(up->nerrlab, Kernlabels);
	assert_int_equal(canlock(&up->fgrp->lk), 1);
	unlock(&up->fgrp->lk);
	for(fd = 0; fd < 100; fd++)
		xclose(fd);
	wlock(&up->pgrp->ns);
	wunlock(&up->pgrp->ns);
	xunmount(nil, "/a");
	xunmount(nil, "/c");
	assert_int_equal(xchdir("/"), 0);
	assert_int_equal(nchan(), chans);
	assert_int_equal(ramrefs(), rrefs);
	assert_int_equal(heapblocks(), nblocks);
}

static void
inject(long *fail, long *count)
{
	long chans, rrefs, nblocks, n, k;

	/* the table and the directory as they stay */
	for(k = 0; k < 40; k++)
		xopen("/", OREAD);
	everything();
	for(k = 0; k < 100; k++)
		xclose(k);
	xchdir("/");
	chans = nchan();
	rrefs = ramrefs();
	nblocks = heapblocks();
	*count = 0;
	everything();
	n = *count;
	assert_true(n > 100);
	settled(chans, rrefs, nblocks);
	for(k = 1; k <= n; k++) {
		*fail = k;
		everything();
		*fail = 0;
		settled(chans, rrefs, nblocks);
	}
}

static void
test_devices_that_fail(void **state)
{
	USED(state);
	inject(&devfail, &devcount);
}

static void
test_no_memory(void **state)
{
	USED(state);
	inject(&allocfail, &alloccount);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_devices_that_fail),
	    KERN(test_no_memory),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
