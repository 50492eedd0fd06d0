/*
 * Messages to the ctl files of #I, of loopback alone, in any order: nothing breaks, no
 * conversation and no memory is left.
 *
 * A line of input is an operation: t u i and 6 make a conversation of a protocol, w writes the rest of
 * the line to its ctl file, s reads its texts, x closes it.
 */
#include <stdlib.h>
#include <string.h>
#include "kerncall.h"
#include "net/netdat.h"
#include "lib/lib.h"
#include "proc/proc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#undef free
extern void free(void *);

static Chan *ctl;

static Chan *
tryopen(const char *name, int mode)
{
	Chan *c;

	if(waserror())
		return nil;
	c = namec(name, Aopen, mode, 0);
	poperror();
	return c;
}

static void
trywrite(const char *s)
{
	if(waserror())
		return;
	ipdev.write(ctl, s, (long)strlen(s), 0);
	poperror();
}

static void
tryread(Chan *c)
{
	char text[1024];

	if(!waserror()) {
		ipdev.read(c, text, sizeof text, 0);
		poperror();
	}
	cclose(c);
}

static void
endctl(void)
{
	if(ctl != nil)
		cclose(ctl);
	ctl = nil;
}

static void
texts(void)
{
	static const char *const files[] = {"tcp/0/status", "tcp/0/local",
	    "tcp/0/remote", "tcp/0/err", "udp/0/status", "udp/0/local",
	    "udp/0/remote", "udp/0/err"};
	char name[64];
	Chan *c;
	uint i;

	for(i = 0; i < nelem(files); i++) {
		snprint(name, sizeof name, "#I/%s", files[i]);
		c = tryopen(name, OREAD);
		if(c != nil)
			tryread(c);
	}
}

static void
op(const char *s)
{
	static const char *const clones[] = {['t'] = "#I/tcp/clone",
	    ['u'] = "#I/udp/clone",
	    ['i'] = "#I/icmp/clone",
	    ['6'] = "#I/icmpv6/clone"};

	switch(*s) {
	case 't':
	case 'u':
	case 'i':
	case '6':
		endctl();
		ctl = tryopen(clones[(uchar)*s], ORDWR);
		check(ctl != nil);
		break;
	case 'w':
		if(ctl != nil)
			trywrite(s + 1);
		break;
	case 's':
		texts();
		break;
	case 'x':
		endctl();
		break;
	}
}

static void
tryinput(const uchar *data, usize size)
{
	static long nblocks = -1;
	char *text, *s, *next;

	if(nblocks < 0) {
		netreach = Netloopback;
		warmchans(8);
		newgroups(rootdev.attach(nil));
		op("t");
		op("u");
		op("i");
		op("6");
		op("x");
		nblocks = heapblocks();
	}
	text = calloc(1, size + 1);
	memcpy(text, data, size);
	for(s = text; s != nil; s = next) {
		next = strchr(s, '\n');
		if(next != nil)
			*next++ = '\0';
		op(s);
		check(up->nerrlab == Kernlabels);
	}
	free(text);
	endctl();
	check(heapblocks() == nblocks);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kerncall(tryinput, data, size);
	return 0;
}
