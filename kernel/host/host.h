/*
 * host: the machine, as the portable rooms see it. They include this file; what it is made
 * of:
 *
 *   machine.h  the machine's part of a Proc; up; setlabel gotolabel
 *   time.h     monons todns hosttimes hostcyclefreq hostcpuname hostcpupge
 *   wait.h     hostwait hostsleep hostwake: waiting for a word of memory; enterlazy;
 *              hostrelax hostyield hostncpu
 *   procs.h    procrun procend kick: host processes for Procs
 *   user.h     touser forkregs: registers, floating point (fp...), notes' handlers
 *   mmu.h      mmuput mmudrop mmuflush mmufreeze: what is mapped in user mode
 *   frames.h   frameaddr framefill framepunch: the arena; hostheapmore
 *   text.h     fixtext unfixtext: system calls in a program's text
 *   debug.h    hostsym hostproc: the state dump
 *   end.h      panic assert kprint hostexit; the host's user: hostnote
 *
 * Host files and terminals, for the devices that show them, are in hostfile.h, connections in
 * hostsock.h, and the network in hostnet.h. What the machine calls of the portable rooms is in upcall.h.
 *
 * Another machine layer implements these headers, and brings a machine.h of its own.
 */
#ifndef HOST_H
#define HOST_H

#include "u.h"
#include "ureg.h"
#include "machine.h"

#include "host/time.h"
#include "host/wait.h"
#include "host/procs.h"
#include "host/user.h"
#include "host/mmu.h"
#include "host/frames.h"
#include "host/text.h"
#include "host/debug.h"
#include "host/end.h"

#endif
