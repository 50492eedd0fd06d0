/*
 * The files of cons(3), swap(3) and arch(3), the default name space's places for devices, and
 * cap(3).
 */
#include "test.h"

static char buf[32 * KiB];

static void
nullswallowsandisempty(void)
{
	int fd = open("/dev/null", ORDWR);

	checkint(write(fd, buf, 1000), 1000);
	checkint(read(fd, buf, 1000), 0);
}

static void
zeroisendless(void)
{
	int fd = open("/dev/zero", OREAD), i;

	memset(buf, 1, sizeof buf);
	checkint(read(fd, buf, sizeof buf), sizeof buf);
	for(i = 0; i < (int)sizeof buf; i++)
		check(buf[i] == 0);
}

static void
randomdiffers(void)
{
	char other[64];
	int fd = open("/dev/random", OREAD);

	checkint(readn(fd, buf, 64), 64);
	checkint(readn(fd, other, 64), 64);
	check(memcmp(buf, other, 64) != 0);
}

static void
pidandppidarenumberfields(void)
{
	checkint(readfile("/dev/pid", buf, sizeof buf), NUMSIZE);
	checkint(atoi(buf), getpid());
	check(buf[NUMSIZE - 1] == ' ');
	checkint(readfile("/dev/ppid", buf, sizeof buf), NUMSIZE);
	check(atoi(buf) > 0);
}

static void
shortreadscontinue(void)
{
	int fd = open("/dev/pid", OREAD), a, b;

	a = read(fd, buf, 5);
	b = read(fd, buf + 5, 100);
	checkint(a, 5);
	checkint(b, NUMSIZE - 5);
	buf[NUMSIZE] = 0;
	checkint(atoi(buf), getpid());
	checkint(read(fd, buf, 1), 0);
}

static void
useroranysystemname(void)
{
	check(readfile("/dev/user", buf, sizeof buf) > 0);
	check(strlen(buf) < KNAMELEN);
	check(readfile("/dev/sysname", buf, sizeof buf) >= 0);
	check(readfile("/dev/hostowner", buf, sizeof buf) > 0);
	check(readfile("/dev/osversion", buf, sizeof buf) > 0);
	checkhas(buf, "2000");
}

static void
timehasfournumbers(void)
{
	char *f[8];

	checkint(readfile("/dev/time", buf, sizeof buf), 78);
	checkint(dirstat("/dev/time")->length, 78);
	checkint(tokenize(buf, f, nelem(f), " "), 4);
	check(strtoll(f[0], nil, 10) > 1000000000);
	check(strtoll(f[3], nil, 10) > 0); /* clock frequency */
}

static void
bintimeisthreebigendianwords(void)
{
	uchar b[40];
	int fd = open("/dev/bintime", OREAD), i;
	vlong ns = 0;

	check(fd >= 0);
	checkint(read(fd, b, sizeof b), 24);
	for(i = 0; i < 8; i++)
		ns = ns << 8 | b[i];
	check(ns > 0 && ns <= _nsec(nil));
	checkint(read(fd, b, sizeof b), 24); /* the offset does not matter */
}

static void
cputimeissixnumbers(void)
{
	char *f[8];

	checkint(readfile("/dev/cputime", buf, sizeof buf), 6 * NUMSIZE);
	checkint(tokenize(buf, f, nelem(f), " "), 6);
}

static void
swaphasthemanualslines(void)
{
	static char *want[] = {" memory\n", " pagesize\n", " kernel\n",
	    " user\n", " swap\n", " reclaim\n", " kernel malloc\n",
	    " kernel draw\n", " kernel secret\n"};
	char *p;
	usize i;

	check(readfile("/dev/swap", buf, sizeof buf) > 0);
	p = buf;
	for(i = 0; i < nelem(want); i++) {
		check(*p >= '0' && *p <= '9');
		while((*p >= '0' && *p <= '9') || *p == '/')
			p++;
		if(strncmp(p, want[i], strlen(want[i])) != 0)
			fail("line %d of swap ends in '%s'", (int)i, p);
		p += strlen(want[i]);
	}
	checkstr(p, "");
}

static void
cputimehaschildrensrealtime(void)
{
	char *f[8];
	vlong before;

	check(readfile("/dev/cputime", buf, sizeof buf) == 6 * NUMSIZE);
	checkint(tokenize(buf, f, nelem(f), " "), 6);
	before = strtoll(f[5], nil, 10);
	if(fork() == 0) {
		sleep(60);
		exits(nil);
	}
	check(waitfor(&(Waitmsg){0}) > 0);
	check(readfile("/dev/cputime", buf, sizeof buf) == 6 * NUMSIZE);
	tokenize(buf, f, nelem(f), " ");
	check(strtoll(f[5], nil, 10) >= before + 50);
}

static void
consolefileshavetheirmodes(void)
{
	static struct
	{
		char *name;
		u32int mode;
		vlong length;
		int type;
	} f[] = {
	    {"bintime", 0664, 24, 'c'},
	    {"config", 0444, 0, 'c'},
	    {"cons", 0660, 0, 'c'},
	    {"consctl", 0220, 0, 'c'},
	    {"cputime", 0444, 72, 'c'},
	    {"drivers", 0666, 0, 'c'},
	    {"hostdomain", 0664, 48, 'c'},
	    {"hostowner", 0664, 0, 'c'},
	    {"kmesg", 0440, 0, 'c'},
	    {"kprint", DMEXCL | 0440, 0, 'c'},
	    {"mordor", 0666, 0, 'c'},
	    {"null", 0666, 0, 'c'},
	    {"osversion", 0444, 0, 'c'},
	    {"pid", 0444, 12, 'c'},
	    {"ppid", 0444, 12, 'c'},
	    {"random", 0444, 0, 'c'},
	    {"reboot", 0220, 0, 'c'},
	    {"sysname", 0664, 0, 'c'},
	    {"sysstat", 0664, 0, 'c'},
	    {"time", 0664, 78, 'c'},
	    {"user", 0666, 0, 'c'},
	    {"zero", 0444, 0, 'c'},
	    {"swap", 0664, 0, 0xB6},
	    {"swapfile", 0600, 0, 0xB6},
	    {"archctl", 0664, 0, 'P'},
	    {"cputype", 0444, 0, 'P'},
	};
	char name[32];
	usize i;
	Dir *d;

	for(i = 0; i < nelem(f); i++) {
		snprint(name, sizeof name, "/dev/%s", f[i].name);
		d = dirstat(name);
		if(d == nil || d->mode != f[i].mode ||
		    d->length != f[i].length || d->type != f[i].type)
			fail("%s: mode %o length %lld type %x", name,
			    d != nil ? d->mode : 0, d != nil ? d->length : -1,
			    d != nil ? d->type : 0);
	}
	check(dirstat("/dev/pgrpid") == nil);
}

static void
onedoesnotsimply(void)
{
	int fd = open("/dev/mordor", ORDWR);

	check(fd >= 0);
	checkexact(read(fd, buf, 1), "one does not simply read from mordor");
	checkexact(write(fd, buf, 1), "one does not simply write into mordor");
}

/* arch(3): a name, and MHz */
static void
cputypeendsinmegahertz(void)
{
	char *f[16], *p;
	int n;

	check(readfile("/dev/cputype", buf, sizeof buf) > 0);
	check(buf[strlen(buf) - 1] == '\n');
	/* one blank before the number */
	p = strrchr(buf, ' ');
	check(p > buf && p[-1] != ' ');
	n = tokenize(buf, f, nelem(f), " \n");
	check(n >= 2);
	/* both may be measured, one after the other */
	n = atoi(f[n - 1]) - (int)(_tos->cyclefreq / 1000000);
	check(n > -20 && n < 20);
}

/* arch(3): the processor as cputype has it, and how the kernel uses it */
static void
archctltellsoftheprocessor(void)
{
	static char *lines[] = {"coherence mfence\n", "cmpswap cmpswap486\n"};
	char type[256], want[256], *p;
	usize i;
	int fd;

	check(readfile("/dev/cputype", type, sizeof type) > 0);
	p = strrchr(type, ' ');
	*p = 0;
	check(readfile("/dev/archctl", buf, sizeof buf) > 0);
	p = strchr(buf, '\n');
	check(p != nil);
	*p++ = 0;
	snprint(want, sizeof want, "cpu %s ", type);
	check(strncmp(buf, want, strlen(want)) == 0);
	check(strcmp(buf + strlen(buf) - 4, " pge") == 0);
	check(strncmp(p, "pge on\n", 7) == 0);
	for(i = 0; i < nelem(lines); i++)
		checkhas(p, lines[i]);
	fd = open("/dev/archctl", OWRITE);
	check(fd >= 0);
	checkexact(
	    write(fd, "pge off", 7), "the processor is the host's to set");
}

static void
zeromaybetruncated(void)
{
	int fd = open("/dev/zero", OREAD | OTRUNC);

	check(fd >= 0);
	checkint(read(fd, buf, 1), 1);
}

static void
configliststhedevices(void)
{
	check(readfile("/dev/config", buf, sizeof buf) > 0);
	checkhas(buf, "dev\n");
	checkhas(buf, "\tcons\n");
}

static void
driversarelisted(void)
{
	check(readfile("/dev/drivers", buf, sizeof buf) > 0);
	checkhas(buf, "#c cons\n");
	checkhas(buf, "#p proc\n");
	checkhas(buf, "#e env\n");
}

static void
consolewrites(void)
{
	int fd = open("/dev/cons", OWRITE);

	check(fd >= 0);
	checkint(write(fd, "# a line to the console\n", 24), 24);
}

static void
conswriter(void *arg)
{
	int fd = open("/dev/cons", OWRITE);

	USED(arg);
	check(fd >= 0);
	checkint(write(fd, "# later\n", 8), 8);
}

/* The first alarm may come before the call that it is to interrupt. */
static void
alarmagain(Ureg *u, char *msg)
{
	USED(u), USED(msg);
	alarm(20);
	noted(NCONT);
}

static void
kprintcopieswhatiswrittenlater(void)
{
	int fd, other;

	conswriter(nil);
	fd = open("/dev/kprint", OREAD);
	check(fd >= 0);
	checkerr(open("/dev/kprint", OREAD), "in use");
	other = spawn(RFFDG, conswriter, nil);
	checkint(readn(fd, buf, 8), 8);
	check(memcmp(buf, "# later\n", 8) == 0);
	childok(other);
	conswriter(nil);
	checkint(read(fd, buf, 3), 3);
	checkint(read(fd, buf + 3, 100), 5);
	close(fd);
	fd = open("/dev/kprint", OREAD);
	check(fd >= 0);
	notify(alarmagain);
	alarm(20);
	checkerr(read(fd, buf, sizeof buf), "interrupted");
	alarm(0);
}

static void
devicesarewhereprogramslook(void)
{
	static char *dirs[] = {"/", "/dev", "/env", "/fd", "/mnt", "/n",
	    "/proc", "/srv", "#c", "#d", "#e", "#p", "#s"};
	usize i;
	Dir *d;

	for(i = 0; i < nelem(dirs); i++) {
		d = dirstat(dirs[i]);
		if(d == nil || (d->mode & DMDIR) == 0)
			fail("%s is not a directory: %r", dirs[i]);
	}
}

/* each device's root, to its end */
static void
rootdirectoriesareread(void)
{
	static char *roots[] = {"#/", "#c", "#d", "#e", "#g", "#p", "#s", "#|",
	    "#P", "#\302\266", "#Z"};
	usize i;
	int fd, n;
	Dir *d;

	for(i = 0; i < nelem(roots); i++) {
		fd = open(roots[i], OREAD);
		if(fd < 0)
			fail("open %s: %r", roots[i]);
		while((n = dirread(fd, &d)) > 0)
			free(d);
		if(n < 0)
			fail("read %s: %r", roots[i]);
		close(fd);
	}
}

static void
devicetypesareletters(void)
{
	Dir *d = dirstat("#c/null");

	check(d != nil);
	checkint(d->type, 'c');
	d = dirstat("#p");
	check(d != nil);
	checkint(d->type, 'p');
}

/* A child becomes glenda: the capability "glenda", made with the key "k". */
static int
becomesglenda(void)
{
	char user[64];
	Waitmsg w;
	int pid;

	pid = fork();
	if(pid == 0) {
		if(writeto("#\302\244/capuse", "glenda@k") < 0)
			exits("no capability");
		if(readfile("/dev/user", user, sizeof user) < 0)
			exits("no /dev/user");
		exits(user);
	}
	waitpid(pid, &w);
	return strstr(w.msg, "glenda") != nil;
}

static void
capabilitieschangetheuser(void)
{
	static char hash[] = "\x6c\xd1\x98\x41\xfc\x90\xa1\xa7\xc1\xf8"
			     "\x7a\xfb\xb2\xf5\x91\xea\xe4\x4c\xa7\x0f";
	int fd;

	check(!becomesglenda());
	fd = open("/dev/caphash", OWRITE);
	check(fd >= 0);
	checkint(write(fd, hash, 20), 20);
	close(fd);
	check(becomesglenda());
	check(!becomesglenda());
}

/* cap(3)'s files open in any mode, and cannot be read */
static void
capabilitiesareonlywritten(void)
{
	int fd;

	checkexact(open("#\302\244", OWRITE), "bad arg in system call");
	checkexact(open("#\302\244", ORCLOSE), "bad arg in system call");
	fd = open("#\302\244/capuse", OREAD);
	check(fd >= 0);
	checkexact(read(fd, buf, 10), "permission denied");
	close(fd);
	fd = open("#\302\244/caphash", ORDWR);
	check(fd >= 0);
	checkexact(read(fd, buf, 10), "permission denied");
	close(fd);
}

/* swap(3): no file can be given to page to, because the host pages */
static void
swapisnotset(void)
{
	checkint(writeto("#\302\266/swap", "start"), 5);
	checkerr(writeto("#\302\266/swap", "3"), "not implemented in run9");
	checkexact(writeto("#\302\266/swap", "x"),
	    "bad process or channel control request");
	checkerr(open("#\302\266/swapfile", OREAD), "permission denied");
}

/* the host's clock is not a program's to set */
static void
timesarenotset(void)
{
	int fd = open("#c/bintime", OWRITE);

	check(writeto("#c/time", "1000") == -1);
	checkerr(writeto("#c/time", "x"), "bad time control");
	checkerr(writeto("#c/time", "1000000000000"), "bad time control");
	check(write(fd, "n\0\0\0\0\0\0\0\1", 9) == -1);
	checkexact(write(fd, "n1234567", 8), "bad time control");
	checkexact(write(fd, "d12345678123", 12), "bad time control");
	/* no message of cons(3): the number of bytes after the letter */
	checkint(write(fd, "xyz", 3), 2);
	check(readfile("#c/time", buf, sizeof buf) == 78);
	check(strtoll(buf, nil, 10) > 1000000000);
}

static void
rebootwantsaword(void)
{
	checkerr(
	    writeto("#c/reboot", "no such word"), "unknown control message");
	check(writeto("#c/reboot", "") <= 0);
	check(writeto("#c/reboot", "reboot /kernel") == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(rootdirectoriesareread),
	    CASE(nullswallowsandisempty),
	    CASE(zeroisendless),
	    CASE(randomdiffers),
	    CASE(pidandppidarenumberfields),
	    CASE(shortreadscontinue),
	    CASE(useroranysystemname),
	    CASE(timehasfournumbers),
	    CASE(bintimeisthreebigendianwords),
	    CASE(timesarenotset),
	    CASE(capabilitiesareonlywritten),
	    CASE(swapisnotset),
	    CASE(rebootwantsaword),
	    CASE(cputimeissixnumbers),
	    CASE(swaphasthemanualslines),
	    CASE(cputimehaschildrensrealtime),
	    CASE(consolefileshavetheirmodes),
	    CASE(onedoesnotsimply),
	    CASE(cputypeendsinmegahertz),
	    CASE(archctltellsoftheprocessor),
	    CASE(zeromaybetruncated),
	    CASE(configliststhedevices),
	    CASE(driversarelisted),
	    CASE(consolewrites),
	    CASE(kprintcopieswhatiswrittenlater),
	    CASE(devicesarewhereprogramslook),
	    CASE(devicetypesareletters),
	    CASE(capabilitieschangetheuser),
	};

	runcases(cases, nelem(cases), argc, argv);
}
