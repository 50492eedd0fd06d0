/*
 * System calls on the name space: bind(2), chdir(2), and those that talk 9P to a
 * server: mount, fauth(2), fversion(2), which the device #M carries out.
 */
#include "ns/nsdat.h"

enum
{
	/* a 9P version's text */
	VERSIONMAX = 64,
};

/* The two names of a call under way. */
typedef struct Names Names;
struct Names
{
	char *s[2];
	Chan *c[2];
};

static void
namesend(Names *n)
{
	int i;

	for(i = 1; i >= 0; i--) {
		free(n->s[i]);
		if(n->c[i] != nil)
			cclose(n->c[i]);
	}
}

static void
checkflag(int flag)
{
	if((flag & ~MMASK) != 0 || (flag & MORDER) == MORDER)
		error(Ebadarg);
}

void
kbindchan(Chan *new, const char *old, int flag)
{
	Names n;

	memset(&n, 0, sizeof n);
	n.c[0] = new;
	onerror(namesend(&n));
	n.c[1] = namec(old, Amount, 0, 0);
	/* MCACHE is for mounts only */
	cmount(n.c[0], n.c[1], flag & ~MCACHE, nil);
	poperror();
	namesend(&n);
}

void
kbind(const char *name, const char *old, int flag)
{
	checkflag(flag);
	kbindchan(namec(name, Abind, 0, 0), old, flag);
}

/* The root of what c stands for; nil if that speaks 9P. */
static Chan *
served(Chan *c, const char *aname)
{
	Chan *(*serve)(Chan *, const char *);

	serve = devtab[c->type]->serve;
	return serve != nil ? serve(c, aname) : nil;
}

/* cunmount, but returns 0 if c is not mounted there. */
static int
tryunmount(Chan *mtpt, Chan *c)
{
	if(waserror()) {
		if(strcmp(up->errstr, Eunion) == 0)
			return 0;
		nexterror();
	}
	cunmount(mtpt, c);
	poperror();
	return 1;
}

/* Look first for the file that name shows. A name like /fd/0 or /srv/x stands for another file,
 * which only an open tells: bind(2), srv(3). A device stands for itself, and up may have lost the
 * right to open it. */
static void
unmountname(Names *n, const char *name)
{
	Chan *c;

	n->c[1] = namec(name, Aunmount, 0, 0);
	if(isdevname(name)) {
		cunmount(n->c[0], n->c[1]);
		return;
	}
	if(tryunmount(n->c[0], n->c[1]))
		return;
	cclose(n->c[1]);
	n->c[1] = nil;
	n->c[1] = namec(name, Aopen, OREAD, 0);
	c = served(n->c[1], "");
	if(c != nil) {
		cclose(n->c[1]);
		n->c[1] = c;
	}
	cunmount(n->c[0], n->c[1]);
}

void
kunmount(const char *name, const char *old)
{
	Names n;

	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	n.c[0] = namec(old, Amount, 0, 0);
	if(name != nil)
		unmountname(&n, name);
	else
		cunmount(n.c[0], nil);
	poperror();
	namesend(&n);
}

void
kchdir(const char *name)
{
	Chan *c, *old;

	c = namec(name, Atodir, 0, 0);
	onerror(cclose(c));
	if(devtab[c->type]->pin != nil)
		devtab[c->type]->pin(c);
	poperror();
	qlock(&up->namelock);
	old = up->dot;
	up->dot = c;
	qunlock(&up->namelock);
	cclose(old);
}

uintptr
sysbind(uintptr *arg)
{
	Names n;
	int flag;

	flag = (int)arg[2];
	checkflag(flag);
	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	n.s[0] = validstr(arg[0], PATHMAX);
	n.s[1] = validstr(arg[1], PATHMAX);
	kbind(n.s[0], n.s[1], flag);
	poperror();
	namesend(&n);
	return 0;
}

uintptr
sysunmount(uintptr *arg)
{
	Names n;

	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	n.s[1] = validstr(arg[1], PATHMAX);
	if(arg[0] != 0)
		n.s[0] = validstr(arg[0], PATHMAX);
	kunmount(n.s[0], n.s[1]);
	poperror();
	namesend(&n);
	return 0;
}

Chan *
treeof(Chan *c, Chan *ac, const char *aname)
{
	Chan *root;

	root = served(c, aname);
	return root != nil ? root : mntclient.attach(c, ac, aname);
}

/* Show n's first Chan, which is the root of aname's tree, at old. */
static void
mounttree(Names *n, const char *old, int flag, const char *aname)
{
	if(flag & MCACHE)
		n->c[0]->flag |= CCACHE;
	n->c[1] = namec(old, Amount, 0, 0);
	/* a mount fails: old's server hears of the end of its file before the new server does */
	onerror(__atomic_fetch_or(&n->c[1]->flag, CWAIT, __ATOMIC_RELAXED));
	cmount(n->c[0], n->c[1], flag, aname);
	poperror();
}

void
kmounttree(Chan *root, const char *old, int flag, const char *aname)
{
	Names n;

	memset(&n, 0, sizeof n);
	n.c[0] = root;
	onerror(namesend(&n));
	mounttree(&n, old, flag, aname);
	poperror();
	namesend(&n);
}

/* Attach to the server at fd, and show the tree at old. */
static void
mount1(Names *n, int fd, int afd, const char *old, int flag, const char *aname)
{
	Chan *c;

	if(!mntallowed(up->pgrp))
		error(Enoattach);
	n->c[0] = fdtochan(fd, ORDWR, 0, 1);
	if(afd >= 0)
		n->c[1] = fdtochan(afd, ORDWR, 0, 1);
	c = treeof(n->c[0], n->c[1], aname);
	/* the mounted files keep the connection */
	cclose(n->c[0]);
	n->c[0] = c;
	if(n->c[1] != nil)
		cclose(n->c[1]);
	n->c[1] = nil;
	mounttree(n, old, flag, aname);
}

void
kmount(int fd, int afd, const char *old, int flag, const char *aname)
{
	Names n;

	checkflag(flag);
	validname(aname, 1);
	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	mount1(&n, fd, afd, old, flag, aname);
	poperror();
	namesend(&n);
	/* another process may have closed it meanwhile */
	fgrpclose(up->fgrp, fd);
}

/* mount with its two strings in user memory. */
static uintptr
usermount(int fd, int afd, uintptr old, int flag, uintptr aname)
{
	Names n;

	checkflag(flag);
	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	n.s[0] = validstr(old, PATHMAX);
	n.s[1] = validstr(aname, PATHMAX);
	kmount(fd, afd, n.s[0], flag, n.s[1]);
	poperror();
	namesend(&n);
	return 0;
}

uintptr
sysmount(uintptr *arg)
{
	return usermount((int)arg[0], (int)arg[1], arg[2], (int)arg[3], arg[4]);
}

/* The call before there were authentication files. */
uintptr
sys_mount(uintptr *arg)
{
	return usermount((int)arg[0], -1, arg[1], (int)arg[2], arg[3]);
}

uintptr
sysfauth(uintptr *arg)
{
	Names n;
	int fd;

	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	n.s[0] = validstr(arg[1], PATHMAX);
	validname(n.s[0], 1);
	n.c[0] = fdtochan((int)arg[0], ORDWR, 0, 1);
	n.c[1] = mntclient.auth(n.c[0], n.s[0]);
	/* what it proves is for this program only */
	fd = newfd(n.c[1], OCEXEC);
	n.c[1] = nil;
	poperror();
	namesend(&n);
	return fd;
}

/* arg: fd, msize, version, room for it. */
static usize
fversion1(Names *n, uintptr *arg, char *user, usize room)
{
	usize len;

	n->s[0] = validtext(arg[2], room < PATHMAX ? room : PATHMAX, Ebadarg);
	n->c[0] = fdtochan((int)arg[0], ORDWR, 0, 1);
	/* a copy: a program's memory may change, and not be there, meanwhile */
	len = strlen(n->s[0]);
	n->s[1] = smalloc(VERSIONMAX);
	if(len >= VERSIONMAX)
		error("bad 9P version specification");
	memmove(n->s[1], n->s[0], len + 1);
	len = mntclient.version(n->c[0], (u32int)arg[1], n->s[1],
	    room < VERSIONMAX ? room : VERSIONMAX);
	memmove(user, n->s[1], len);
	return len;
}

uintptr
sysfversion(uintptr *arg)
{
	Names n;
	usize len;
	char *user;

	memset(&n, 0, sizeof n);
	onerror(namesend(&n));
	user = validaddr(arg[2], (u32int)arg[3], 1);
	len = fversion1(&n, arg, user, (u32int)arg[3]);
	poperror();
	namesend(&n);
	return len;
}
