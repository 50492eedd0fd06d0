/*
 * #C: the connections (command.c has the files). A connection has at most one command in its
 * life, which begins and ends with its open files.
 */
#include "dev/command.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* of the host's nice value, for each of cmd(3)'s */
	Nicestep = 5,
};

/* A process that reads the wait file before there is a command. */
struct Cmdwaiter
{
	Rendez r;
	int go;
	Cmdwaiter *next;
};

QLock cmdlk = QLOCKRANK(Rcommand);

static struct
{
	Cmdconv *conv[MAXCONV];
	int n;
} convs;

Cmdconv *
cmdconvof(uint n)
{
	return n < (uint)convs.n ? convs.conv[n] : nil;
}

int
ncmdconv(void)
{
	return convs.n;
}

static Cmdconv *
makeconv(void)
{
	Cmdconv *v;
	int i;

	if(convs.n == MAXCONV)
		error("no free devices");
	v = smalloc(sizeof *v);
	onerror(free(v));
	v->owner = kstrcpy("cmd");
	poperror();
	v->n = convs.n;
	v->perm = 0666;
	for(i = 0; i < Ncmdfile; i++)
		v->fd[i] = -1;
	convs.conv[convs.n++] = v;
	return v;
}

Cmdconv *
newcmdconv(void)
{
	Cmdconv *v;
	int i;

	for(i = 0; i < convs.n; i++)
		if(convs.conv[i]->inuse == 0)
			break;
	v = i < convs.n ? convs.conv[i] : makeconv();
	useconv(v);
	return v;
}

void
useconv(Cmdconv *v)
{
	if(v->inuse == 0) {
		kstrdup(&v->owner, up->user);
		v->perm = 0660;
	}
	v->inuse++;
}

static void
closefd(Cmdconv *v, int file)
{
	if(v->fd[file] >= 0)
		hostclose(v->fd[file]);
	v->fd[file] = -1;
}

/* The last file of v is closed. */
static void
freeconv(Cmdconv *v)
{
	int i;

	for(i = 0; i < Ncmdfile; i++)
		closefd(v, i);
	if(v->cmd != nil)
		hostcmdclose(v->cmd);
	v->cmd = nil;
	v->started = 0;
	v->nice = 0;
	v->killonclose = 0;
	free(v->dir);
	v->dir = nil;
	free(v->arg0);
	v->arg0 = nil;
	v->perm = 0666;
}

void
leaveconv(Cmdconv *v, int ctl)
{
	if(ctl && v->killonclose && v->cmd != nil)
		hostcmdsignal(v->cmd, Cmdkill);
	if(--v->inuse == 0)
		freeconv(v);
}

void
opencmdfile(Cmdconv *v, int file)
{
	v->count[file]++;
}

void
closecmdfile(Cmdconv *v, int file)
{
	if(--v->count[file] == 0)
		closefd(v, file);
}

/* What an exec has made so far. */
typedef struct Cmdstart Cmdstart;
struct Cmdstart
{
	/* pipes: the command's end, and run9's */
	int theirs[Ncmdfile];
	int ours[Ncmdfile];
	char *dir;
	char **env;
};

static void
closeends(int *fd)
{
	int i;

	for(i = 0; i < Ncmdfile; i++) {
		if(fd[i] >= 0)
			hostclose(fd[i]);
		fd[i] = -1;
	}
}

static void
startend(Cmdstart *s)
{
	closeends(s->theirs);
	closeends(s->ours);
	free(s->dir);
	free(s->env);
}

static void
pipes(Cmdstart *s)
{
	int i, fd[2];

	for(i = 0; i < Ncmdfile; i++) {
		hostpipe(fd);
		s->theirs[i] = fd[i != Cmdin];
		s->ours[i] = fd[i == Cmdin];
	}
}

/* The host's directory in the union that up's directory is; nil if there is none. */
static char *
uniondir(void)
{
	Chan *c;
	char *dir;

	c = namec(".", Aopen, OREAD, 0);
	onerror(cclose(c));
	dir = hostdirpath(c);
	poperror();
	cclose(c);
	return dir;
}

/* Where v's command runs: where ctl said, or in up's directory. */
static char *
cmddir(Cmdconv *v)
{
	char *dir;

	if(v->dir != nil)
		return kstrcpy(v->dir);
	dir = hostdirpath(up->dot);
	if(dir == nil)
		dir = uniondir();
	if(dir == nil)
		error("current directory is not the host's");
	return dir;
}

/* Tell those that wait for v to have a command, or to have none. */
static void
wakewaiting(Cmdconv *v)
{
	Cmdwaiter *w, *next;

	for(w = v->waiting; w != nil; w = next) {
		next = w->next;
		astore(&w->go, 1);
		wakeup(&w->r);
	}
	v->waiting = nil;
}

/* v has its command, h. s's parts that v takes are no longer s's. */
static void
begun(Cmdconv *v, Hostcmd *h, Cmdstart *s)
{
	int i;

	qlock(&cmdlk);
	v->cmd = h;
	for(i = 0; i < Ncmdfile; i++) {
		v->fd[i] = s->ours[i];
		s->ours[i] = -1;
	}
	free(v->dir);
	v->dir = s->dir;
	s->dir = nil;
	wakewaiting(v);
	qunlock(&cmdlk);
}

/* Another exec may be tried. */
static void
notbegun(Cmdconv *v)
{
	qlock(&cmdlk);
	v->started = 0;
	qunlock(&cmdlk);
}

static void
begin(Cmdconv *v, Cmdstart *s, char **argv)
{
	Hostspawn sp;

	s->dir = cmddir(v);
	s->env = hostenv(up->egrp, s->dir);
	pipes(s);
	memset(&sp, 0, sizeof sp);
	sp.argv = argv;
	sp.env = s->env;
	sp.dir = s->dir;
	memmove(sp.fd, s->theirs, sizeof sp.fd);
	sp.nice = v->nice * Nicestep;
	begun(v, hostspawn(&sp), s);
}

/* Take v for an exec. */
static void
claim(Cmdconv *v, const char *arg0)
{
	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	if(v->started)
		error(Einuse);
	kstrdup(&v->arg0, arg0);
	v->started = 1;
	poperror();
	qunlock(&cmdlk);
}

void
cmdexec(Cmdconv *v, char **argv)
{
	Cmdstart s;
	int i;

	claim(v, argv[0]);
	memset(&s, 0, sizeof s);
	for(i = 0; i < Ncmdfile; i++)
		s.theirs[i] = s.ours[i] = -1;
	if(waserror()) {
		startend(&s);
		notbegun(v);
		nexterror();
	}
	begin(v, &s, argv);
	poperror();
	startend(&s);
}

static int
cmdbegun(void *w)
{
	return aload(&((Cmdwaiter *)w)->go);
}

/* Take w out of v's list, if it is there. */
static void
unwait(Cmdconv *v, Cmdwaiter *w)
{
	Cmdwaiter **l;

	qlock(&cmdlk);
	for(l = &v->waiting; *l != nil; l = &(*l)->next)
		if(*l == w) {
			*l = w->next;
			break;
		}
	qunlock(&cmdlk);
}

/* Put w into v's list, unless v has a command. */
static void
addwait(Cmdconv *v, Cmdwaiter *w)
{
	qlock(&cmdlk);
	if(v->cmd != nil)
		w->go = 1;
	else {
		w->next = v->waiting;
		v->waiting = w;
	}
	qunlock(&cmdlk);
}

/* Wait until v has a command. */
static void
waitbegun(Cmdconv *v)
{
	Cmdwaiter w;

	memset(&w, 0, sizeof w);
	addwait(v, &w);
	onerror(unwait(v, &w));
	sleep(&w.r, cmdbegun, &w);
	poperror();
	/* wakewaiting, which holds cmdlk, has finished with w */
	unwait(v, &w);
}

void
cmdwait(Cmdconv *v, Hostend *e)
{
	waitbegun(v);
	hostcmdwait(v->cmd, e);
}
