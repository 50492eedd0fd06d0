/*
 * System calls one by one: /proc/n/ctl startsyscall stops a process as it enters and leaves
 * each call (proc(3)); run9 --trace prints each call; the calls of a program that prof(1)
 * profiles are timed (tos.c).
 *
 * Proc.calltrace is zero if none of these is on; a call then tests it once more, and that is all.
 */
#include "u.h"
#include "proc/callfmt.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"

enum
{
	Textsize = 4 * KiB,
	/* kprint's lines have at most 512 bytes */
	Linesize = 480,
	Micro = 1000,
	Second = 1000 * 1000,
};

/* The calls that run9 --trace prints, a bit for each number. Set before the first process. */
static u64int printed;

void
calltraceall(void)
{
	printed = ~(u64int)0;
	newcalltrace = Tprint;
}

void
calltracenum(u32int num)
{
	printed |= 1ULL << num;
	newcalltrace = Tprint;
}

/* Make s, which this takes over, the text of up's /proc/n/syscall. */
static void
settext(char *s)
{
	char *old;

	qlock(&up->namelock);
	old = up->calltext;
	up->calltext = s;
	qunlock(&up->namelock);
	free(old);
}

/* Stop until the debugger starts up again. s is the text of /proc/n/syscall until the next stop,
 * or the process's end. */
static void
stopwith(char *s)
{
	settext(s);
	procstophere();
}

static void
stopentry(u32int num)
{
	char *text, *s, *e;

	text = malloc(Textsize);
	if(text != nil) {
		e = text + Textsize;
		s = seprint(text, e, "%ud %s ", up->pid, up->text);
		if(calldescof(num)->name != nil)
			s = seprint(s, e, "%s", calldescof(num)->ps);
		else
			s = seprint(s, e, " %ud", num);
		s = seprint(s, e, " %llux ", (uvlong)up->dbgreg->pc);
		callargs(s, e, num, up->callarg, 0, MaxArgs, 0, Cproc | Cmem);
	}
	stopwith(text);
}

/* err is the error of a call that failed, else nil. As on 9front, a call without a result of
 * its own shows the last error, as does one that returns -1 without an error. The result is in AX
 * while the process is stopped. Returns AX. */
static uintptr
stopexit(u32int num, uintptr ret, const char *err, vlong start, vlong end)
{
	const char *args;
	char *text, *s, *e;
	u32int out;

	text = malloc(Textsize);
	if(text != nil) {
		e = text + Textsize;
		out = callfirstout(num);
		args = calldescof(num)->args;
		s = callargs(text, e, num, up->callarg, out, MaxArgs,
		    (vlong)ret, Cproc | Cmem | Cdone);
		s = seprint(s, e,
		    calldescof(num)->addr ? " = %#llux" : " = %lld",
		    (uvlong)ret);
		if(err == nil &&
		    (ret == ~(uintptr)0 || (args[out] != 0 && ret == 0)))
			err = up->syserrstr;
		seprint(s, e, " %s %llud %llud\n", err != nil ? err : "\"\"",
		    (uvlong)start, (uvlong)end);
	}
	up->dbgreg->ax = ret;
	stopwith(text);
	return up->dbgreg->ax;
}

/* --- run9 --trace --- */

static int
isprinted(u32int num)
{
	return (up->calltrace & Tprint) != 0 && calldescof(num)->name != nil &&
	    (printed >> num & 1) != 0;
}

/* Write what is known of the call before it is made to [s, e). Returns the end. */
static char *
printentry(char *line, char *e, u32int num)
{
	char *s;

	s = seprint(
	    line, e, "%ud %s: %s(", up->pid, up->text, calldesc[num].name);
	s = callargs(s, e, num, up->callarg, 0, callfirstout(num), 0, Cmem);
	/* exits does not return */
	if(num == Nexits)
		kprint("%s)\n", line);
	return s;
}

static void
printexit(char *line, char *s, char *e, u32int num, uintptr ret,
    const char *err, uvlong ns)
{
	uvlong us;

	s = callargs(s, e, num, up->callarg, callfirstout(num), MaxArgs,
	    (vlong)ret, Cmem | Cdone);
	us = ns / Micro;
	if(err != nil)
		seprint(s, e, ") = -1 \"%s\"", err);
	else
		seprint(s, e, calldesc[num].addr ? ") = %#llux" : ") = %lld",
		    (uvlong)ret);
	kprint("%s <%llud.%.6llud>\n", line, us / Second, us % Second);
}

/* --- both --- */

/* The call has returned ret, or failed with up->errstr. Returns what the program gets, which a
 * debugger may have changed. */
static uintptr
tracereturn(u32int num, uintptr ret, int failed, char *line, char *s, char *e,
    vlong start)
{
	char err[ERRMAX];
	vlong end;

	end = todns();
	strecpy(err, err + sizeof err, failed ? up->errstr : "");
	if(s != nil)
		printexit(line, s, e, num, ret, failed ? err : nil,
		    (uvlong)(end - start));
	if(up->calltrace & Tstop)
		ret = stopexit(num, ret, failed ? err : nil, start, end);
	if(failed)
		strecpy(up->errstr, up->errstr + ERRMAX, err);
	return ret;
}

uintptr
tracedcall(u32int num, Syscall *f)
{
	char line[Linesize], *volatile s;
	volatile vlong start;
	uintptr r;

	if((up->calltrace & (Tstop | Tprint)) == 0)
		return timedcall(f);
	s = nil;
	if(isprinted(num))
		s = printentry(line, line + sizeof line, num);
	if(up->calltrace & Tstop)
		stopentry(num);
	start = todns();
	if(waserror()) {
		r = tracereturn(
		    num, ~(uintptr)0, 1, line, s, line + sizeof line, start);
		if(r == ~(uintptr)0)
			nexterror();
		swaperrstr();
		return r;
	}
	r = up->calltrace & Tcycles ? timedcall(f) : f(up->callarg);
	poperror();
	return tracereturn(num, r, 0, line, s, line + sizeof line, start);
}
