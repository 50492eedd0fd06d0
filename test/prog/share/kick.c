#include "kick.h"

enum
{
	DIRTFCW = 0x27f,
	OWNFCW = 0x0e7f,
	DIRTCSR = 0x1fa0,
	OWNCSR = 0x9f80,
};

Shared *shared;
/* notes to come */
static int want;
static uchar dirt[16][32], own[16][32], now[16][32];
static vlong own87[8], now87[8];
static int avx;

/* Note n is "n<n>"; when the last one has come the case is over. */
static void
count(Ureg *u, char *msg)
{
	int n;

	if(strncmp(msg, "sys: trap: invalid opcode", 25) == 0) {
		shared->traps++;
		u->pc += 2;
		noted(NCONT);
	}
	if(msg[0] == 'n') {
		n = atoi(msg + 1);
		if(n != shared->got && shared->bad == 0)
			shared->bad = n + 1;
		shared->got++;
	} else if(strcmp(msg, "poke") != 0 && strcmp(msg, "alarm") != 0)
		shared->bad = -1;
	if(shared->got == want)
		shared->done = 1;
	loadxmm(dirt);
	if(avx)
		loadymm(dirt);
	setfcw(DIRTFCW);
	setmxcsr(DIRTCSR);
	noted(NCONT);
}

void
postall(int pid, int n)
{
	char note[32], err[ERRMAX], name[64];
	int i, fd;

	snprint(name, sizeof name, "/proc/%d/note", pid);
	fd = open(name, OWRITE);
	if(fd < 0)
		fail("%s: %r", name);
	for(i = 0; i < n;) {
		snprint(note, sizeof note, "n%d", i);
		if(write(fd, note, strlen(note)) > 0) {
			i++;
			if(i % 7 == 0)
				sleep(0);
			continue;
		}
		rerrstr(err, sizeof err);
		if(strcmp(err, "note not posted") != 0)
			fail("note %d: %s", i, err);
		sleep(0); /* its queue is full */
	}
	close(fd);
}

void
run(int n, void (*f)(void *))
{
	int pid, i;

	for(i = 0; i < 16 * 32; i++) {
		dirt[i / 32][i % 32] = 0xEE;
		own[i / 32][i % 32] = i * 3 + 1;
	}
	for(i = 0; i < 8; i++)
		own87[i] = i * 1000003 - 7;
	avx = haveavx();
	shared = sharedpage();
	want = n;
	notify(count);
	pid = spawn(RFFDG, f, nil);
	waitval(&shared->ready, 1);
	postall(pid, n);
	/* the last one may have come where it does not end a wait */
	while(!shared->done)
		sleep(1);
	pokeuntilgone(pid);
	childok(pid);
	if(shared->bad != 0)
		fail("note %d came as number %d", shared->bad - 1, shared->got);
	checkint(shared->got, n);
}

void
loadfp(void)
{
	load87(own87);
	setfcw(OWNFCW);
	setmxcsr(OWNCSR);
	if(avx)
		loadymm(own);
	else
		loadxmm(own);
}

void
checkfp(void)
{
	int csr, fcw;

	if(avx)
		saveymm(now);
	else
		savexmm(now);
	csr = getmxcsr();
	fcw = getfcw();
	save87(now87);
	if(memcmp(now, own, avx ? 16 * 32 : 16 * 16) != 0)
		fail("vector registers changed");
	if(memcmp(now87, own87, sizeof own87) != 0)
		fail("x87 registers changed");
	checkint(csr & 0xffc0, OWNCSR & 0xffc0);
	checkint(fcw & ~0x40, OWNFCW & ~0x40);
}

void
echo(void *arg)
{
	int *p = arg;
	char c;

	close(p[0]);
	while(read(p[1], &c, 1) == 1)
		write(p[1], &c, 1);
}
