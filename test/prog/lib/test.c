/*
 * The runner of test cases: see test.h.
 */
#include "test.h"

enum
{
	/* A case that takes this long never ends. Some take 20 s where others want the
	 * processors too. */
	HANGMS = 120000,
	POKEMS = 5,
};

char *self;
void *volatile badaddr = (void *)16;

void
ignore(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	noted(NCONT);
}

void
failat(char *file, int line, char *fmt, ...)
{
	char why[512], msg[ERRMAX];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(why, sizeof why, fmt, arg);
	va_end(arg);
	if(strrchr(file, '/') != nil)
		file = strrchr(file, '/') + 1;
	print("# %s:%d: %s\n", file, line, why);
	snprint(msg, sizeof msg - 32, "%s:%d: %s", file, line, why);
	exits(msg);
}

static void
caught(Ureg *u, char *msg)
{
	USED(u);
	noted(strcmp(msg, "alarm") == 0 ? NCONT : NDFLT);
}

/* nil if the case holds, otherwise why not. */
static char *
run(Case *c)
{
	static Waitmsg w;
	char *p;
	int pid;

	pid = rfork(RFPROC | RFFDG | RFNAMEG | RFENVG | RFNOTEG | RFREND);
	if(pid < 0)
		return "cannot fork";
	if(pid == 0) {
		notify(nil);
		c->f();
		exits(nil);
	}
	alarm(HANGMS);
	if(waitpid(pid, &w) < 0) {
		postnotepg(pid, "kill");
		alarm(HANGMS);
		waitpid(pid, &w);
		alarm(0);
		return "hangs";
	}
	alarm(0);
	if(w.msg[0] == 0)
		return nil;
	p = strstr(w.msg, ": "); /* after name and pid */
	return p != nil ? p + 2 : w.msg;
}

static int
wanted(char *name, int argc, char *argv[])
{
	int i;

	for(i = 1; i < argc; i++)
		if(strcmp(argv[i], name) == 0)
			return 1;
	return argc <= 1;
}

void
runcases(Case *c, int n, int argc, char *argv[])
{
	char msg[ERRMAX], *why;
	int i, bad = 0;

	self = argv[0];
	notify(caught);
	for(i = 0; i < n; i++) {
		if(!wanted(c[i].name, argc, argv))
			continue;
		why = run(&c[i]);
		if(why == nil)
			print("ok %s\n", c[i].name);
		else {
			print("FAIL %s: %s\n", c[i].name, why);
			bad++;
		}
	}
	if(bad == 0)
		exits(nil);
	snprint(msg, sizeof msg, "%d failed", bad);
	exits(msg);
}

char *
tmpname(char *stem)
{
	usize n = strlen(stem) + 2 * NUMSIZE;
	char *s = malloc(n);

	if(s == nil)
		fail("no memory");
	snprint(s, n, "%s.%d", stem, getpid());
	return s;
}

int
spawn(int flags, void (*f)(void *), void *arg)
{
	int pid = rfork(flags | RFPROC);

	if(pid < 0)
		fail("rfork(%x): %r", flags | RFPROC);
	if(pid == 0) {
		f(arg);
		exits(nil);
	}
	return pid;
}

/* Wait for child pid: its exit string, in w. */
static char *
childend(int pid, Waitmsg *w)
{
	char *p;

	if(waitpid(pid, w) < 0)
		fail("waiting for %d: %r", pid);
	p = strstr(w->msg, ": ");
	return p != nil ? p + 2 : w->msg;
}

char *
childmsg(int pid)
{
	Waitmsg *w = malloc(sizeof *w);

	if(w == nil)
		fail("no memory");
	return childend(pid, w);
}

void
childok(int pid)
{
	Waitmsg w;
	char *msg = childend(pid, &w);

	if(msg[0] != 0)
		fail("child: %s", msg);
}

void
pokeuntilgone(int pid)
{
	char why[ERRMAX];

	for(;;) {
		if(postnote(pid, "poke") < 0) {
			rerrstr(why, sizeof why);
			/* others wait */
			if(strstr(why, "note not posted") == nil)
				break;
		}
		sleep(POKEMS);
	}
}

void *
sharedpage(void)
{
	void *p = segattach(0, "shared", nil, BY2PG);

	if(p == (void *)-1)
		fail("segattach: %r");
	return p;
}

void
waitval(volatile int *p, int v)
{
	while(__atomic_load_n(p, __ATOMIC_ACQUIRE) != v)
		sleep(0);
}

int
inpieces(int fd, char *to, int n, int max)
{
	int at, r;

	check(seek(fd, 0, 0) == 0);
	for(at = 0; at < max; at += r) {
		r = read(fd, to + at, n < max - at ? n : max - at);
		check(r >= 0 && r <= n);
		if(r == 0)
			break;
	}
	return at;
}
