/*
 * Peers and programs that say anything to a tls filter: whatever bytes come as records, and
 * whatever is written to ctl and hand, nothing breaks, nothing hangs and nothing is left.
 *
 * Input: a byte that chooses ciphers, then operations of a byte each, with more bytes behind some:
 * records, raw bytes, control messages, writes. Then the peer closes, and all is read.
 */
#include <stdlib.h>
#include <string.h>
#include "kerncall.h"
#include "tls/tlscall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum
{
	Maxtext = 64,
	Procs = 4,
	Chans = 32,
};

static struct
{
	const uchar *p;
	const uchar *e;
	Filter f;
	Chan *wire;
} in;

static uint
byte(void)
{
	return in.p < in.e ? *in.p++ : 0;
}

/* Take n bytes, or what is left; returns how many. */
static long
bytes(uchar *to, uint n)
{
	if(n > (uint)(in.e - in.p))
		n = (uint)(in.e - in.p);
	memcpy(to, in.p, n);
	in.p += n;
	return n;
}

static void
record(void)
{
	static const uchar types[] = {20, 21, 22, 23, 23, 22, 1, 99};
	uchar rec[RECHDR + Maxtext];
	uint how;
	long n;

	how = byte();
	rec[0] = types[how & 7];
	rec[1] = 3;
	rec[2] = how & 8 ? byte() : 3;
	n = bytes(rec + RECHDR, how >> 4 == 15 ? Maxtext : how >> 4);
	rec[3] = how & 128 && (how & 8) ? byte() : 0;
	rec[4] = (uchar)n;
	xwrite(in.wire, rec, RECHDR + n, 0);
}

static void
message(void)
{
	static const char *const msgs[] = {"version 0x303", "version 0x300",
	    "secret clear clear 1 A", "secret clear clear 0 A", "changecipher",
	    "opened", "alert 0", "alert 40", "alert 100", "fd 0 0x303",
	    "fd 9 0x301", "debug off", "secret", "x", ""};
	uchar text[Maxtext + 1];
	long n;
	uint m;

	m = byte() & 15;
	if(m < nelem(msgs)) {
		tell(&in.f, msgs[m]);
		return;
	}
	n = bytes(text, byte() % Maxtext);
	xwrite(in.f.ctl, text, n, 0);
}

static void
op(void)
{
	uchar raw[Maxtext];
	long n;

	switch(byte() % 6) {
	case 0:
	case 1:
	case 2:
		record();
		break;
	case 3:
		message();
		break;
	case 4:
		n = bytes(raw, byte() % Maxtext);
		xwrite(in.wire, raw, n, 0);
		break;
	case 5:
		n = bytes(raw, byte() % 16);
		xwrite(n & 1 ? in.f.hand : in.f.data, raw, n, 0);
		break;
	}
}

static void
readall(void)
{
	char buf[256];
	int i;

	/* a message of hand may come after data was enabled; then a read would wait for others */
	for(i = 0; i < 8; i++) {
		if(!loadacquire(&((Tlsconv *)in.f.ctl->aux)->opened) ||
		    tlshandcame(in.f.ctl->aux))
			xread(in.f.hand, buf, 1 + byte() % sizeof buf, 0);
		xread(in.f.data, buf, 1 + byte() % sizeof buf, 0);
		if(byte() & 1)
			message();
	}
	xslurp("#a/tls/0/status", buf, sizeof buf);
	xslurp("#a/tls/0/stats", buf, sizeof buf);
}

static void
conversation(void)
{
	static const char *const suites[][2] = {{"clear", "clear"},
	    {"sha1", "aes_128_cbc"}, {"clear", "aes_128_gcm_aead"},
	    {"sha256", "rc4_128"}, {"clear", "ccpoly64_aead"},
	    {"md5", "3des_ede_cbc"}};
	Chan *end[2];
	uint how;

	newpipe(end);
	in.wire = end[1];
	check(fopenfilter(&in.f) == 0);
	how = byte();
	if(how & 1)
		check(setfilter(&in.f, end[0], "0x303") == 0);
	if((how & 3) == 3) {
		how = how >> 2 & 7;
		if(how < nelem(suites))
			securefilter(&in.f, suites[how][0], suites[how][1], 0);
		xwrite(in.wire, "\24\3\3\0\1\1", 6, 0);
	}
	cclose(end[0]);
	while(in.p < in.e)
		op();
	cclose(in.wire);
	readall();
	closefilter(&in.f);
	takenotes();
}

static void
tryinput(const uchar *data, usize size)
{
	static long nblocks = -1;

	if(nblocks < 0) {
		newgroups(rootdev.attach(nil));
		warmchans(Chans);
		warmprocs(Procs);
		warmtls();
		fdclose(newfd(xopen("#c/null", OREAD), OREAD));
		nogroups();
		nblocks = heapblocks();
	}
	newgroups(rootdev.attach(nil));
	in.p = data;
	in.e = data + size;
	conversation();
	nogroups();
	check(nchan() == 0);
	check(heapblocks() == nblocks);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kerncall(tryinput, data, size);
	return 0;
}
