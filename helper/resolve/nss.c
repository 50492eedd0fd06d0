/*
 * Host names that neither files nor name servers know, but another source of nsswitch.conf(5):
 * multicast DNS, a directory. The C library asks, in threads, because it waits for the answer.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <arpa/inet.h>
#include "resolve.h"

enum
{
	/* threads that ask; more questions wait */
	Maxthread = 16,
	Stack = 256 * 1024,
};

typedef struct Nssask Nssask;
struct Nssask
{
	char *name;
	int type;
	RR *rr;
	void (*done)(void *, RR *);
	void *arg;
	Nssask *next;
};

static int pipefd[2] = {-1, -1};
static int nthread;
static Nssask *queue;
static Nssask **lastqueue = &queue;

/* Is the word of a line of nsswitch.conf a source that this file is for? */
static int
isother(const char *w)
{
	static const char *const known[] = {
	    "files", "dns", "resolve", "myhostname"};
	usize i;

	for(i = 0; i < nelem(known); i++)
		if(strcmp(w, known[i]) == 0)
			return 0;
	/* an action: [NOTFOUND=return] */
	return *w != '[' && strchr(w, ']') == nil;
}

int
nsshas(void)
{
	char *text, *s, *w, *save;
	int has;

	text = readfile(conf.nsswitch);
	if(text == nil)
		return 0;
	has = 0;
	for(s = text; s != nil && strncmp(s, "hosts:", 6) != 0;) {
		s = strchr(s, '\n');
		if(s != nil)
			s++;
	}
	if(s != nil) {
		s[strcspn(s, "#\n")] = 0;
		for(w = strtok_r(s + 6, " \t", &save); w != nil;
		    w = strtok_r(nil, " \t", &save))
			has |= isother(w);
	}
	free(text);
	return has;
}

/* A thread: the only code that does not run in the loop. It uses nothing but its Nssask. */
static void *
lookup(void *arg)
{
	struct addrinfo hints = {0}, *list, *i;
	Nssask *a;
	RR **last;
	char buf[IPstr];
	const void *ip;

	a = arg;
	hints.ai_family = a->type == Ta ? AF_INET : AF_INET6;
	hints.ai_socktype = SOCK_STREAM;
	last = &a->rr;
	if(getaddrinfo(a->name, nil, &hints, &list) == 0) {
		for(i = list; i != nil; i = i->ai_next) {
			ip = a->type == Ta
			    ? (void *)&(
				  (struct sockaddr_in *)(void *)i->ai_addr)
				  ->sin_addr
			    : (void *)&(
				  (struct sockaddr_in6 *)(void *)i->ai_addr)
				  ->sin6_addr;
			inet_ntop(hints.ai_family, ip, buf, sizeof buf);
			*last = newrr(a->name, a->type, 0);
			(*last)->name[0] = estrdup(buf);
			last = &(*last)->next;
		}
		freeaddrinfo(list);
	}
	/* the loop reads it: a pointer is written whole */
	if(write(pipefd[1], &a, sizeof a) != sizeof a)
		abort();
	return nil;
}

static int
startthread(Nssask *a)
{
	pthread_attr_t attr;
	pthread_t t;
	int r;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, Stack);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	r = pthread_create(&t, &attr, lookup, a);
	pthread_attr_destroy(&attr);
	if(r == 0)
		nthread++;
	return r;
}

static void
over(Nssask *a)
{
	a->done(a->arg, a->rr);
	free(a->name);
	free(a);
}

void
nssask(const char *name, int type, void (*done)(void *, RR *), void *arg)
{
	Nssask *a;

	a = emalloc(sizeof *a);
	*a = (Nssask){
	    .name = estrdup(name), .type = type, .done = done, .arg = arg};
	if(pipefd[0] < 0 && pipe(pipefd) < 0) {
		over(a);
		return;
	}
	if(nthread < Maxthread) {
		if(startthread(a) != 0)
			over(a);
		return;
	}
	*lastqueue = a;
	lastqueue = &a->next;
}

int
nsspoll(void)
{
	return pipefd[0];
}

/* Start a thread for the question that has waited longest. Those before it for which there is none are
 * over: perhaps no thread runs that would go on with them. */
static void
startnext(void)
{
	Nssask *next;
	int failed;

	for(failed = 1; failed && (next = queue) != nil;) {
		queue = next->next;
		if(queue == nil)
			lastqueue = &queue;
		failed = startthread(next) != 0;
		if(failed)
			over(next);
	}
}

void
nssready(void)
{
	Nssask *a;

	if(read(pipefd[0], &a, sizeof a) != sizeof a)
		return;
	nthread--;
	startnext();
	over(a);
}
