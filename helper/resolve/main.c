/*
 * run9-resolve: options, and the loop that waits for requests and for answers of name servers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "resolve.h"
#include "lib/lib.h"
#include "p9msg.h"

enum
{
	Maxpoll = 64,
	/* bytes of answers that the client has not read: then no request is read */
	Maxout = 4 * MiB,
	Insize = 64 * KiB,
};

/* what was read and is no whole message yet; what was not written yet */
static uchar in[Insize];
static u32int nin;
static uchar *out;
static usize nout;
static usize maxout;

/* --- the client --- */

void
senddata(const uchar *msg, u32int n)
{
	if(nout + n > maxout) {
		maxout = 2 * maxout + n;
		out = erealloc(out, maxout);
	}
	memmove(out + nout, msg, n);
	nout += n;
}

static void
writeout(void)
{
	ssize_t n;

	while(nout > 0) {
		n = write(1, out, nout);
		if(n < 0 && errno == EINTR)
			continue;
		if(n < 0 && errno == EAGAIN)
			return;
		if(n <= 0)
			exit(0);
		nout -= n;
		memmove(out, out + n, nout);
	}
}

/* Serve the whole messages that were read. */
static void
servein(void)
{
	u32int size, at;

	at = 0;
	while(nin - at >= BIT32SZ) {
		size = GBIT32(in + at);
		if(size < MSGHDR || size > Insize ||
		    size > servemsize() + MSGHDR) {
			fprintf(stderr, "run9-resolve: not 9P\n");
			exit(1);
		}
		if(nin - at < size)
			break;
		if(serve(in + at, size) < 0) {
			fprintf(stderr, "run9-resolve: not 9P\n");
			exit(1);
		}
		at += size;
	}
	nin -= at;
	memmove(in, in + at, nin);
}

static void
readin(void)
{
	ssize_t n;

	n = read(0, in + nin, sizeof in - nin);
	if(n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if(n <= 0)
		exit(0);
	nin += n;
	servein();
}

/* --- the loop --- */

static void
loop(void)
{
	struct pollfd p[Maxpoll];
	int n, timeout, full;

	for(;;) {
		writeout();
		full = nout > Maxout;
		p[0] = (struct pollfd){full ? -1 : 0, POLLIN, 0};
		p[1] = (struct pollfd){nout > 0 ? 1 : -1, POLLOUT, 0};
		p[2] = (struct pollfd){nsspoll(), POLLIN, 0};
		timeout = -1;
		n = netpoll(p + 3, Maxpoll - 3, &timeout);
		if(poll(p, n + 3, timeout) < 0 && errno != EINTR) {
			perror("run9-resolve: poll");
			exit(1);
		}
		netready(p + 3, n);
		if(p[2].revents != 0)
			nssready();
		if(p[0].revents != 0)
			readin();
	}
}

static void
usage(void)
{
	fprintf(stderr,
	    "usage: run9-resolve [-4d] [-f dbfile] [-H hosts] [-N target]\n"
	    "\t[-n nsswitch.conf] [-R resolv.conf] [-r root] [-S services]\n"
	    "\t[-s server[:port],...] [-x netmtpt]\n"
	    "cs and dns of ndb(8), by 9P on standard input and output\n");
	exit(2);
}

static void
options(int argc, char **argv)
{
	int c;

	while((c = getopt(argc, argv, "4df:H:N:n:R:r:S:s:x:")) != -1)
		switch(c) {
		case '4':
			conf.ipv6 = 0;
			break;
		case 'd':
			conf.debug = 1;
			break;
		case 'f':
			conf.dbfile = optarg;
			break;
		case 'H':
			conf.hosts = optarg;
			break;
		case 'N':
			conf.target = atol(optarg);
			break;
		case 'n':
			conf.nsswitch = optarg;
			break;
		case 'R':
			conf.resolvconf = optarg;
			break;
		case 'r':
			conf.root = optarg;
			break;
		case 'S':
			conf.services = optarg;
			break;
		case 's':
			conf.servers = optarg;
			break;
		case 'x':
			conf.mntpt = optarg;
			break;
		default:
			usage();
		}
	if(optind != argc || conf.target < 0)
		usage();
}

int
main(int argc, char **argv)
{
	options(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
	fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
	loop();
}
