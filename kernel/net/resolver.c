/*
 * #I: the files cs and dns, ndb(8).
 *
 * run9-resolve, a program of the host, serves them by 9P. It is started at the first open, and again
 * if it has died. An open returns the Chan of its file, so queries run side by side, a note ends one,
 * and a dead run9-resolve is an error. Without it, dns cannot be opened, and the kernel itself
 * answers cs (numcs.c): numeric addresses need nothing of the host.
 */
#include "net/netdat.h"
#include "host/hosthelp.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

Resolverconf resolverconf;

static struct
{
	/* guards all below. Rank Rresolver; held while the host opens the program, and never while
	 * a server is waited for */
	QLock lk;
	/* the connection, and the root of its tree once there is one; or nil */
	Chan *conn;
	Chan *root;
	/* there is no such program: it is looked for once */
	int none;
} resolver = {.lk = QLOCKRANK(Rresolver)};

static const char Ename[] = "run9-resolve";

/* Start the program. Returns nil if there is none. Caller holds resolver.lk. Errors. */
static Chan *
startresolver(void)
{
	char found[HostPathMax];
	const char *path;
	char *argv[4];
	int n;

	path = resolverconf.prog;
	if(path == nil) {
		if(!hosthelper(Ename, found, sizeof found)) {
			resolver.none = 1;
			return nil;
		}
		path = found;
	}
	n = 0;
	argv[n++] = (char *)path;
	if(resolverconf.root != nil) {
		argv[n++] = (char *)"-r";
		argv[n++] = (char *)resolverconf.root;
	}
	argv[n] = nil;
	return commandchan(argv, Ename);
}

/* Nothing is asked that would leave the host, if programs may not. */
static int
noresolver(void)
{
	return netreach != Nethost ||
	    (resolverconf.prog != nil &&
		strcmp(resolverconf.prog, "none") == 0);
}

const char *
whynoresolver(void)
{
	if(netreach != Nethost)
		return "no resolver: programs may reach this host alone";
	if(resolverconf.prog != nil)
		return "no resolver: run9 --resolver=none";
	return "no resolver: run9-resolve is not installed";
}

/* The connection, with a reference, and *root the tree's root, with another, or nil. nil: there is no
 * program. Errors. */
static Chan *
connection(Chan **root)
{
	Chan *c;

	*root = nil;
	qlock(&resolver.lk);
	onerror(qunlock(&resolver.lk));
	if(resolver.conn == nil && !resolver.none)
		resolver.conn = startresolver();
	poperror();
	c = resolver.conn;
	if(c != nil)
		incref(&c->r);
	if(resolver.root != nil) {
		*root = resolver.root;
		incref(&resolver.root->r);
	}
	qunlock(&resolver.lk);
	return c;
}

/* The connection c is of no use: the next open starts the program again. */
static void
forgetresolver(Chan *c)
{
	Chan *conn, *root;

	conn = root = nil;
	qlock(&resolver.lk);
	if(resolver.conn == c) {
		conn = resolver.conn;
		root = resolver.root;
		resolver.conn = resolver.root = nil;
	}
	qunlock(&resolver.lk);
	if(root != nil)
		cclose(root);
	if(conn != nil)
		cclose(conn);
}

/* Remember root as that of the connection c. */
static void
remember(Chan *c, Chan *root)
{
	qlock(&resolver.lk);
	if(resolver.conn == c && resolver.root == nil) {
		resolver.root = root;
		incref(&root->r);
	}
	qunlock(&resolver.lk);
}

/* Attach to the connection c. Several processes may do so at once. A note ends it. Errors. */
static Chan *
attachresolver(Chan *c)
{
	char version[32] = "";
	Chan *root;

	mntclient.version(c, 0, version, sizeof version);
	root = treeof(c, nil, "");
	remember(c, root);
	return root;
}

/* A Chan of the file `name', open, of the tree at root. Errors. */
static Chan *
openserved(Chan *root, const char *name, int omode)
{
	char *names[1];
	int nerror;
	Chan *c;

	c = cclone(root);
	onerror(cclose(c));
	names[0] = (char *)name;
	if(walk(&c, names, 1, 1, &nerror) < 0)
		nexterror();
	c = devtab[c->type]->open(c, omode);
	poperror();
	return c;
}

/* The file `name' of the program; nil if there is no program. *broke is set to the connection, without
 * a reference, once there is one. Errors. */
static Chan *
servedfile(const char *name, int omode, Chan **broke)
{
	Chan *c, *root, *f;

	c = connection(&root);
	if(c == nil)
		return nil;
	*broke = c;
	onerror(cclose(c));
	if(root == nil)
		root = attachresolver(c);
	onerror(cclose(root));
	f = openserved(root, name, omode);
	poperror();
	cclose(root);
	poperror();
	cclose(c);
	return f;
}

/* servedfile, and once more with a new program if the old one has died. Errors. */
static Chan *
servedagain(const char *name, int omode)
{
	Chan *f, *broke;
	int i;

	for(i = 0;; i++) {
		broke = nil;
		if(!waserror()) {
			f = servedfile(name, omode, &broke);
			poperror();
			return f;
		}
		if(strcmp(up->errstr, Eintr) == 0 || broke == nil)
			nexterror();
		forgetresolver(broke);
		if(i > 0)
			errorf("%s does not answer: %s", Ename, up->errstr);
	}
}

Chan *
resolveropen(Chan *c, int kind, int omode)
{
	Path *p;
	Chan *f;

	f = nil;
	if(!noresolver())
		f = servedagain(kind == Qcs ? "cs" : "dns", omode);
	if(f == nil) {
		if(kind == Qdns)
			error(whynoresolver());
		numcsopen(c, omode);
		return c;
	}
	/* it has c's name */
	p = f->path;
	f->path = c->path;
	c->path = p;
	cclose(c);
	return f;
}
