/*
 * Data through two tls(3) filters and the pipe between them, from one process to another:
 * tlspipe name encalg size count
 */
#include "bench.h"

static char secrets[] =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"
    "MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5f"
    "YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn8=";
static char buf[256 * KiB];

typedef struct End End;
struct End
{
	int ctl;
	int data;
	int hand;
};

static void
tell(int ctl, char *msg)
{
	if(write(ctl, msg, strlen(msg)) < 0)
		sysfatal("%s: %r", msg);
}

static int
openfile(char *conv, char *name)
{
	char path[64];

	snprint(path, sizeof path, "#a/tls/%s/%s", conv, name);
	return open(path, 2);
}

/* A filter on fd. */
static void
filter(End *e, int fd, char *encalg, int isclient)
{
	char msg[512], num[16];
	int n;

	e->ctl = open("#a/tls/clone", 2);
	if(e->ctl < 0)
		sysfatal("tls: %r");
	n = read(e->ctl, num, sizeof num - 1);
	num[n] = 0;
	e->data = openfile(num, "data");
	e->hand = openfile(num, "hand");
	snprint(msg, sizeof msg, "fd %d 0x303", fd);
	tell(e->ctl, msg);
	tell(e->ctl, "version 0x303");
	snprint(msg, sizeof msg, "secret clear %s %d %s", encalg, isclient,
	    secrets);
	tell(e->ctl, msg);
	tell(e->ctl, "changecipher");
}

/* Read what the peer's changecipher sends. */
static void
shaken(End *e, End *peer)
{
	char c;

	if(write(peer->hand, "x", 1) != 1 || read(e->hand, &c, 1) != 1)
		sysfatal("hand: %r");
}

void
main(int argc, char *argv[])
{
	End a, b;
	vlong t, got, want;
	int i, n, size, count, p[2];

	if(argc != 5)
		sysfatal("usage: tlspipe name encalg size count");
	size = atoi(argv[3]);
	count = atoi(argv[4]);
	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	filter(&a, p[0], argv[2], 1);
	filter(&b, p[1], argv[2], 0);
	shaken(&a, &b);
	shaken(&b, &a);
	tell(a.ctl, "opened");
	tell(b.ctl, "opened");
	want = (vlong)size * count;
	t = now();
	switch(rfork(RFPROC)) {
	case -1:
		sysfatal("rfork: %r");
	case 0:
		for(i = 0; i < count; i++)
			if(write(a.data, buf, size) != size)
				sysfatal("write: %r");
		exits(nil);
	}
	for(got = 0; got < want; got += n) {
		n = read(b.data, buf, sizeof buf);
		if(n <= 0)
			sysfatal("read: %r");
	}
	result(argv[1], want / 16384, now() - t);
	waitfor(&(Waitmsg){0});
	exits(nil);
}
