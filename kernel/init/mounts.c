/*
 * 9P servers that the command line names: --mount mounts them, --srv posts connections to them.
 *
 *   --mount ADDR[:SPEC]=DIR[:FLAGS]
 *   --srv NAME=ADDR
 *
 * DIR begins with a slash, and the last "=/" is the one before it. ADDR, which hostsock.h
 * describes, ends at the first ':' (of a tcp! address: the first behind the port's '!'); "\:"
 * stands for a ':' of ADDR itself.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "dev/dev.h"
#include "init/init.h"
#include "init/initdat.h"

/* An option, taken apart. */
typedef struct Server Server;
struct Server
{
	char *addr;
	char *spec;
	/* where to mount it; --srv's name */
	char *dir;
	int flag;
	/* the connection */
	Chan *c;
};

/* As many as there are options. */
static Server *mounted;
static Server *posted;

/* --- the options' texts --- */

/* End the string at the separator s. Returns the text behind it. */
static char *
endpart(char *s)
{
	*s = 0;
	return s + 1;
}

/* The ':' that ends the address at s; nil if there is none. */
static char *
addrend(char *s)
{
	char *p;

	if(strncmp(s, "tcp!", 4) == 0) {
		/* numeric addresses have colons */
		p = strchr(s + 4, '!');
		return p != nil ? strchr(p, ':') : nil;
	}
	for(p = s; *p != 0; p++)
		if(p[0] == '\\' && p[1] == ':')
			p++;
		else if(*p == ':')
			return p;
	return nil;
}

/* Make "\:" of s ':'. */
static void
colons(char *s)
{
	char *p;

	for(p = s; *s != 0; s++) {
		if(s[0] == '\\' && s[1] == ':')
			s++;
		*p++ = *s;
	}
	*p = 0;
}

static int
mountflags(const char *arg, const char *s)
{
	int flag;

	flag = MREPL;
	for(; *s != 0; s++)
		switch(*s) {
		case 'a':
			flag |= MAFTER;
			break;
		case 'b':
			flag |= MBEFORE;
			break;
		case 'c':
			flag |= MCREATE;
			break;
		case 'C':
			flag |= MCACHE;
			break;
		default:
			bootfail(Usage, arg, "flags are a, b, c and C");
		}
	if((flag & MORDER) == MORDER)
		bootfail(Usage, arg, "before or after, not both");
	return flag;
}

/* Take --mount's value arg apart. */
static void
parsemount(Server *s, const char *arg)
{
	char *p, *eq;

	s->addr = kstrcpy(arg);
	eq = nil;
	for(p = s->addr; (p = strstr(p, "=/")) != nil; p++)
		eq = p;
	if(eq == nil || eq == s->addr)
		bootfail(Usage, arg,
		    "not ADDR[:SPEC]=DIR[:FLAGS] with DIR from the root on");
	s->dir = endpart(eq);
	p = strchr(s->dir, ':');
	if(p != nil)
		s->flag = mountflags(arg, endpart(p));
	p = addrend(s->addr);
	s->spec = p != nil ? endpart(p) : "";
	colons(s->addr);
}

/* Take --srv's value arg apart. */
static void
parsesrv(Server *s, const char *arg)
{
	char *eq;

	s->dir = kstrcpy(arg);
	eq = strchr(s->dir, '=');
	if(eq == nil || eq == s->dir || eq[1] == 0)
		bootfail(Usage, arg, "not NAME=ADDR");
	s->addr = endpart(eq);
	if(strchr(s->dir, '/') != nil)
		bootfail(Usage, arg, "a name in /srv has no slash");
}

/* --- connections --- */

/* The connection to addr, named path. */
static Chan *
dial(const char *addr, const char *path)
{
	Chan *c;

	if(waserror())
		bootfail(NoServer, addr, up->errstr);
	c = dialchan(addr, path);
	poperror();
	return c;
}

/* Trees of one server come by one connection. */
static Chan *
sameconnection(Server *s)
{
	Server *o;

	for(o = mounted; o < s; o++)
		if(strcmp(o->addr, s->addr) == 0) {
			incref(&o->c->r);
			return o->c;
		}
	return nil;
}

void
dialservers(void)
{
	char name[KNAMELEN];
	Server *s;
	int i;

	posted = smalloc((bootconf.nsrv + 1) * sizeof *posted);
	mounted = smalloc((bootconf.nmount + 1) * sizeof *mounted);
	for(i = 0; i < bootconf.nsrv; i++)
		parsesrv(&posted[i], bootconf.srv[i]);
	for(i = 0; i < bootconf.nmount; i++)
		parsemount(&mounted[i], bootconf.mount[i]);
	for(i = 0; i < bootconf.nsrv; i++) {
		s = &posted[i];
		snprint(name, sizeof name, "#s/%s", s->dir);
		s->c = dial(s->addr, name);
	}
	for(i = 0; i < bootconf.nmount; i++) {
		s = &mounted[i];
		s->c = sameconnection(s);
		if(s->c == nil)
			s->c = dial(s->addr, s->addr);
	}
}

static void
postserver(Server *s)
{
	if(waserror())
		bootfail(Usage, s->dir, up->errstr);
	srvpost(s->dir, s->c);
	poperror();
}

void
postservers(void)
{
	int i;

	for(i = 0; i < bootconf.nsrv; i++)
		postserver(&posted[i]);
}

/* --- mounting --- */

/* Agree with the server of s upon the protocol. Errors. */
static void
agree9p(Server *s)
{
	/* empty: the client's */
	char version[32] = "";

	mntclient.version(s->c, 0, version, sizeof version);
}

/* Does the server of s, which refuses an attach, want to know the user? */
static int
wantsauth(Server *s)
{
	Chan *ac;

	if(waserror())
		return 0;
	ac = mntclient.auth(s->c, s->spec);
	poperror();
	cclose(ac);
	return 1;
}

/* The attach failed: up's error string says why. */
static _Noret void
notattached(Server *s)
{
	char why[2 * ERRMAX], err[ERRMAX];

	strecpy(err, err + sizeof err, up->errstr);
	if(strcmp(err, Eintr) != 0 && wantsauth(s))
		bootfail(NoServer, s->addr,
		    "the server asks for authentication, which --mount cannot do; "
		    "--srv posts it for a program that can");
	snprint(why, sizeof why, "cannot attach%s%s: %s",
	    *s->spec != 0 ? " to " : "", s->spec, err);
	bootfail(NoServer, s->addr, why);
}

/* The root of the tree that s names. */
static Chan *
attachserver(Server *s)
{
	Chan *root;

	if(waserror())
		bootfail(NoServer, s->addr, up->errstr);
	agree9p(s);
	poperror();
	if(waserror())
		notattached(s);
	root = treeof(s->c, nil, s->spec);
	poperror();
	return root;
}

static void
mountserver(Server *s)
{
	Chan *root;

	root = attachserver(s);
	if(waserror())
		bootfail(NoServer, s->dir, up->errstr);
	kmounttree(root, s->dir, s->flag, s->spec);
	poperror();
	/* the mounted files keep the connection */
	cclose(s->c);
}

void
mountservers(void)
{
	int i;

	for(i = 0; i < bootconf.nmount; i++)
		mountserver(&mounted[i]);
}
