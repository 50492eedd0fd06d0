#include "probe.h"

char *argv0;
volatile int *shm;

static int ring;
static char bufs[8][1024];

static char *
next(void)
{
	return bufs[ring++ & 7];
}

char *
show(void *v, int n)
{
	char *o = next(), *t = o;
	uchar *p = v;
	int i;

	for(i = 0; i < n && t - o < 990; i++) {
		if(p[i] == '\n') {
			*t++ = '\\';
			*t++ = 'n';
		} else if(p[i] == '\\') {
			*t++ = '\\';
			*t++ = '\\';
		} else if(p[i] >= ' ' && p[i] < 0x7f)
			*t++ = p[i];
		else
			t += snprint(t, 5, "\\%02x", p[i]);
	}
	*t = 0;
	return o;
}

void
ans(char *q, const char *fmt, ...)
{
	char b[1600], *o = next();
	va_list a;
	int n;

	va_start(a, fmt);
	vsnprint(o, 1000, fmt, a);
	va_end(a);
	n = snprint(b, sizeof b, "%s = %s\n", q, show(o, strlen(o)));
	pwrite(1, b, n, -1);
}

char *
errs(void)
{
	char *e = next();

	e[0] = 0;
	errstr(e, ERRMAX);
	char *k = next();
	strcpy(k, e);
	errstr(e, ERRMAX);
	return k;
}

void
noerr(void)
{
	char e[ERRMAX];

	e[0] = 0;
	errstr(e, sizeof e);
}

void
res(char *q, vlong v)
{
	if(v == -1)
		ans(q, "-1 '%s'", mask(errs()));
	else
		ans(q, "%lld", v);
}

vlong
OK_(char *q, vlong v)
{
	okres(q, v);
	return v;
}

void
okres(char *q, vlong v)
{
	if(v == -1)
		ans(q, "-1 '%s'", mask(errs()));
	else
		ans(q, "ok");
}

static int
isdig(int c)
{
	return c >= '0' && c <= '9';
}
static int
ishex(int c)
{
	return isdig(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char *
mask(char *s)
{
	char *r = s, *w = s, *q;

	while(*r) {
		if(r[0] == '0' && r[1] == 'x' && ishex(r[2])) {
			for(r += 2; ishex(*r); r++)
				;
			*w++ = '0';
			*w++ = 'x';
			*w++ = 'H';
			continue;
		}
		if(isdig(*r)) {
			for(q = r; isdig(*q); q++)
				;
			if(q - r >= 2) {
				*w++ = 'N';
				r = q;
				continue;
			}
		}
		*w++ = *r++;
	}
	*w = 0;
	return s;
}

void
nohand(Ureg *u, char *m)
{
	USED(u);
	USED(m);
	noted(NCONT);
}

static void
caught(Ureg *u, char *msg)
{
	USED(u);
	noted(strcmp(msg, "alarm") == 0 ? NCONT : NDFLT);
}

void
probeinit(char *argv[])
{
	argv0 = argv[0];
	shm = segattach(0, "shared", nil, BY2PG);
	notify(caught);
}

void
gohand(Ureg *u, char *m)
{
	USED(u);
	noted(strncmp(m, "sys: bad addr", 13) == 0 ||
		    strncmp(m, "sys: write on", 13) == 0 ||
		    strcmp(m, "alarm") == 0
		? NCONT
		: NDFLT);
}

void
group(char *name, void (*f)(void), int secs)
{
	Waitmsg w;
	char *p;
	int pid;

	notify(caught);
	pid = rfork(RFPROC | RFFDG | RFNAMEG | RFENVG | RFNOTEG | RFREND);
	if(pid == 0) {
		notify(gohand);
		f();
		exits(nil);
	}
	alarm(secs * 1000);
	if(waitpid(pid, &w) < 0) {
		ans(qs("%s: hangs", name), "yes");
		postnotepg(pid, "kill");
		alarm(5000);
		if(waitpid(pid, &w) < 0)
			ans(qs("%s: kill does not help", name), "yes");
	} else if(w.msg[0]) {
		p = strstr(w.msg, ": ");
		ans(qs("%s: ends with", name), "%s", mask(p ? p + 2 : w.msg));
	}
	alarm(0);
}

int
kid(int flags, void (*f)(void *), void *arg)
{
	int pid = rfork(flags | RFPROC);

	if(pid == 0) {
		f(arg);
		exits(nil);
	}
	return pid;
}

/* messages of children that were not waited for yet */
static Waitmsg kept[32];
static int nkept;

static int
waitkeep(int pid, Waitmsg *w)
{
	int i, p;

	for(i = 0; i < nkept; i++)
		if(kept[i].pid == pid) {
			*w = kept[i];
			kept[i] = kept[--nkept];
			return pid;
		}
	while((p = waitfor(w)) >= 0) {
		if(p == pid)
			return p;
		if(nkept < 32)
			kept[nkept++] = *w;
	}
	return -1;
}

static void
cutmsg(Waitmsg *w, char *o)
{
	char *p = strstr(w->msg, ": ");

	strecpy(o, o + 1000, p ? p + 2 : w->msg);
	mask(o);
}

char *
kidmsg(int pid)
{
	Waitmsg w;
	char *o = next();

	if(waitkeep(pid, &w) < 0)
		snprint(o, 1000, "no wait message: %s", errs());
	else
		cutmsg(&w, o);
	return o;
}

char *
kidrest(int pid, int ms)
{
	Waitmsg w;
	char *o = next();
	int killer;

	killer = rfork(RFPROC | RFFDG | RFNOWAIT);
	if(killer == 0) {
		int i;
		for(i = 0; i < ms; i += 50) {
			if(strcmp(pstate(pid), "gone") == 0)
				exits(nil);
			sleep(50);
		}
		postnote(pid, "kill");
		pctl(pid, "kill");
		exits(nil);
	}
	if(waitkeep(pid, &w) < 0)
		snprint(o, 1000, "no wait message: %s", errs());
	else
		cutmsg(&w, o);
	return o;
}

char *
pfile(int pid, char *name)
{
	static char big[16384];
	char n[64];

	snprint(n, sizeof n, "/proc/%d/%s", pid, name);
	if(readfile(n, big, sizeof big) < 0)
		snprint(big, sizeof big, "error: %s", errs());
	return big;
}

char *
pstate(int pid)
{
	char n[64], b[256], *o = next();
	int i, m, fd;

	snprint(n, sizeof n, "/proc/%d/status", pid);
	fd = open(n, OREAD);
	if(fd < 0)
		return "gone";
	m = pread(fd, b, sizeof b - 1, 0);
	close(fd);
	if(m < 57)
		return "gone";
	b[m] = 0;
	for(i = 0; i < 11 && b[56 + i] != ' ' && b[56 + i]; i++)
		o[i] = b[56 + i];
	o[i] = 0;
	return o;
}

void
pwaitstate(int pid, char *want)
{
	int i;

	for(i = 0; i < 6000; i++) {
		if(strcmp(pstate(pid), want) == 0)
			return;
		sleep(10);
	}
}

int
pctl(int pid, char *msg)
{
	char n[64];
	int fd, r;

	snprint(n, sizeof n, "/proc/%d/ctl", pid);
	fd = open(n, OWRITE);
	if(fd < 0)
		return -1;
	r = pwrite(fd, msg, strlen(msg), -1);
	close(fd);
	return r;
}

char *
qs(const char *fmt, ...)
{
	char *o = next();
	va_list a;

	va_start(a, fmt);
	vsnprint(o, 300, fmt, a);
	va_end(a);
	return o;
}

void
hold(void *v)
{
	USED(v);
	for(;;)
		sleep(1000);
}
