/*
 * #I: run9-resolve, a program of the host that serves cs and dns by 9P: ndb(8).
 *
 * It is started when the first name is asked for, and again if it has died. Each open file of #I has a
 * file of its own there, so queries run side by side, a note ends one, and a dead run9-resolve is an
 * error.
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
	/* there is no such program, or it has never answered: it is started no more */
	int none;
	/* atomic: it was found, but has not answered */
	u32int silent;
	/* a program has answered */
	int answered;
} resolver = {.lk = QLOCKRANK(Rresolver)};

static const char Ename[] = "run9-resolve";

/* Start the program. Returns nil if there is none. Caller holds resolver.lk. Errors. */
static Chan *
startresolver(void)
{
	char found[HostPathMax];
	const char *path;
	char *argv[4];
	Chan *c;
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
	c = commandchan(argv, Ename);
	/* a program that opens cs learns from the error, not from a note, that it died at once */
	c->flag |= CMSG;
	return c;
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
	if(resolverconf.prog != nil && strcmp(resolverconf.prog, "none") == 0)
		return "no resolver: run9 --resolver=none";
	if(aload(&resolver.silent))
		return "no resolver: run9-resolve does not answer";
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
	resolver.answered = 1;
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
servedfile(const char *name, int omode, Chan *volatile *broke)
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

/* The program has died twice. If it has answered before, the error is up's; else there is none, as
 * where a library that it needs is not installed. */
static void
givenup(void)
{
	int answered;

	qlock(&resolver.lk);
	answered = resolver.answered;
	if(!answered)
		resolver.none = 1;
	qunlock(&resolver.lk);
	if(answered)
		errorf("%s does not answer: %s", Ename, up->errstr);
	astore(&resolver.silent, 1);
}

/* servedfile, in *f. Returns 0 if the program's connection has broken. Errors. */
static int
tryserved(const char *name, int omode, Chan **f)
{
	/* is looked at after an error has come back to waserror */
	Chan *volatile broke;

	broke = nil;
	if(!waserror()) {
		*f = servedfile(name, omode, &broke);
		poperror();
		return 1;
	}
	if(strcmp(up->errstr, Eintr) == 0 || broke == nil)
		nexterror();
	forgetresolver(broke);
	return 0;
}

/* servedfile, and once more with a new program if the old one has died. Errors. */
static Chan *
servedagain(const char *name, int omode)
{
	Chan *f;
	int try;

	for(try = 0; try < 2; try++)
		if(tryserved(name, omode, &f))
			return f;
	givenup();
	return nil;
}

Chan *
resolverfile(const char *name, int omode)
{
	return noresolver() ? nil : servedagain(name, omode);
}
