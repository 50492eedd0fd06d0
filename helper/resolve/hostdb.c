/*
 * The database of this host: a Plan 9 tree's files, the host's interfaces and name, /etc/hosts,
 * /etc/services and /etc/protocols, and what every system knows. It is read again when one of the
 * files has changed.
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "resolve.h"
#include "services.h"

enum
{
	Maxfiles = 64,
	/* between two looks at the files, in ms */
	Lookagain = 1000,
};

/* A file that the database is made of, as it was. */
typedef struct Source Source;
struct Source
{
	char *path;
	struct stat was;
};

static Source source[Maxfiles];
static int nsource;
static Ndb *db;
static vlong looked;
static char mine[IPstr];

/* What a host may not have in its files. */
static const char builtin[] =
    "ip=127.0.0.1 sys=localhost dom=localhost\n" PLAN9SERVICES
    "tcp=echo port=7\ntcp=discard port=9\ntcp=daytime port=13\n"
    "tcp=ftp-data port=20\ntcp=ftp port=21\ntcp=ssh port=22\n"
    "tcp=telnet port=23\ntcp=smtp port=25\ntcp=time port=37\n"
    "tcp=domain port=53\ntcp=gopher port=70\ntcp=finger port=79\n"
    "tcp=http port=80\ntcp=pop3 port=110\ntcp=nntp port=119\n"
    "tcp=imap port=143\ntcp=imap2 port=143\ntcp=ldap port=389\n"
    "tcp=https port=443\ntcp=submissions port=465\n"
    "tcp=submission port=587\ntcp=ldaps port=636\ntcp=imaps port=993\n"
    "tcp=pop3s port=995\n"
    "udp=echo port=7\nudp=discard port=9\nudp=daytime port=13\n"
    "udp=time port=37\nudp=domain port=53\nudp=bootps port=67\n"
    "udp=bootpc port=68\nudp=tftp port=69\nudp=ntp port=123\n"
    "udp=snmp port=161\nudp=https port=443\nudp=syslog port=514\n"
    "protocol=ip ipv4proto=0\nprotocol=icmp ipv4proto=1\n"
    "protocol=igmp ipv4proto=2\nprotocol=tcp ipv4proto=6\n"
    "protocol=udp ipv4proto=17\nprotocol=ipv6-icmp ipv4proto=58\n";

/* --- files --- */

/* Remember path as a source: 1 if it was none. */
static int
addsource(const char *path)
{
	Source *s;
	int i;

	for(i = 0; i < nsource; i++)
		if(strcmp(source[i].path, path) == 0)
			return 0;
	if(nsource == Maxfiles)
		return 0;
	s = &source[nsource++];
	memset(s, 0, sizeof *s);
	s->path = estrdup(path);
	filechanged(path, &s->was);
	return 1;
}

static char *
sourcetext(const char *path)
{
	return path != nil && addsource(path) ? readfile(path) : nil;
}

/* A path of the tree, malloc'ed. */
static char *
treepath(const char *path)
{
	return conf.root == nil ? estrdup(path)
				: smprint("%s/%s", conf.root, path);
}

/* Add the file at path, and those that its database= names. */
static void
dbfile(const char *path)
{
	char *text, *sub;
	Ndb *files;
	Tuple *t;
	usize at;
	int i, pair;

	text = sourcetext(path);
	if(text == nil)
		return;
	ndbparse(db, text);
	files = newndb();
	ndbparse(files, text);
	free(text);
	at = 0;
	while((t = ndbnext(files, &at, "database", "", &pair)) != nil)
		for(i = 0; i < t->n; i++)
			if(strcmp(t->p[i].attr, "file") == 0) {
				sub = treepath(t->p[i].val);
				dbfile(sub);
				free(sub);
			}
	ndbfree(files);
}

/* Call line with the words of each line of a file of /etc. */
static void
etcfile(const char *path, void (*line)(char **word, int n))
{
	char *text;

	text = sourcetext(path);
	eachline(text, "#", 2, line);
	free(text);
}

/* address name alias ... */
static void
hostsline(char **word, int n)
{
	uchar ip[IPlen];
	char buf[IPstr];
	Tuple *t;
	int i;

	if(parseip(ip, word[0]) < 0)
		return;
	t = newtuple();
	addpair(t, "ip", ipstr(ip, buf), 0);
	for(i = 1; i < n; i++) {
		if(strchr(word[i], '.') == nil)
			addpair(t, "sys", word[i], 0);
		addpair(t, "dom", word[i], 0);
	}
	ndbadd(db, t);
}

/* name port/proto alias ... */
static void
serviceline(char **word, int n)
{
	char *proto;
	Tuple *t;
	int i;

	proto = strchr(word[1], '/');
	if(proto == nil)
		return;
	*proto++ = 0;
	for(i = 0; i < n; i++) {
		if(i == 1)
			continue;
		t = newtuple();
		addpair(t, proto, word[i], 0);
		addpair(t, "port", word[1], 0);
		ndbadd(db, t);
	}
}

/* name number alias ... */
static void
protocolline(char **word, int n)
{
	Tuple *t;
	int i;

	for(i = 0; i < n; i++) {
		if(i == 1)
			continue;
		t = newtuple();
		addpair(t, "protocol", word[i], 0);
		addpair(t, "ipv4proto", word[1], 0);
		ndbadd(db, t);
	}
}

/* --- this system --- */

/* The IPv4 address in a, as text. */
static void
sockip(const struct sockaddr *a, char buf[IPstr])
{
	inet_ntop(AF_INET,
	    &((const struct sockaddr_in *)(const void *)a)->sin_addr, buf,
	    IPstr);
}

/* The first IPv4 address of an interface that is up, and its mask; a loopback's if there is no
 * other. */
static void
ownaddress(char mask[IPstr])
{
	struct ifaddrs *list, *i;
	int best, v;

	best = 0;
	if(getifaddrs(&list) < 0)
		return;
	for(i = list; i != nil; i = i->ifa_next) {
		if(i->ifa_addr == nil || i->ifa_netmask == nil ||
		    i->ifa_addr->sa_family != AF_INET ||
		    !(i->ifa_flags & IFF_UP))
			continue;
		v = i->ifa_flags & IFF_LOOPBACK ? 1 : 2;
		if(v <= best)
			continue;
		best = v;
		sockip(i->ifa_addr, mine);
		sockip(i->ifa_netmask, mask);
	}
	freeifaddrs(list);
}

/* What ipconfig(8) writes into /net/ndb. */
static void
ownsystem(void)
{
	char name[256], mask[IPstr];
	Tuple *t;

	strcpy(mine, "127.0.0.1");
	strcpy(mask, "255.0.0.0");
	ownaddress(mask);
	t = newtuple();
	addpair(t, "ip", mine, 0);
	addpair(t, "ipmask", mask, 0);
	if(gethostname(name, sizeof name) == 0 && name[0] != 0) {
		name[sizeof name - 1] = 0;
		if(strchr(name, '.') != nil)
			addpair(t, "dom", name, 1);
		name[strcspn(name, ".")] = 0;
		addpair(t, "sys", name, 1);
	}
	ndbadd(db, t);
}

const char *
myip(void)
{
	hostdb();
	return mine;
}

/* --- the database --- */

static void
readall(void)
{
	char *local;
	int i;

	for(i = 0; i < nsource; i++)
		free(source[i].path);
	nsource = 0;
	ndbfree(db);
	db = newndb();
	if(conf.dbfile != nil)
		dbfile(conf.dbfile);
	if(conf.root != nil) {
		local = treepath("lib/ndb/local");
		dbfile(local);
		free(local);
	}
	etcfile(conf.hosts, hostsline);
	ownsystem();
	etcfile(conf.services, serviceline);
	etcfile(conf.protocols, protocolline);
	ndbparse(db, builtin);
}

void
hostdbrefresh(void)
{
	looked = 0;
	ndbfree(db);
	db = nil;
}

Ndb *
hostdb(void)
{
	int i, again;

	again = db == nil;
	if(!again && nowms() - looked < Lookagain)
		return db;
	looked = nowms();
	for(i = 0; i < nsource && !again; i++)
		again = filechanged(source[i].path, &source[i].was);
	if(again)
		readall();
	return db;
}
