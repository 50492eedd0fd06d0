/*
 * Names, binds, namespace files and everything that uses them, in any order, with
 * faults in any place: nothing breaks, nothing is left, and the name of a
 * directory just gone to leads to that directory (R. Pike, "Lexical File Names
 * in Plan 9").
 *
 * A line of input is an operation: a letter, then names or text.
 */
#include <stdlib.h>
#include <string.h>
#include "kerncall.h"
#include "ns/nscall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#undef free
extern void free(void *);

enum
{
	Chans = 512, /* more than an input has at once */
	Maxfile = 1024, /* bytes */
};

static const char *tree[] = {
    "/a", "/b", "/c", "/a/a", "/a/b", "/b/a", "/b/c", "/a/b/c"};

static void
mktree(void)
{
	char name[64];
	uint i;

	for(i = 0; i < nelem(tree); i++) {
		check(xmk(tree[i], nil) == 0);
		snprint(name, sizeof name, "%s/f", tree[i]);
		check(xmk(name, tree[i]) == 0);
	}
}

/* The directory that name led to is the one its clean name leads to. */
static void
cd(const char *name)
{
	const char *pwd;
	Chan *c;
	int fault;

	/* a union's element that fails is passed by */
	fault = allocfail != 0 || devfail != 0;
	if(xchdir(name) < 0 || fault || (name[0] != '/' && name[0] != '#'))
		return;
	pwd = chanpath(up->dot);
	check(!waserror());
	c = namec(pwd, Atodir, 0, 0);
	check(eqchan(c, up->dot, 0));
	check(strcmp(chanpath(c), pwd) == 0);
	cclose(c);
	poperror();
}

static void
list(const char *name)
{
	char buf[4096];
	const char *s;

	/* a directory, or an error */
	snprint(buf, sizeof buf, "%s/.", name);
	s = xls(buf, 100);
	check(strcmp(s, "not whole entries") != 0);
	if(!waserror()) {
		nstext(up, buf, sizeof buf);
		poperror();
	}
}

/* Do the operation c, whose names are arg. */
static void
nameop(int c, char **arg)
{
	int n;

	switch(c) {
	case 'c':
		cd(arg[0]);
		break;
	case 'r':
		xbind(arg[0], arg[1], MREPL | MCREATE);
		break;
	case 'b':
		xbind(arg[0], arg[1], MBEFORE);
		break;
	case 'a':
		xbind(arg[0], arg[1], MAFTER | MCREATE);
		break;
	case 'u':
		xunmount(arg[0], arg[1]);
		break;
	case 'U':
		xunmount(nil, arg[0]);
		break;
	case 'f':
		xmk(arg[0], "x");
		break;
	case 'k':
		xmk(arg[0], nil);
		break;
	case 'o':
		n = xopen(arg[0], OREAD);
		if(n >= 0)
			xdup(n, -1);
		break;
	case 'q':
		for(n = 0; n < 20; n++)
			xclose(n);
		break;
	case 'l':
		list(arg[0]);
		break;
	case 'x':
		/* not a directory: names above it must stay what they were */
		if(strchr(arg[0], 'f') != nil)
			xremove(arg[0]);
		break;
	}
}

static void
op(char *s)
{
	char *arg[2], *t;

	switch(*s++) {
	case 'n':
		if(!waserror()) {
			nsfile("ns", s, nil);
			poperror();
		}
		return;
	case 'm':
		allocfail = *s;
		return;
	case 'd':
		devfail = *s;
		return;
	}
	arg[0] = arg[1] = s;
	t = strchr(s, ' ');
	if(t != nil) {
		*t = '\0';
		arg[1] = t + 1;
	}
	nameop(s[-1], arg);
}

static void
tryinput(const uchar *data, usize size)
{
	static long nblocks = -1;
	char *text, *s, *next;

	if(nblocks < 0) {
		rammax = Maxfile;
		ramclear();
		warmchans(Chans);
		nblocks = heapblocks();
	}
	ramgroups();
	mktree();
	text = calloc(1, size + 1);
	memcpy(text, data, size);
	for(s = text; s != nil; s = next) {
		next = strchr(s, '\n');
		if(next != nil)
			*next++ = '\0';
		if(*s != '\0')
			op(s);
		check(up->nerrlab == Kernlabels);
	}
	free(text);
	allocfail = devfail = 0;
	nogroups();
	check(nchan() == 0);
	check(ramrefs() == 0);
	check(heapblocks() == nblocks);
	ramclear();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kerncall(tryinput, data, size);
	return 0;
}
