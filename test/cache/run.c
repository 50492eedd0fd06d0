/*
 * Programs: started, some of them killed, and what they say judged.
 *
 * What a program may say follows from what happened to its file between its
 * start and its end. Nothing: its own words, all of the one version, and no
 * word else. The file was changed: words of a version that there was meanwhile,
 * of one version only if it was not changed in place. It was broken: also that
 * it could not be executed, or a fault. Killed: also that.
 */
#include "stress.h"

static char die[] = "cachestress: die";

static File
now(int file)
{
	File f;

	/* before the counts, so that a change in between is seen by them */
	f.version = __atomic_load_n(&sh->file[file].version, __ATOMIC_SEQ_CST);
	f.changes = __atomic_load_n(&sh->file[file].changes, __ATOMIC_SEQ_CST);
	f.mixes = __atomic_load_n(&sh->file[file].mixes, __ATOMIC_SEQ_CST);
	f.breaks = __atomic_load_n(&sh->file[file].breaks, __ATOMIC_SEQ_CST);
	return f;
}

static _Noret void
child(int file, char mode, int next, u32int seed)
{
	static char name[2][32], num[3][16], m[2][2];
	char *argv[9];

	filename(name[0], sizeof name[0], file);
	snprint(num[0], sizeof num[0], "%d", file);
	snprint(num[1], sizeof num[1], "%u", seed % 1000000);
	m[0][0] = mode;
	argv[0] = name[0];
	argv[1] = num[0];
	argv[2] = num[1];
	argv[3] = m[0];
	argv[4] = nil;
	if(next >= 0) {
		filename(name[1], sizeof name[1], next);
		snprint(num[2], sizeof num[2], "%d", next);
		m[1][0] = 'o';
		argv[4] = name[1];
		argv[5] = num[2];
		argv[6] = num[1];
		argv[7] = m[1];
		argv[8] = nil;
	}
	dup(sh->devnull, 2); /* "suicide:" */
	exec(argv[0], argv);
	sysfatal("exec failed: %r");
}

Run *
runstart(Worker *w, int file, char mode, int next)
{
	Run *r;
	u32int seed;
	int pid;

	for(r = w->run; r->pid != 0; r++)
		if(r == &w->run[MAXRUNS - 1])
			sysfatal("too many runs");
	seed = below(&w->rand, ~0U);
	r->file = file;
	r->next = next;
	r->mode = mode;
	r->killed = 0;
	r->was = now(file);
	if(next >= 0)
		r->nextwas = now(next);
	pid = rfork(RFPROC | RFFDG | RFNOTEG);
	if(pid < 0)
		sysfatal("rfork: %r");
	if(pid == 0)
		child(file, mode, next, seed);
	r->pid = pid;
	__sync_fetch_and_add(&sh->n.runs, 1);
	return r;
}

void
runkill(Worker *w, Run *r)
{
	char name[64];

	/* each fails when the process has already gone */
	switch(below(&w->rand, 3)) {
	case 0:
		postnote(r->pid, die);
		break;
	case 1:
		postnotepg(r->pid, die);
		break;
	case 2:
		snprint(name, sizeof name, "/proc/%d/ctl", r->pid);
		writeto(name, "kill");
		break;
	}
	r->killed = 1;
}

static int
begins(char *s, char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* Did counter change from was to is, or was it changing? */
static int
moved(u32int was, u32int is)
{
	return (was & 1) || was != is;
}

/* nil if file, as it was, may say msg; else why not. */
static char *
judge(int file, File *was, char *msg)
{
	File is;
	char *e;
	int f;
	u32int least, most, from;

	is = now(file);
	is.version = __atomic_load_n(&sh->file[file].version, __ATOMIC_SEQ_CST);
	if(begins(msg, "exec failed")) {
		__sync_fetch_and_add(&sh->n.absent, 1);
		return moved(was->breaks, is.breaks) ? nil : "it was there";
	}
	if(strstr(msg, "sys: trap: fault") != nil ||
	    strstr(msg, "demand load") != nil) {
		__sync_fetch_and_add(&sh->n.faults, 1);
		return moved(was->breaks, is.breaks) ? nil : "it was whole";
	}
	if(!begins(msg, "file "))
		return "what is this?";
	f = strtoll(msg + 5, &e, 10);
	if(f != file)
		return "another program's words";
	if(!begins(e, " versions "))
		return "what is this?";
	least = strtoll(e + 10, &e, 10);
	most = strtoll(e, &e, 10);
	from = was->version - (was->changes & 1);
	if(least < from || most > is.version || least > most)
		return "no such version";
	if(least != most && !moved(was->mixes, is.mixes))
		return "two versions";
	return nil;
}

/* Has it died of what runkill did, or of what that did to its copy? The notes of a
 * group come one after the other: who waits for its copy can be told of the copy's
 * end before its own note comes. */
static int
diedofit(char *msg)
{
	if(begins(msg, "copy: "))
		return begins(msg + strlen("copy: "), die);
	return begins(msg, die) || strcmp(msg, "Killed") == 0;
}

static char *
verdict(Run *r, char *msg)
{
	char *why;

	if(r->killed && diedofit(msg)) {
		__sync_fetch_and_add(&sh->n.kills, 1);
		return nil;
	}
	why = judge(r->file, &r->was, msg);
	if(why != nil && r->next >= 0)
		why = judge(r->next, &r->nextwas, msg);
	return why;
}

void
runwait(Worker *w)
{
	Waitmsg m;
	Run *r;
	char *msg, *why;
	int left;

	left = 0;
	for(r = w->run; r < w->run + MAXRUNS; r++)
		left += r->pid != 0;
	while(left > 0) {
		if(waitfor(&m) < 0)
			sysfatal("worker %d: await: %r", w->id);
		for(r = w->run; r < w->run + MAXRUNS; r++)
			if(r->pid == m.pid)
				break;
		if(r == w->run + MAXRUNS)
			continue;
		msg = strstr(m.msg, ": ");
		msg = msg != nil ? msg + 2 : m.msg;
		why = verdict(r, msg);
		if(why != nil)
			failed(w, "file %d mode %c%s: '%s': %s", r->file,
			    r->mode, r->killed ? " killed" : "", m.msg, why);
		r->pid = 0;
		left--;
	}
}
