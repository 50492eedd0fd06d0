/*
 * Processes: start-up after start.S, waiting, error strings, posting notes.
 */
#include "lib.h"

_Noret void _libmain(int argc, char *argv[]);

Private *_private;

void
_libmain(int argc, char *argv[])
{
	Private priv;

	memset(&priv, 0, sizeof priv);
	_private = &priv;
	main(argc, argv);
	exits("");
}

int
getpid(void)
{
	return _tos->pid;
}

int
fork(void)
{
	return rfork(RFFDG | RFREND | RFPROC);
}

/* "pid user sys real 'message'" with quotes doubled inside: wait(2). */
static int
parsewait(char *s, Waitmsg *w)
{
	char *to, *e;
	int i;

	w->pid = strtoll(s, &s, 10);
	for(i = 0; i < 3; i++)
		w->time[i] = strtoll(s, &s, 10);
	while(*s == ' ')
		s++;
	to = w->msg;
	e = w->msg + sizeof w->msg - 1;
	if(*s == '\'') {
		for(s++; *s != 0 && to < e; *to++ = *s++)
			if(*s == '\'' && *++s != '\'')
				break;
	} else
		while(*s != 0 && to < e)
			*to++ = *s++;
	*to = 0;
	return w->pid;
}

int
waitfor(Waitmsg *w)
{
	char buf[512];
	int n;

	n = await(buf, sizeof buf - 1);
	if(n < 0)
		return -1;
	buf[n] = 0;
	return parsewait(buf, w);
}

int
waitpid(int pid, Waitmsg *w)
{
	int p;

	while((p = waitfor(w)) >= 0)
		if(p == pid)
			return p;
	return -1;
}

void
sysfatal(const char *fmt, ...)
{
	char msg[ERRMAX];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(msg, sizeof msg, fmt, arg);
	va_end(arg);
	fprint(2, "%s\n", msg);
	exits(msg);
}

void
werrstr(const char *fmt, ...)
{
	char msg[ERRMAX];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(msg, sizeof msg, fmt, arg);
	va_end(arg);
	errstr(msg, sizeof msg);
}

/* Errstr swaps; swap a second time and it is as it was. */
void
rerrstr(char *buf, uint n)
{
	char err[ERRMAX];

	err[0] = 0;
	errstr(err, sizeof err);
	strecpy(buf, buf + n, err);
	errstr(err, sizeof err);
}

static int
post(char *fmt, int pid, char *note)
{
	char name[64];

	snprint(name, sizeof name, fmt, pid);
	return writeto(name, note) == (int)strlen(note) ? 0 : -1;
}

int
postnote(int pid, char *note)
{
	return post("/proc/%d/note", pid, note);
}

int
postnotepg(int pid, char *note)
{
	return post("/proc/%d/notepg", pid, note);
}
