/*
 * Fuzz targets that are kernel code: kerncall.h.
 */
#include <pthread.h>
#include <stdlib.h>
#include "kerncall.h"

static struct
{
	pthread_mutex_t lk;
	pthread_cond_t changed;
	void (*f)(const uchar *, usize);
	const uchar *data;
	usize size;
} call = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, nil, nil, 0};

static void
serve(void)
{
	nogroups();
	pthread_mutex_lock(&call.lk);
	for(;;) {
		while(call.f == nil)
			pthread_cond_wait(&call.changed, &call.lk);
		call.f(call.data, call.size);
		check(up->nerrlab == Kernlabels);
		call.f = nil;
		pthread_cond_broadcast(&call.changed);
	}
}

static void *
machine(void *unused)
{
	USED(unused);
	inkern(serve);
	return nil;
}

void
kerncall(
    void (*f)(const uchar *data, usize size), const uchar *data, usize size)
{
	static int made;
	pthread_t t;

	if(!made) {
		made = 1;
		check(pthread_create(&t, nil, machine, nil) == 0);
	}
	pthread_mutex_lock(&call.lk);
	call.data = data;
	call.size = size;
	call.f = f;
	pthread_cond_broadcast(&call.changed);
	while(call.f != nil)
		pthread_cond_wait(&call.changed, &call.lk);
	pthread_mutex_unlock(&call.lk);
}
