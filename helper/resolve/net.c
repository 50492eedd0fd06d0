/*
 * Name servers, by c-ares: it sends, repeats, takes another server, and asks again by TCP when an
 * answer is cut off. resolv.conf(5) says which servers; when it changes, later questions go by a
 * channel of their own, and the old one goes when its last answer has come.
 */
#include <ares.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "resolve.h"

enum
{
	Maxdomains = 32,
	/* questions that are sent; others wait */
	Maxsent = 4096,
	/* what resolv.conf(5) says if it says nothing: ms, times */
	Deftimeout = 5000,
	Deftries = 2,
	/* between two looks at resolv.conf, in ms */
	Lookagain = 1000,
	/* of the socket that answers come to, in bytes */
	Rcvbuf = 1 << 20,
};

/* A c-ares channel. */
typedef struct Link Link;
struct Link
{
	ares_channel ch;
	/* questions without an answer */
	int n;
	Link *next;
};

/* A question. */
typedef struct Sent Sent;
struct Sent
{
	Link *l;
	char *name;
	int type;
	void (*done)(void *, const uchar *, int);
	void *arg;
	Sent *next;
};

/* A descriptor of c-ares'. */
typedef struct Sock Sock;
struct Sock
{
	int fd;
	short events;
	Link *l;
};

static Link *links;
/* links is of resolv.conf as it is */
static int current;
static Sock *sock;
static int nsock;
static Sent *waiting;
static Sent **lastwaiting = &waiting;
static int nsent;

static char *domains[Maxdomains + 1];
static int ndomains;
static int ndots = 1;
static int timeoutms;
static int tries;
static struct stat was;
static vlong looked;

/* --- resolv.conf --- */

static void
cleardomains(void)
{
	while(ndomains > 0)
		free(domains[--ndomains]);
	domains[0] = nil;
}

static int
bounded(const char *s, int low, int high)
{
	int n;

	n = atoi(s);
	return n < low ? low : n > high ? high : n;
}

static void
option(const char *w)
{
	if(strncmp(w, "ndots:", 6) == 0)
		ndots = bounded(w + 6, 0, 15);
	else if(strncmp(w, "timeout:", 8) == 0)
		timeoutms = 1000 * bounded(w + 8, 1, 30);
	else if(strncmp(w, "attempts:", 9) == 0)
		tries = bounded(w + 9, 1, 5);
}

static void
adddomain(const char *name)
{
	if(ndomains == Maxdomains || strcmp(name, ".") == 0)
		return;
	domains[ndomains++] = estrdup(name);
	domains[ndomains] = nil;
}

static void
confline(char **word, int n)
{
	int i;

	if(strcmp(word[0], "options") == 0)
		for(i = 1; i < n; i++)
			option(word[i]);
	else if(strcmp(word[0], "search") == 0 ||
	    strcmp(word[0], "domain") == 0) {
		cleardomains();
		for(i = 1; i < n; i++)
			adddomain(word[i]);
	}
}

static void
readconf(void)
{
	char *text;

	cleardomains();
	ndots = 1;
	timeoutms = Deftimeout;
	tries = Deftries;
	text = readfile(conf.resolvconf);
	eachline(text, "#;", 1, confline);
	free(text);
}

/* Read resolv.conf if it has changed. */
static void
lookconf(void)
{
	if(timeoutms != 0 && nowms() - looked < Lookagain)
		return;
	looked = nowms();
	if(!filechanged(conf.resolvconf, &was) && timeoutms != 0)
		return;
	readconf();
	current = 0;
}

char **
netdomains(void)
{
	lookconf();
	return domains;
}

int
netndots(void)
{
	lookconf();
	return ndots;
}

/* --- channels --- */

static void
sockstate(void *arg, ares_socket_t fd, int readable, int writable)
{
	short events;
	int i;

	events = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0);
	for(i = 0; i < nsock && sock[i].fd != fd; i++)
		;
	if(events == 0) {
		if(i < nsock)
			sock[i] = sock[--nsock];
		return;
	}
	if(i == nsock)
		sock = erealloc(sock, ++nsock * sizeof *sock);
	sock[i] = (Sock){fd, events, arg};
}

/* The channel for new questions; nil if there can be none. */
static Link *
getlink(void)
{
	struct ares_options o = {0};
	Link *l;
	int mask;

	lookconf();
	if(current)
		return links;
	l = emalloc(sizeof *l);
	*l = (Link){.next = links};
	o.flags = 0;
	o.timeout = timeoutms;
	o.tries = tries;
	o.sock_state_cb = sockstate;
	o.sock_state_cb_data = l;
	o.socket_receive_buffer_size = Rcvbuf;
	o.resolvconf_path = (char *)conf.resolvconf;
	mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
	    ARES_OPT_SOCK_STATE_CB | ARES_OPT_SOCK_RCVBUF | ARES_OPT_RESOLVCONF;
	if(ares_init_options(&l->ch, &o, mask) != ARES_SUCCESS) {
		free(l);
		return nil;
	}
	if(conf.servers != nil &&
	    ares_set_servers_ports_csv(l->ch, conf.servers) != ARES_SUCCESS) {
		ares_destroy(l->ch);
		free(l);
		return nil;
	}
	links = l;
	current = 1;
	return l;
}

/* Free the channels that are not used any more. */
static void
sweep(void)
{
	Link **p, *l;

	for(p = &links; (l = *p) != nil;)
		if(l->n == 0 && (l != links || !current)) {
			*p = l->next;
			ares_destroy(l->ch);
			free(l);
		} else
			p = &l->next;
}

/* --- questions --- */

/* s has its answer; n < 0: none. */
static void
sentdone(Sent *s, const uchar *msg, int n)
{
	s->done(s->arg, msg, n);
	free(s->name);
	free(s);
}

static void
gotanswer(void *arg, int status, int timeouts, uchar *msg, int n)
{
	Sent *s;

	USED(timeouts);
	s = arg;
	s->l->n--;
	nsent--;
	if(msg == nil ||
	    (status != ARES_SUCCESS && status != ARES_ENODATA &&
		status != ARES_ENOTFOUND))
		n = -1;
	sentdone(s, msg, n);
}

/* Can name be asked for? A label has 1 to 63 bytes, all have 253. */
static int
isname(const char *name)
{
	const char *p;
	usize n;

	if(strlen(name) > 253 || strchr(name, '\\') != nil)
		return 0;
	if(*name == 0)
		return 1;
	for(p = name;; p += n + 1) {
		n = strcspn(p, ".");
		if(n == 0 || n > 63)
			return 0;
		if(p[n] == 0)
			return 1;
	}
}

static void
sendone(Sent *s)
{
	s->l = getlink();
	if(s->l == nil) {
		sentdone(s, nil, -1);
		return;
	}
	s->l->n++;
	nsent++;
	ares_query(
	    s->l->ch, *s->name != 0 ? s->name : ".", 1, s->type, gotanswer, s);
}

void
netquery(const char *name, int type,
    void (*done)(void *, const uchar *msg, int n), void *arg)
{
	/* the answer to a name that no DNS message can have: it does not exist */
	static const uchar nxdomain[] = {0, 0, 0x80, 3, 0, 0, 0, 0, 0, 0, 0, 0};
	Sent *s;

	s = emalloc(sizeof *s);
	*s = (Sent){
	    .name = estrdup(name), .type = type, .done = done, .arg = arg};
	if(!isname(name))
		sentdone(s, nxdomain, sizeof nxdomain);
	else if(nsent < Maxsent)
		sendone(s);
	else {
		*lastwaiting = s;
		lastwaiting = &s->next;
	}
}

/* Send what has waited, as there is room. */
static void
sendwaiting(void)
{
	Sent *s;

	while(waiting != nil && nsent < Maxsent) {
		s = waiting;
		waiting = s->next;
		if(waiting == nil)
			lastwaiting = &waiting;
		s->next = nil;
		sendone(s);
	}
}

/* --- the loop --- */

int
netpoll(struct pollfd *p, int max, int *timeout)
{
	struct timeval tv;
	Link *l;
	int i, ms;

	sweep();
	for(l = links; l != nil; l = l->next)
		if(ares_timeout(l->ch, nil, &tv) != nil) {
			ms = tv.tv_sec * 1000 + (tv.tv_usec + 999) / 1000;
			if(*timeout < 0 || ms < *timeout)
				*timeout = ms;
		}
	for(i = 0; i < nsock && i < max; i++)
		p[i] = (struct pollfd){sock[i].fd, sock[i].events, 0};
	return i;
}

void
netready(struct pollfd *p, int n)
{
	Link *l;
	int i, j;

	for(i = 0; i < n; i++) {
		if(p[i].revents == 0)
			continue;
		/* the channel that has it now: an earlier answer may have closed it */
		for(j = 0; j < nsock && sock[j].fd != p[i].fd; j++)
			;
		if(j == nsock)
			continue;
		ares_process_fd(sock[j].l->ch,
		    p[i].revents & (POLLIN | POLLERR | POLLHUP)
			? p[i].fd
			: ARES_SOCKET_BAD,
		    p[i].revents & POLLOUT ? p[i].fd : ARES_SOCKET_BAD);
	}
	for(l = links; l != nil; l = l->next)
		ares_process_fd(l->ch, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	sendwaiting();
}
