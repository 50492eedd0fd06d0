/*
 * Schedules: chance at every PERTURB point, and gates, which stop one thread
 * at one of them until the test lets it go on.
 */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include "priv.h"

enum
{
	NGATE = 8,
};

typedef struct Gate Gate;
struct Gate
{
	int armed;
	int stopped;
	Proc *p;
	const char *func;
	int nth;
};

static struct
{
	pthread_mutex_t lk;
	pthread_cond_t cond;
	Gate gate[NGATE];
	int used; /* atomic: some gate was ever armed */
} gates = {.lk = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};

int perturbone;
u32int perturbseed = 1;
void (*atpoint)(const char *func);

void
gate(int g, Proc *p, const char *func, int nth)
{
	pthread_mutex_lock(&gates.lk);
	gates.gate[g] = (Gate){1, 0, p, func, nth};
	pthread_mutex_unlock(&gates.lk);
	astore(&gates.used, 1);
}

int
gatestopped(int g)
{
	int r;

	pthread_mutex_lock(&gates.lk);
	r = gates.gate[g].stopped;
	pthread_mutex_unlock(&gates.lk);
	return r;
}

void
gatewait(int g)
{
	pthread_mutex_lock(&gates.lk);
	while(!gates.gate[g].stopped)
		pthread_cond_wait(&gates.cond, &gates.lk);
	pthread_mutex_unlock(&gates.lk);
}

void
gateopen(int g)
{
	pthread_mutex_lock(&gates.lk);
	gates.gate[g].armed = 0;
	pthread_cond_broadcast(&gates.cond);
	pthread_mutex_unlock(&gates.lk);
}

static void
gatepass(const char *func)
{
	Gate *g;

	pthread_mutex_lock(&gates.lk);
	for(g = gates.gate; g < gates.gate + NGATE; g++) {
		if(!g->armed || (g->p != nil && g->p != up) || g->nth <= 0 ||
		    strcmp(g->func, func) != 0)
			continue;
		if(--g->nth > 0)
			continue;
		g->stopped = 1;
		pthread_cond_broadcast(&gates.cond);
		while(g->armed)
			pthread_cond_wait(&gates.cond, &gates.lk);
		g->stopped = 0;
	}
	pthread_mutex_unlock(&gates.lk);
}

void
perturb(const char *func)
{
	static _Thread_local u32int rand;
	struct timespec t;
	u32int r;

	if(atpoint != nil)
		atpoint(func);
	if(aload(&gates.used))
		gatepass(func);
	/* the thread that boots is no process, and may be here when a test sets the rate */
	if(self == nil || perturbone == 0)
		return;
	if(rand == 0)
		rand = (self->index + 2) * 2654435761u ^ perturbseed * 40503u;
	rand = rand * 1664525u + 1013904223u;
	r = rand >> 8;
	if(r % perturbone != 0)
		return;
	r /= perturbone;
	if(r % 4 != 0)
		sched_yield();
	else {
		t.tv_sec = 0;
		t.tv_nsec = r % 50000;
		nanosleep(&t, nil);
	}
}
