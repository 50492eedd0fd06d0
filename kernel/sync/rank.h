/*
 * The order of the kernel's locks: a process that waits for a lock holds none
 * that stands below it here. A build with LOCKORDER=1 checks each wait against
 * this list; doc/locks.md says more about each line.
 *
 *   RANK(rank, its name, what it guards)
 *
 * The QLocks and RWlocks come first: their holder may wait. A Lock's holder
 * takes no QLock and does not sleep.
 *
 * A process may hold two locks of one rank only where NESTED says so.
 */
#ifndef RANK_H
#define RANK_H

/* clang-format off */
#define LOCKRANKS \
	/* QLocks and RWlocks */ \
	RANK(Rfpask, "asking", "one debugger asks for registers at a time") \
	RANK(Rkprints, "kmesg.reading", "the reader of /dev/kprint") \
	RANK(Rnetlogread, "netlogtext.reading", "the reader of /net/log") \
	RANK(Rexsend, "Exconn.send", "an answer is being written") \
	RANK(Rcloseturn, "closeq.turn", "the closer that sleeps") \
	RANK(Rdirlock, "Chan.dirlock", "a directory's reading position") \
	RANK(Rboards, "boards.lk", "#s: boards and posts") \
	RANK(Rshares, "shares.lk", "#σ: shares and services") \
	RANK(Rcommand, "cmdlk", "#C: connections") \
	RANK(Rresolver, "resolver.lk", "#I: the connection to run9-resolve") \
	RANK(Rcsfile, "Csfile.lk", "#I: where a query's answers are") \
	RANK(Rproto, "Proto.lk", "#I: conversations of a protocol") \
	RANK(Rconv, "Conv.lk", "#I: a conversation's state") \
	RANK(Rglobsegs, "globsegs.lk", "#g: segments with names") \
	RANK(Rtlsin, "Tlsconv.inlock", "a tls conversation's incoming records") \
	RANK(Rtlshand, "Tlsconv.handread", "the reader of handshake messages") \
	RANK(Rtlsout, "Tlsconv.outlock", "a tls conversation's outgoing records") \
	RANK(Rtlssec, "Tlsconv.lk", "version and secrets of a tls conversation") \
	RANK(Rtlschan, "tlschanlk", "tls filters on each other") \
	RANK(Rcrypthelp, "crypt.lk", "the start of run9-crypt") \
	RANK(Rpipe, "Pipe.lk", "which ends of a pipe are open") \
	RANK(Rhostfile, "Hostfile.lk", "the host's file position") \
	RANK(Rtty, "tty.lk", "the terminal's mode") \
	RANK(Ralarmstart, "alarms.starting", "the start of the clock process") \
	RANK(Rpgrp, "Pgrp.ns", "the mount table") \
	RANK(Regrp, "Egrp.lk", "environment variables") \
	RANK(Rnamelock, "Proc.namelock", "groups, dot, text, user, args") \
	RANK(Rhostbits, "hostbits.lk", "mode bits that the host has no place for") \
	RANK(Room, "oom.lk", "one process at a time looks for a victim") \
	RANK(Rreclaim, "reclaim.lk", "where reclaiming goes on") \
	RANK(Rroom, "room", "the growth and placing of Segments that several have") \
	RANK(Rseglock, "Proc.seglock", "which Segments a process has") \
	RANK(Rnotelock, "Proc.notelock", "notes; what ctl asks for") \
	RANK(Rsegment, "Segment.lk", "a Segment's bounds and pages") \
	RANK(Rflushlock, "Slot.flushlock", "one shootdown of a host process at a time") \
	RANK(Rtrim, "frames.trimlk", "one process gives frames back") \
	/* Locks */ \
	RANK(Rimage, "Image.lk", "an Image's chan, text Segment and page hash") \
	RANK(Rtable, "imagetablelk", "which Images there are") \
	RANK(Rsema, "Segment.semalock", "semaphore waiters") \
	RANK(Rrgrp, "Rgrp.lk", "processes in a rendezvous") \
	RANK(Rexport, "Export.lk", "what is exported: connections, spare workers") \
	RANK(Rexconn, "Exconn.lk", "a connection of an export: fids, tags") \
	RANK(Rmnt, "Mnt.lk", "a connection to a 9P server: its requests") \
	RANK(Rmountcache, "mountcache.lk", "what the mount cache has") \
	RANK(Rtlshandq, "Tlsconv.handlk", "handshake messages that wait") \
	RANK(Rrendez, "Rendez.l", "the sleeper") \
	RANK(Rrlock, "Proc.rlock", "where a process sleeps") \
	RANK(Rcloseq, "closeq.lk", "Chans to be closed") \
	RANK(Rfgrp, "Fgrp.lk", "file descriptors") \
	RANK(Rpipeq, "Pipeq.lk", "a pipe's blocks and waiters") \
	RANK(Rkmesg, "kmesg.lk", "the kernel's messages") \
	RANK(Rnetlog, "netlog.lk", "#I: what /net/log tells of") \
	RANK(Rnetlogtext, "netlogtext.lk", "#I: the text of /net/log") \
	RANK(Rexl, "Proc.exl", "wait records and counts of children") \
	RANK(Rsegpool, "Segpool.lk", "free Segments") \
	RANK(Rchanalloc, "chanalloc.lk", "free Chans") \
	RANK(Rrgrps, "rgrps.lock", "free Rgrps") \
	RANK(Rprocs, "procs.lk", "the process table") \
	RANK(Rdead, "dead.lk", "what dead processes counted") \
	RANK(Revents, "events.lk", "trace events") \
	RANK(Rprofiler, "profiler.lk", "is there a profiler") \
	RANK(Rbroken, "broken.lk", "the broken processes that are kept") \
	RANK(Ralarms, "alarms.lock", "when the clock process looks next") \
	RANK(Rhostexec, "hostexec.lk", "descriptors that execs share") \
	RANK(Rnames, "names.lk", "the system's and the domain's name") \
	RANK(Rtlsconvs, "tlsconvs.lk", "which tls conversations there are") \
	RANK(Rtlsstate, "Tlsconv.statelk", "a tls conversation's state") \
	RANK(Rcaps, "caps.lk", "capabilities to change user") \
	RANK(Rcpustat, "cpustat.lk", "the processors' counts at the last reset") \
	RANK(Rcputold, "told.lk", "the host's counts of this tick") \
	RANK(Rcpushare, "lately.lk", "the processors' time lately") \
	RANK(Rhostuser, "Idcache.lk", "names of host users and groups") \
	RANK(Rslots, "slots.lock", "idle host processes") \
	RANK(Rheapclass, "heap.class.lk", "free blocks of one size") \
	RANK(Rheap, "extents.lk", "free pages of the heap") \
	RANK(Rframes, "frames.lk", "free frames") \
	/* A test's own locks. */ \
	RANK(Rtest, "a test's lock", "")

/* rfork holds the parent's seglock and takes the child's, which no other process waits for. A tls
 * filter's channel may be another filter, and never itself again. */
#define NESTED(r) ((r) == Rseglock || (r) == Rtlsin || (r) == Rtlsout)
/* clang-format on */

#define RANK(r, name, what) r,
enum
{
	/* a lock without a rank: a panic at the first wait */
	Rnone,
	LOCKRANKS Nrank,
};
#undef RANK

/*
 * How a lock gets its rank. The first two are initialisers of static locks, the others are for
 * locks in allocated memory. Without LOCKORDER locks have no ranks.
 */
#ifdef LOCKORDER
#define LOCKRANK(r)                                                            \
	{                                                                      \
		.rank = (r)                                                    \
	}
#define QLOCKRANK(r)                                                           \
	{                                                                      \
		.use = {.rank = (r) }                                          \
	}
/* atomic, because a Rendez gets its rank at each sleep, while others may look at it */
#define setrank(l, r) storerelaxed(&(l)->rank, (r))
#define setqrank(q, r) setrank(&(q)->use, r)
#else
#define LOCKRANK(r)                                                            \
	{                                                                      \
		0                                                              \
	}
#define QLOCKRANK(r)                                                           \
	{                                                                      \
		.use = { 0 }                                                   \
	}
#define setrank(l, r) ((void)(l))
#define setqrank(q, r) ((void)(q))
#endif

#endif
