/*
 * The calls by which locks count their costs. Without LOCKSTATS they do nothing.
 */
#ifndef LOCKSTAT_H
#define LOCKSTAT_H

#include "u.h"
#include "sync/lock.h"

#define CALLER ((uintptr)__builtin_return_address(0))

#ifdef LOCKSTATS
/* l was taken at pc; l is being released. */
void stattaken(Lock *l, uintptr pc);
void statfreed(Lock *l);
/* An RWlock was taken at pc. */
void statrwtaken(uintptr pc);
/* The lock that was wanted at pc has been waited for since monons() was t. */
void statwaited(uintptr pc, uvlong t);
#define statnow() monons()
#else
#define stattaken(l, pc) ((void)0)
#define statfreed(l) ((void)0)
#define statrwtaken(pc) ((void)(pc))
#define statwaited(pc, t) ((void)(pc), (void)(t))
#define statnow() 0
#endif

#endif
