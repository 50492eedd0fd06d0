/*
 * A 9P server behind tls(3), and notes that come while requests wait for room in the channel: flush(5).
 */
#include "ninep.h"
#include "test.h"
#include "tlsend.h"

enum
{
	WRITERS = 40,
	MSIZE = 64 * KiB,
	TLS12 = 0x303,
};

/* What the server saw, in memory that it shares. */
typedef struct Seen Seen;
struct Seen
{
	volatile int opens;
	/* it reads on */
	volatile int goon;
	volatile int writes;
	volatile int flushes;
	/* requests whose tag another had */
	volatile int twice;
	volatile int broken;
};
static Seen *seen;

static uchar in[MSIZE + 1];
static uchar out[256];
/* the type of the request that has the tag, unanswered; 0: none */
static uchar asked[0x10000];

static void
answer(int fd, int type, int tag)
{
	int n = op - out;

	op = out;
	put(n, 4);
	put(type + 1, 1);
	put(tag, 2);
	asked[tag] = 0;
	check(write(fd, out, n) == n);
}

static void
putqid(int type)
{
	put(type, 1);
	put(0, 4);
	put(type, 8);
}

static void
serveone(int fd, int type, int tag)
{
	int i, n;

	op = out + HDR;
	switch(type) {
	case Tversion:
		put(MSIZE, 4);
		putstr("9P2000");
		break;
	case Tattach:
		putqid(QTDIR);
		break;
	case Twalk:
		n = (int)numat(in + HDR + 8, 2);
		put(n, 2);
		for(i = 0; i < n; i++)
			putqid(QTFILE);
		break;
	case Topen:
		putqid(QTFILE);
		put(0, 4);
		break;
	case Twrite:
		/* is not answered */
		seen->writes++;
		return;
	case Tflush:
		i = (int)numat(in + HDR, 2);
		seen->flushes += asked[i] == Twrite;
		asked[i] = 0;
		break;
	}
	answer(fd, type, tag);
	if(type == Topen)
		seen->opens++;
}

/* Read no more between an open and goon. */
static void
serve(void *arg)
{
	int fd, n, type, tag;

	fd = *(int *)arg;
	while(readn(fd, in, 4) == 4) {
		n = (int)numat(in, 4);
		if(n < HDR || n > MSIZE || readn(fd, in + 4, n - 4) != n - 4) {
			seen->broken = 1;
			return;
		}
		type = in[4];
		tag = (int)numat(in + 5, 2);
		seen->twice += asked[tag] != 0;
		asked[tag] = (uchar)type;
		serveone(fd, type, tag);
		while(seen->opens > 0 && !seen->goon)
			sleep(1);
	}
}

static void
writes(void *arg)
{
	int *a = arg;
	static char text[MSIZE];

	write(a[0], text, a[1]);
}

/* Writers of len bytes fill the channel and are killed: what the server gets of them it is also told to
 * forget. */
static void
killedwriters(int len)
{
	int fd, i, server, pid[WRITERS], a[2];
	Waitmsg w;
	Tls c, s;

	seen = sharedpage();
	memset(seen, 0, sizeof *seen);
	tlspair(&c, &s, TLS12, "clear", "clear");
	server = spawn(RFFDG, serve, &s.data);
	close(s.data);
	check(mount(c.data, -1, "/mnt", MREPL, "") >= 0);
	fd = open("/mnt/f", OWRITE);
	check(fd >= 0);
	a[0] = fd;
	a[1] = len;
	for(i = 0; i < WRITERS; i++)
		pid[i] = spawn(RFFDG, writes, a);
	sleep(300);
	for(i = 0; i < WRITERS; i++)
		postnote(pid[i], "kill");
	sleep(300);
	seen->goon = 1;
	for(i = 0; i < WRITERS; i++)
		check(waitfor(&w) > 0);
	/* flushes are sent one by one */
	for(i = 0;
	    i < 1000 && (seen->writes == 0 || seen->flushes < seen->writes);
	    i++)
		sleep(10);
	check(seen->writes > 0);
	checkint(seen->flushes, seen->writes);
	checkint(seen->twice, 0);
	checkint(seen->broken, 0);
	close(fd);
	check(unmount(nil, "/mnt") >= 0);
	postnote(server, "kill");
}

static void
sealedrequestsareflushed(void)
{
	killedwriters(8000);
}

static void
requestsofseveralrecordsstaywhole(void)
{
	killedwriters(30000);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(sealedrequestsareflushed),
	    CASE(requestsofseveralrecordsstaywhole),
	};

	runcases(cases, nelem(cases), argc, argv);
}
