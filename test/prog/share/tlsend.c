#include "tlsend.h"
#include "test.h"

/* 252 bytes, which any pair of algorithms can be cut of */
static char secrets[] =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"
    "MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5f"
    "YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6P"
    "kJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/"
    "wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v"
    "8PHy8/T19vf4+fr7";

static int
openfile(int id, char *name)
{
	char path[64];
	int fd;

	snprint(path, sizeof path, "#a/tls/%d/%s", id, name);
	fd = open(path, ORDWR);
	if(fd < 0)
		fail("%s: %r", path);
	return fd;
}

void
tlsopen(Tls *t)
{
	char num[16];
	int n;

	t->wire = -1;
	t->ctl = open("#a/tls/clone", ORDWR);
	check(t->ctl >= 0);
	n = read(t->ctl, num, sizeof num - 1);
	check(n > 0);
	num[n] = 0;
	t->id = atoi(num);
	t->data = openfile(t->id, "data");
	t->hand = openfile(t->id, "hand");
}

void
tlsclose(Tls *t)
{
	close(t->hand);
	close(t->data);
	close(t->ctl);
	if(t->wire >= 0)
		close(t->wire);
}

int
tlstell(Tls *t, char *fmt, ...)
{
	char msg[1024];
	va_list arg;
	int n;

	va_start(arg, fmt);
	n = vsnprint(msg, sizeof msg, fmt, arg);
	va_end(arg);
	return write(t->ctl, msg, n);
}

#define told(...) check(tlstell(__VA_ARGS__) > 0)

void
tlspipe(Tls *t, int vers)
{
	int p[2];

	tlsopen(t);
	check(pipe(p) == 0);
	told(t, "fd %d 0x%x", p[0], vers);
	close(p[0]);
	t->wire = p[1];
}

void
tlsclear(Tls *t, int vers)
{
	uchar text[Maxrec];
	int type, v;

	tlspipe(t, vers);
	told(t, "version 0x%x", vers);
	told(t, "secret clear clear 1 AAAA");
	told(t, "changecipher");
	checkint(getrecord(t->wire, &type, &v, text), 1);
	checkint(type, Changecipher);
	putrecord(t->wire, Changecipher, vers, "\1", 1);
	putrecord(t->wire, Handshake, vers, "hello", 5);
	checkint(read(t->hand, text, sizeof text), 5);
	told(t, "opened");
}

static void
secure(Tls *t, int fd, int vers, char *hash, char *enc, int isclient)
{
	tlsopen(t);
	told(t, "fd %d 0x%x", fd, vers);
	told(t, "version 0x%x", vers);
	told(t, "secret %s %s %d %s", hash, enc, isclient, secrets);
	told(t, "changecipher");
}

/* As finished messages do, this makes sure that changecipher has come. */
static void
shakehands(Tls *from, Tls *to)
{
	char text[16];

	checkint(write(from->hand, "finished", 8), 8);
	checkint(read(to->hand, text, sizeof text), 8);
	check(memcmp(text, "finished", 8) == 0);
}

void
tlspair(Tls *a, Tls *b, int vers, char *hash, char *enc)
{
	int p[2];

	check(pipe(p) == 0);
	secure(a, p[0], vers, hash, enc, 1);
	secure(b, p[1], vers, hash, enc, 0);
	/* a close notify for a filter that was closed finds an open pipe */
	a->wire = p[1];
	b->wire = p[0];
	shakehands(a, b);
	shakehands(b, a);
	told(a, "opened");
	told(b, "opened");
}

void
tlsfile(Tls *t, char *name, char *buf, int n)
{
	char path[64];

	snprint(path, sizeof path, "#a/tls/%d/%s", t->id, name);
	check(readfile(path, buf, n) >= 0);
}

int
tlsstatus(Tls *t, char *line)
{
	char text[1024], want[128];

	text[0] = '\n';
	tlsfile(t, "status", text + 1, sizeof text - 1);
	snprint(want, sizeof want, "\n%s\n", line);
	return strstr(text, want) != nil;
}

void
putrecord(int fd, int type, int vers, void *text, int n)
{
	static uchar rec[Rechdr + 70000];

	rec[0] = type;
	rec[1] = vers >> 8;
	rec[2] = vers;
	rec[3] = n >> 8;
	rec[4] = n;
	memmove(rec + Rechdr, text, n);
	checkint(write(fd, rec, Rechdr + n), Rechdr + n);
}

int
getrecord(int fd, int *type, int *vers, void *text)
{
	uchar head[Rechdr];
	int n;

	checkint(readn(fd, head, Rechdr), Rechdr);
	*type = head[0];
	*vers = head[1] << 8 | head[2];
	n = head[3] << 8 | head[4];
	checkint(readn(fd, text, n), n);
	return n;
}

void
getalert(int fd, int level, int alert)
{
	uchar text[Maxrec];
	int type, vers;

	checkint(getrecord(fd, &type, &vers, text), 2);
	checkint(type, Alert);
	checkint(text[0], level);
	checkint(text[1], alert);
}
