/*
 * run9-resolve, without the network: any query, any answer of a name server, any 9P.
 *
 * The input is a byte of flags, then, up to a NUL, what is written to cs or dns, then the message that
 * answers all questions. Or, with another flag, it is 9P messages. Checked: each answer is one 9P
 * message of its kind, and no query stays.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "resolve.h"
#include "lib/lib.h"
#include "p9msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum
{
	/* the flags */
	Fdns = 1 << 0,
	F9p = 1 << 1,
	/* the answer has a header that says so many records */
	Fheader = 1 << 2,
	Fpairs = 1 << 3,
};

#define check(x)                                                               \
	do {                                                                   \
		if(!(x))                                                       \
			abort();                                               \
	} while(0)

static const uchar *reply;
static int nreply;
static int nsent;
static int lasttype;
static char *domains[] = {"dom.test", nil};

/* --- what main.c, net.c and nss.c are in the program --- */

void
senddata(const uchar *msg, u32int n)
{
	check(n >= MSGHDR && n <= servemsize() && GBIT32(msg) == n);
	lasttype = msg[BIT32SZ];
	check(lasttype == Rerror || (lasttype % 2 == 1 && lasttype > Tversion));
	nsent++;
}

void
netquery(const char *name, int type,
    void (*done)(void *, const uchar *msg, int n), void *arg)
{
	USED(name), USED(type);
	done(arg, reply, nreply > 0 ? nreply : -1);
}

char **
netdomains(void)
{
	return domains;
}

int
netndots(void)
{
	return 1;
}

int
nsshas(void)
{
	return nreply % 2;
}

void
nssask(const char *name, int type, void (*done)(void *, RR *), void *arg)
{
	USED(name), USED(type);
	done(arg, nil);
}

/* --- a client --- */

static void
request(int type, ushort tag, const void *body, int n)
{
	uchar msg[2048];

	PBIT32(msg, (u32int)(MSGHDR + n));
	msg[4] = (uchar)type;
	PBIT16(msg + 5, tag);
	memcpy(msg + MSGHDR, body, n);
	nsent = 0;
	check(serve(msg, MSGHDR + n) == 0);
	check(nsent == 1);
}

static void
begin(void)
{
	request(Tversion, NOTAG,
	    "\0\x20\0\0\6\0"
	    "9P2000",
	    12);
	request(Tattach, 1, "\0\0\0\0\xff\xff\xff\xff\1\0u\0\0", 13);
}

static void
query(const char *name, const uchar *text, int n)
{
	uchar b[1100] = {0};

	memcpy(b, "\0\0\0\0\1\0\0\0\1\0", 10);
	b[10] = (uchar)strlen(name);
	memcpy(b + 12, name, strlen(name));
	request(Twalk, 1, b, 12 + strlen(name));
	request(Topen, 1, "\1\0\0\0\2", 5);
	memset(b, 0, sizeof b);
	b[0] = 1;
	PBIT32(b + 12, (u32int)n);
	memcpy(b + 16, text, n);
	request(Twrite, 1, b, 16 + n);
	memset(b, 0, 16);
	b[0] = 1;
	PBIT32(b + 12, 4096U);
	request(Tread, 1, b, 16);
	check(lasttype == Rread);
}

static void
messages(const uint8_t *data, size_t size)
{
	u32int n;

	while(size >= MSGHDR) {
		n = GBIT32(data);
		if(n < MSGHDR || n > size || n > servemsize())
			break;
		if(serve(data, n) < 0)
			break;
		data += n;
		size -= n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uchar msg[1024];
	const uint8_t *end;
	int flags;

	conf.hosts = conf.services = conf.protocols = "/dev/null";
	conf.target = 10;
	if(size < 1)
		return 0;
	flags = *data++;
	size--;
	cacheflush();
	nreply = 0;
	begin();
	if(flags & F9p) {
		messages(data, size);
		begin();
		return 0;
	}
	end = memchr(data, 0, size);
	if(end == nil)
		end = data + size;
	if(end - data >= Maxrequest)
		return 0;
	if(end < data + size) {
		nreply = (int)(data + size - end) - 1;
		reply = end + 1;
		if(flags & Fheader) {
			memset(msg, 0, 12);
			msg[7] = 3;
			msg[9] = 1;
			memcpy(msg + 12, reply, nreply);
			reply = msg;
			nreply += 12;
		}
	}
	query(flags & Fdns ? "dns" : "cs", data, (int)(end - data));
	/* Tversion ends what is left */
	begin();
	return 0;
}
