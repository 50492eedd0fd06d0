/*
 * Fifty processes that share memory: they fault the same pages, move the break, attach,
 * free and detach segments, and fork with and without RFMEM, all at once. Each has a word
 * of its own in each page, which nobody else changes.
 */
#include "storm.h"

enum
{
	Siblings = 50,
	Pages = 12,
	Break = 48, /* pages above that the break moves */

	/* sh->n */
	Threads = 0, /* counted by those that ended as they should */
};

typedef struct Words Words;
struct Words
{
	volatile u32int n[BY2PG / 4];
};

static Words *words;
static char *top;

/* Handler: a page beyond the break is no page. The stack of each process has a buffer. */
static void
beyond(Ureg *u, char *msg)
{
	jmp_buf *env = *(jmp_buf **)&_private->at[0];

	if(env == nil || strncmp(msg, "sys: trap: fault", 16) != 0)
		noted(strncmp(msg, "sys:", 4) == 0 ? NDFLT : NCONT);
	notejmp(u, *env, 1);
}

/* Count in all pages; all must have what we counted. */
static void
count(int i, u32int *mine)
{
	int p;

	for(p = 0; p < Pages; p++) {
		must(words[p].n[i] == *mine);
		words[p].n[i]++;
	}
	++*mine;
}

/* A child with a copy: nothing in it changes, whatever the parent's siblings do. */
static void
copied(int i, u32int mine)
{
	static Words was[Pages];
	int p, k;

	for(p = 0; p < Pages; p++)
		must(words[p].n[i] == mine);
	memmove(was, words, sizeof was);
	for(k = rnd(4); k > 0; k--) {
		sleep(0);
		must(memcmp(was, words, sizeof was) == 0);
	}
	for(p = 0; p < Pages; p += 2)
		memset((void *)&words[p], 0x55, sizeof words[p]);
	if(rnd(2))
		execleaf();
	exits(nil);
}

static void
mustend(int pid)
{
	Waitmsg w;

	if(pid < 0)
		return;
	if(waitone(&w) < 0)
		failed("waiting for a child: %r");
	must(w.pid == pid);
	if(w.msg[0] != 0 && strstr(w.msg, "Killed: Insufficient") == nil &&
	    !late())
		failed("child: %s", w.msg);
}

static void
forks(int i, u32int mine)
{
	int pid;

	pid = tryfork(RFFDG | RFREND);
	if(pid == 0)
		copied(i, mine);
	mustend(pid);
}

static void
thread(void)
{
	int pid;

	pid = tryfork(RFFDG | RFMEM);
	if(pid == 0) {
		if(rnd(3) == 0)
			execleaf();
		exits(nil);
	}
	mustend(pid);
}

static void
moveend(void)
{
	jmp_buf env;
	volatile int k;

	*(jmp_buf **)&_private->at[0] = &env;
	if(setjmp(env) == 0) {
		brk_(top + rnd(Break + 1) * BY2PG);
		for(k = 0; k < 8; k++)
			top[rnd(Break * BY2PG)] = 1;
	}
	_private->at[0] = nil;
}

static void
segments(void)
{
	volatile char *p;
	usize i, n;
	int pid, shared;

	n = (1 + rnd(30)) * BY2PG;
	shared = rnd(2);
	p = segattach(0, shared ? "shared" : "memory", nil, n);
	if(p == (char *)-1)
		return;
	for(i = 0; i < n; i += BY2PG) {
		must(p[i] == 0);
		p[i] = 1;
	}
	pid = -1;
	if(rnd(3) == 0) {
		pid = tryfork(RFFDG);
		if(pid == 0) {
			p[0] = 2;
			exits(nil);
		}
	}
	mustend(pid);
	if(pid > 0)
		must(p[0] == (shared ? 2 : 1) || late());
	if(rnd(2)) {
		must(segfree((void *)p, n) >= 0);
		for(i = 0; i < n; i += BY2PG)
			must(p[i] == 0);
	}
	if(rnd(3) == 0)
		must(segflush((void *)p, n) >= 0);
	must(segdetach((void *)p) >= 0);
}

static void
sibling(int i)
{
	u32int mine;

	mine = 0;
	notify(beyond);
	while(!late()) {
		count(i, &mine);
		switch(rnd(8)) {
		case 0:
			forks(i, mine);
			break;
		case 1:
			thread();
			break;
		case 2:
		case 3:
			moveend();
			break;
		case 4:
		case 5:
			segments();
			break;
		case 6:
			sleep(rnd(2));
			break;
		}
	}
	count(i, &mine);
	add(&sh->n[Threads], 1);
}

void
storm(void)
{
	Waitmsg w;
	int n;

	words = (Words *)ROUNDUP(
	    (uintptr)sbrk((Pages + 1) * BY2PG), (uintptr)BY2PG);
	top = (char *)ROUNDUP((uintptr)sbrk(BY2PG), (uintptr)BY2PG);
	if((char *)words == (char *)-1 || top == (char *)-1)
		return;
	notify(beyond);
	crowd(Siblings, RFFDG | RFMEM, sibling);
	for(n = 0; waitone(&w) >= 0; n++)
		if(w.msg[0] != 0 &&
		    strstr(w.msg, "Killed: Insufficient") == nil)
			failed("sibling: %s", w.msg);
}
