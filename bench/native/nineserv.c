/*
 * A 9P server that answers from memory: nineserv program argument ...
 *
 * The program, a child, has one end of a Unix socket as its standard input. The server serves the other
 * end until that is closed, and ends as the program does. Its root has
 *	big0 ... big7	16 MiB each, the same bytes
 *	d0 ... d19	directories; each has f0 ... f19, which are empty
 */
#include "ninemsg.h"

#include <sys/socket.h>
#include <sys/uio.h>

enum
{
	NFID = 4096,
	QDIR = 0x80,
	/* qid.path: the root is 0, a big file 1 + i, a directory or file FIRSTDIR + 32 * i + j */
	FIRSTDIR = 32,
	DIRSIZE = 32,
};

static unsigned char *in, *out, *data;
/* qid.path + 1 of fid & NFID - 1, which is used by one fid at a time */
static unsigned fids[NFID];

static int
isdir(unsigned q)
{
	return q == 0 || (q >= FIRSTDIR && q % DIRSIZE == 0);
}

static unsigned char *
putqid(unsigned char *p, unsigned q)
{
	p = putn(p, isdir(q) ? QDIR : 0, 1);
	p = putn(p, 1, 4);
	return putn(p, q, 8);
}

/* The file of that name in directory q, or -1. */
static int
child(unsigned q, const char *name, unsigned n)
{
	unsigned i;
	char c;

	if(n == 4 && memcmp(name, "big", 3) == 0 && q == 0 &&
	    (unsigned)(name[3] - '0') < NBIG)
		return 1 + name[3] - '0';
	c = q == 0 ? 'd' : 'f';
	if(n < 2 || n > 3 || name[0] != c || !isdir(q))
		return -1;
	i = name[1] - '0';
	if(n == 3)
		i = i * 10 + name[2] - '0';
	if(q == 0)
		return i < NDIR ? (int)(FIRSTDIR + DIRSIZE * i) : -1;
	return i < NFILE ? (int)(q + 1 + i) : -1;
}

static unsigned char *
putstat(unsigned char *p, unsigned q)
{
	unsigned char *start = p;
	char name[16];

	if(q == 0)
		strcpy(name, "/");
	else if(q < FIRSTDIR)
		sprintf(name, "big%u", q - 1);
	else if(isdir(q))
		sprintf(name, "d%u", q / DIRSIZE - 1);
	else
		sprintf(name, "f%u", q % DIRSIZE - 1);
	p += 2;
	p = putn(p, 0, 6);
	p = putqid(p, q);
	p = putn(p, isdir(q) ? 020000000777U | 1U << 31 : 0666, 4);
	p = putn(p, 1234567890, 4);
	p = putn(p, 1234567890, 4);
	p = putn(p, q > 0 && q < FIRSTDIR ? BIGSIZE : 0, 8);
	p = puts2(p, name);
	p = puts2(p, "glenda");
	p = puts2(p, "glenda");
	p = puts2(p, "glenda");
	putn(start, p - start - 2, 2);
	return p;
}

/* The entries of directory q between off and off + n. */
static unsigned char *
putentries(unsigned char *p, unsigned q, uint64_t off, unsigned n)
{
	unsigned char *e, *start = p;
	uint64_t at = 0;
	unsigned i, c;

	for(i = 0; i < (q == 0 ? NDIR : NFILE); i++) {
		c = q == 0 ? FIRSTDIR + DIRSIZE * i : q + 1 + i;
		e = putstat(p, c);
		at += e - p;
		if(at <= off)
			continue;
		if(e - start > n)
			break;
		p = e;
	}
	return p;
}

static void
sendall(int fd, struct iovec *v, int nv)
{
	ssize_t n;

	while(nv > 0) {
		n = writev(fd, v, nv);
		if(n < 0)
			fatal("writev");
		for(; nv > 0 && (size_t)n >= v->iov_len; v++, nv--)
			n -= v->iov_len;
		if(nv > 0) {
			v->iov_base = (char *)v->iov_base + n;
			v->iov_len -= n;
		}
	}
}

/* Send the answer that ends at p, and n bytes of data after it. */
static void
sendanswer(int fd, unsigned char *p, unsigned char *more, size_t n)
{
	struct iovec v[2] = {{out, p - out}, {more, n}};

	putn(out, p - out + n, 4);
	sendall(fd, v, n > 0 ? 2 : 1);
}

/* The answer to the walk at m from *q on, which moves to its end: 0 if it gets there. */
static int
walk(const unsigned char *m, unsigned char **pp, unsigned *q)
{
	unsigned char *p = *pp, *count = p;
	unsigned n, i, len;
	int c = 0;

	n = getn(m + HDR + 8, 2);
	m += HDR + 10;
	p += 2;
	for(i = 0; i < n; i++, m += 2 + len) {
		len = getn(m, 2);
		c = child(*q, (const char *)m + 2, len);
		if(c < 0)
			break;
		*q = c;
		p = putqid(p, c);
	}
	putn(count, i, 2);
	if(c < 0 && i == 0) {
		out[4] = Rerror;
		p = puts2(count, "file does not exist");
	}
	*pp = p;
	return c < 0 ? -1 : 0;
}

static void
readfile(int fd, const unsigned char *m, unsigned char *p, unsigned q)
{
	uint64_t off = getn(m + HDR + 4, 8);
	unsigned n = getn(m + HDR + 12, 4);
	unsigned char *e;

	if(isdir(q)) {
		e = putentries(p + 4, q, off, n);
		putn(p, e - p - 4, 4);
		sendanswer(fd, e, NULL, 0);
		return;
	}
	if(q >= FIRSTDIR || off >= BIGSIZE)
		n = 0;
	else if(n > BIGSIZE - off)
		n = BIGSIZE - off;
	p = putn(p, n, 4);
	sendanswer(fd, p, data + off, n);
}

/* The rest of the answer to the message at m, for the file q. */
static void
answerfor(int fd, const unsigned char *m, unsigned char *p, unsigned q)
{
	unsigned char *count;
	unsigned n;

	switch(m[4]) {
	case Twalk:
		if(walk(m, &p, &q) == 0)
			fids[getn(m + HDR + 4, 4) % NFID] = q + 1;
		break;
	case Topen:
		p = putqid(p, q);
		p = putn(p, 0, 4);
		break;
	case Tread:
		readfile(fd, m, p, q);
		return;
	case Twrite:
		n = getn(m + HDR + 12, 4);
		memcpy(data + getn(m + HDR + 4, 8) % BIGSIZE, m + HDR + 16, n);
		p = putn(p, n, 4);
		break;
	case Tclunk:
		fids[getn(m + HDR, 4) % NFID] = 0;
		break;
	case Tstat:
		count = p;
		p = putstat(p + 2, q);
		putn(count, p - count - 2, 2);
		break;
	default:
		out[4] = Rerror;
		p = puts2(p, "not here");
	}
	sendanswer(fd, p, NULL, 0);
}

static void
answer(int fd, const unsigned char *m)
{
	unsigned char *p;
	unsigned q, n;

	p = putn(out + 4, m[4] + 1, 1);
	p = putn(p, getn(m + 5, 2), 2);
	if(m[4] == Tversion) {
		n = getn(m + HDR, 4);
		p = putn(p, n < MAXMSG ? n : MAXMSG, 4);
		sendanswer(fd, puts2(p, "9P2000"), NULL, 0);
		return;
	}
	if(m[4] == Tattach) {
		fids[getn(m + HDR, 4) % NFID] = 1;
		sendanswer(fd, putqid(p, 0), NULL, 0);
		return;
	}
	q = fids[getn(m + HDR, 4) % NFID];
	if(q == 0) {
		out[4] = Rerror;
		sendanswer(fd, puts2(p, "unknown fid"), NULL, 0);
		return;
	}
	answerfor(fd, m, p, q - 1);
}

static void
serve(int fd)
{
	size_t rp = 0, wp = 0, n;
	ssize_t got;

	while((got = read(fd, in + wp, 2 * MAXMSG - wp)) > 0) {
		wp += got;
		while(wp - rp >= 4 && wp - rp >= (n = getn(in + rp, 4))) {
			answer(fd, in + rp);
			rp += n;
		}
		memmove(in, in + rp, wp - rp);
		wp -= rp;
		rp = 0;
	}
}

int
main(int argc, char *argv[])
{
	int fd[2], i, pid, status;

	if(argc < 2)
		return 2;
	if(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) < 0)
		fatal("socketpair");
	pid = fork();
	if(pid < 0)
		fatal("fork");
	if(pid == 0) {
		if(dup2(fd[0], 0) < 0)
			fatal("dup2");
		execv(argv[1], argv + 1);
		fatal(argv[1]);
	}
	close(fd[0]);
	in = malloc(2 * MAXMSG);
	out = malloc(MAXMSG);
	data = malloc(BIGSIZE);
	if(in == NULL || out == NULL || data == NULL)
		fatal("memory");
	for(i = 0; i < BIGSIZE; i++)
		data[i] = i * 7 + i / 251;
	serve(fd[1]);
	if(waitpid(pid, &status, 0) < 0)
		fatal("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
