/*
 * Files of the host that are read line by line: its tables of processors, hosts, services.
 */
#include "host/linux.h"

#include <linux/fcntl.h>

#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* a column of /proc/interrupts for each of so many processors */
	Maxcol = 1024,
	Coldigits = 12,
};

typedef struct Hostlines Hostlines;
struct Hostlines
{
	int fd;
	long n;
	long at;
	char buf[4096];
	char line[Maxcol * Coldigits];
};

/* Read the next line of h, as much as fits. Returns 0 at the end of the file. */
static int
hostline(Hostlines *h)
{
	int n;
	char c;

	n = 0;
	for(;;) {
		if(h->at == h->n) {
			h->n =
			    hostcall(__NR_read, h->fd, h->buf, sizeof h->buf);
			h->at = 0;
			if(h->n <= 0) {
				h->n = 0;
				break;
			}
		}
		c = h->buf[h->at++];
		if(c == '\n')
			break;
		if(n < (int)sizeof h->line - 1)
			h->line[n++] = c;
	}
	h->line[n] = 0;
	return n != 0 || h->n != 0;
}

void
eachline(const char *name, int (*f)(char *, void *), void *arg)
{
	Hostlines *h;

	h = malloc(sizeof *h);
	if(h == nil)
		return;
	h->fd = hostcall(__NR_open, name, O_RDONLY | O_CLOEXEC, 0);
	if(h->fd >= 0) {
		while(hostline(h) && f(h->line, arg))
			;
		hostcall(__NR_close, h->fd);
	}
	free(h);
}
