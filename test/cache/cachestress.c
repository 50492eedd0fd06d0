/*
 * Stress of the image cache:
 *
 *	cachestress [-s seed] [-t seconds] [-n files] [-p pages] [-w workers]
 *		tagged
 *
 * In the current folder, files programs of a few pages up to pages each are
 * made. Workers run each once, and then for so many seconds what chance says,
 * many at once; kill them, change the files, take them away and bring them back.
 * Memory (run9 -m), or the number of Images, should be too little for all of
 * them. Then nothing may be left that was not there before.
 *
 * Two times it says "before" or "after", and how many processes the kernel has
 * for itself by now, and waits for a line: who started it can count what the host
 * sees.
 */
#include "stress.h"

enum
{
	GRACEMS = 120000, /* for all to end when they were told to */
	POLLMS = 100,
	WARM = 80, /* processes at once, before anything is counted */
	HOT = 20, /* one file of so many is often chosen */
	FEW = 3,
};

Shared *sh;

/* splitmix64: Steele, Lea, Flood, OOPSLA 2014 */
u32int
below(u64int *state, u32int n)
{
	u64int z;

	z = *state += 0x9e3779b97f4a7c15ULL;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return n == 0 ? 0 : (u32int)((z >> 32) * n >> 32);
}

void
failed(Worker *w, char *fmt, ...)
{
	char msg[512];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(msg, sizeof msg, fmt, arg);
	va_end(arg);
	if(w != nil)
		print("FAIL seed %u worker %d round %u: %s\n", sh->seed, w->id,
		    w->round, msg);
	else
		print("FAIL seed %u: %s\n", sh->seed, msg);
	__sync_fetch_and_add(&sh->n.failures, 1);
}

/* One of a few, of some, or of all: programs that many run at once, that are
 * cached, and that are not. */
static int
pick(Worker *w)
{
	int n;

	n = sh->nfiles;
	switch(below(&w->rand, 4)) {
	case 0:
		n = n < FEW ? n : FEW;
		break;
	case 1:
		n = n > HOT ? n / HOT : n;
		break;
	}
	return (int)below(&w->rand, (u32int)n);
}

/* Some runs, killed after a while, or at once: in rfork, in exec, in a fault. */
static void
killsome(Worker *w, int file)
{
	static const char modes[] = "ssotfFml";
	Run *r[FEW];
	u32int i, n;

	n = 1 + below(&w->rand, FEW);
	for(i = 0; i < n; i++)
		r[i] = runstart(
		    w, file, modes[below(&w->rand, sizeof modes - 1)], -1);
	if(below(&w->rand, 3) != 0)
		sleep((s32int)below(&w->rand, 20));
	for(i = 0; i < n; i++)
		runkill(w, r[i]);
	/* a process that a note to its parent left is none of runkill's: s ends
	 * only by being killed, but it makes no copies */
}

static void
runsome(Worker *w, int file)
{
	static const char modes[] = "oootfFml";
	u32int i, n;

	n = 1 + below(&w->rand, FEW);
	for(i = 0; i < n; i++)
		runstart(w, file, modes[below(&w->rand, sizeof modes - 1)], -1);
}

static void
change(Worker *w, int file)
{
	/* some run it, or are about to */
	if(below(&w->rand, 4) != 0)
		runsome(w, file);
	if(below(&w->rand, 2) == 0)
		sleep((s32int)below(&w->rand, 10));
	switch(below(&w->rand, 4)) {
	case 0:
		filerewrite(w, file);
		break;
	case 1:
		filereplace(w, file);
		break;
	case 2:
		filevanish(w, file);
		break;
	case 3:
		/* a new one, of which little is cached when it is cut */
		filereplace(w, file);
		runstart(w, file, 'l', -1);
		runstart(w, file, 'l', -1);
		sleep((s32int)below(&w->rand, 10));
		filetruncate(w, file);
		break;
	}
}

static void
oneround(Worker *w)
{
	u32int what;

	what = below(&w->rand, 100);
	if(what < 60)
		runstart(w, pick(w), 'o', -1);
	else if(what < 75)
		runsome(w, pick(w));
	else if(what < 82)
		runstart(w, pick(w), 'x', pick(w));
	else if(what < 92)
		killsome(w, pick(w));
	else
		change(w, pick(w));
	runwait(w);
}

/* Its share of all files, once: so many programs there are. */
static void
sweep(Worker *w)
{
	int i, n;

	n = 0;
	for(i = w->id; i < sh->nfiles; i += sh->nworkers) {
		runstart(w, i, 'o', -1);
		if(++n % FEW == 0)
			runwait(w);
	}
	runwait(w);
}

static void
work(int id)
{
	Worker w;

	memset(&w, 0, sizeof w);
	w.id = id;
	w.rand = (u64int)sh->seed << 32 ^ (u64int)id << 20;
	sweep(&w);
	while(!sh->stop) {
		oneround(&w);
		w.round++;
	}
	print("worker %d: %u rounds\n", id, w.round);
	exits(nil);
}

/* What runs still, for whoever looks for why. */
static void
showprocs(void)
{
	char name[300], buf[256];
	Dir *d;
	int fd, n, i;

	fd = open("/proc", OREAD | OCEXEC);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++) {
			snprint(
			    name, sizeof name, "/proc/%s/status", d[i].name);
			if(readfile(name, buf, sizeof buf) > 0)
				print("%s %s\n", d[i].name, buf);
		}
}

static void
workers(int seconds)
{
	Waitmsg w;
	int i, n, ms;

	n = sh->nworkers;

	for(i = 0; i < n; i++)
		switch(rfork(RFPROC | RFFDG)) {
		case -1:
			sysfatal("rfork: %r");
		case 0:
			work(i);
		}
	/* who changes a file sleeps between, so sleeping is no sign of an end */
	for(ms = 0; ms < seconds * 1000; ms += POLLMS)
		sleep(POLLMS);
	sh->stop = 1;
	alarm(GRACEMS);
	for(i = 0; i < n; i++) {
		if(waitfor(&w) < 0) {
			failed(nil, "%d workers do not end", n - i);
			showprocs();
			exits("hang");
		}
		if(w.msg[0] != 0)
			failed(nil, "worker: %s", w.msg);
	}
	alarm(0);
}

static void
caught(Ureg *u, char *msg)
{
	USED(u);
	noted(strcmp(msg, "alarm") == 0 ? NCONT : NDFLT);
}

/* As many processes at once as there will be: what the kernel keeps of them
 * for the next is there when counting begins. */
static void
warm(void)
{
	Waitmsg w;
	int i, pid[WARM];

	for(i = 0; i < WARM; i++) {
		pid[i] = rfork(RFPROC | RFFDG);
		if(pid[i] < 0)
			sysfatal("rfork: %r");
		if(pid[i] == 0)
			for(;;)
				sleep(1000);
	}
	for(i = 0; i < WARM; i++)
		postnote(pid[i], "enough");
	for(i = 0; i < WARM; i++)
		waitfor(&w);
}

static void
gate(char *when, Account *a)
{
	char c;

	print("%s %lld\n", when, a->closers);
	while(read(0, &c, 1) == 1 && c != '\n')
		;
}

static void
same(char *what, vlong before, vlong after)
{
	if(before != after)
		failed(nil, "%s: %lld before, %lld after", what, before, after);
	else
		print("%s: %lld before and after\n", what, before);
}

static char *
usage(void)
{
	sysfatal("usage: cachestress [-s seed] [-t seconds] [-n files] "
		 "[-p pages] [-w workers] tagged");
}

/* Set what the arguments say. Returns how many seconds the workers run. */
static int
options(int argc, char *argv[])
{
	int i, seconds;

	sh->seed = 1;
	sh->nfiles = 1000;
	sh->maxpages = 300;
	seconds = 30;
	sh->nworkers = 6;
	for(i = 1; i + 1 < argc && argv[i][0] == '-'; i += 2)
		switch(argv[i][1]) {
		case 's':
			sh->seed = (u32int)atoi(argv[i + 1]);
			break;
		case 't':
			seconds = atoi(argv[i + 1]);
			break;
		case 'n':
			sh->nfiles = atoi(argv[i + 1]);
			break;
		case 'p':
			sh->maxpages = atoi(argv[i + 1]);
			break;
		case 'w':
			sh->nworkers = atoi(argv[i + 1]);
			break;
		default:
			usage();
		}
	if(i != argc - 1 || sh->nfiles < 1 || sh->nfiles > MAXFILES ||
	    sh->maxpages < 1 || sh->maxpages > 400)
		usage();
	return seconds;
}

static void
makefiles(char *template)
{
	int i;

	sh->devnull = open("/dev/null", OWRITE | OCEXEC);
	if(sh->devnull < 0)
		sysfatal("/dev/null: %r");
	print("seed %u: %d programs of up to %d pages, %d workers\n", sh->seed,
	    sh->nfiles, sh->maxpages, sh->nworkers);
	fileinit(template);
	for(i = 0; i < sh->nfiles; i++)
		filemake(i);
	sleep(TICK);
	warm();
	alarm(GRACEMS); /* the first alarm makes a kernel process that stays */
	alarm(0);
}

void
main(int argc, char *argv[])
{
	Account before, after;
	vlong images, pages, reclaimed;
	int seconds;
	Counts *n;

	sh = segattach(SG_CEXEC, "shared", nil, sizeof *sh);
	if(sh == (void *)-1)
		sysfatal("segattach: %r");
	seconds = options(argc, argv);
	notify(caught);
	makefiles(argv[argc - 1]);
	account(&before); /* and once more: the first touches our own memory */
	account(&before);
	gate("before", &before);
	images = imagestat("newimages");
	pages = imagestat("pageins");
	reclaimed = imagestat("reclaimed");
	workers(seconds);
	images = imagestat("newimages") - images;
	pages = imagestat("pageins") - pages;
	reclaimed = imagestat("reclaimed") - reclaimed;
	account(&after);
	n = &sh->n;
	print("%u programs run, %u of them killed, %u faulted, %u not there; "
	      "%u changes of files\n",
	    n->runs, n->kills, n->faults, n->absent, n->changes);
	print("%lld new images, %lld pages read, %lld reclaimed\n", images,
	    pages, reclaimed);
	same("images", before.images, after.images);
	same("frames in use", before.frames, after.frames);
	same("processes", before.procs, after.procs);
	if(before.procs != after.procs)
		showprocs();
	if(reclaimed == 0)
		failed(
		    nil, "nothing was reclaimed: the cache was not too small");
	gate("after", &after);
	print("%u failed\n", n->failures);
	exits(n->failures != 0 ? "failed" : nil);
}
