/*
 * cachebench: how long attaches of the image cache take under one protocol.
 *
 *	cachebench [-t threads] [-p programs] [-c] [-r] [-h hold us] [-w think us]
 *		[-x] [-m ms] [-b | -s]
 *
 * -c: the programs are only cached, nobody runs them. -r: with reclaim. -x: whole
 * execs, not only text. -b: one big image. -s: a storm, checked; prints nothing.
 * Otherwise a line for each class of attaches; tables.awk names its fields.
 */
#undef malloc
#undef free
#undef realloc
#include <stdio.h>
#include <stdlib.h>
#include "load.h"

int getopt(int, char *const *, const char *);
extern char *optarg;

enum
{
	US = 1000,
	MS = 1000 * US,
};

static void
usage(void)
{
	fprintf(stderr,
	    "usage: cachebench [-t threads] [-p programs] [-c] [-r] [-h hold us]\n"
	    "\t[-w think us] [-x] [-m ms] [-b | -s]\n");
	exit(2);
}

static void
print(const char *what, const Load *l, const Result *r)
{
	static const char *const names[NCLASS] = {"same", "other"};
	const Counts *c;
	const Hist *h;
	uvlong n;
	int k;

	c = &r->counts;
	n = r->attaches != 0 ? r->attaches : 1;
	for(k = 0; k < NCLASS; k++) {
		h = &r->hist[k];
		printf("%s %s %s %s %d %u %u %llu %llu %s", what, protocol,
		    l->exec ? "exec" : "text",
		    l->running ? "running" : "cached", l->reclaim, l->threads,
		    l->programs, l->holdns / US, l->thinkns / US, names[k]);
		printf(" %llu %llu %llu %llu %llu %.0f", h->n,
		    histquantile(h, 0.5), histquantile(h, 0.99),
		    histquantile(h, 0.999), h->max,
		    r->ns != 0 ? r->attaches * 1e9 / r->ns : 0.0);
		printf(" %.3f %.3f %.3f %.3g %.3g %.3g", (double)c->table / n,
		    (double)c->image / n, (double)c->other / n,
		    (double)c->tablewait / n, (double)c->imagewait / n,
		    (double)c->otherwait / n);
		printf(" %.0f\n",
		    r->processorns != 0 ? r->attaches * 1e9 / r->processorns
					: 0.0);
	}
}

int
main(int argc, char **argv)
{
	static Result r;
	Load l = {.threads = 1, .programs = 1, .running = 1, .runns = 500 * MS};
	int o, big, check;

	big = 0;
	check = 0;
	while((o = getopt(argc, argv, "t:p:crh:w:xm:bs")) != -1)
		switch(o) {
		case 't':
			l.threads = atoi(optarg);
			break;
		case 'p':
			l.programs = atoi(optarg);
			break;
		case 'c':
			l.running = 0;
			break;
		case 'r':
			l.reclaim = 1;
			break;
		case 'h':
			l.holdns = atoll(optarg) * US;
			break;
		case 'w':
			l.thinkns = atoll(optarg) * US;
			break;
		case 'x':
			l.exec = 1;
			break;
		case 'm':
			l.runns = atoll(optarg) * MS;
			break;
		case 'b':
			big = 1;
			break;
		case 's':
			check = 1;
			break;
		default:
			usage();
		}
	if(l.threads < 1 || l.threads > 200 || l.programs < 1 ||
	    l.programs > 1000)
		usage();
	hostinit();
	if(check) {
		storm(l.runns);
		return 0;
	}
	if(big)
		bigimage(&l, &r);
	else
		load(&l, &r);
	print(big ? "big" : "load", &l, &r);
	return 0;
}
