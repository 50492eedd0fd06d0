/*
 * export: a file server in the kernel. It serves a tree of a name space by 9P2000: section 5 of the
 * manual. Chans carry the messages: a pipe, a host socket.
 *
 *   newexport    what is served, and the limits
 *   exportserve  serves one connection
 *   exportat     serves connections at an address of the host
 *   exportend    no more connections
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "u.h"
#include "ns/ns.h"

typedef struct Export Export;

enum
{
	/* of one Export. Beyond them a client gets an error that names the limit. */
	NEXCONN = 64,
	NEXFID = 64 * KiB,
	NEXREQ = 128,
};

/* Serve the tree below root, to which walk led, and which is not open. Its name space and environment
 * are up's. One reference. Errors. */
Export *newexport(Chan *root);
/* Serve requests that come by c, which is open for reading and writing. Returns at once; c is
 * closed when the client has hung up. After an error c is still the caller's. */
void exportserve(Export *e, Chan *c);
/*
 * Serve whoever connects to addr, an address of the host that hostsock.h has the forms of: returns 1.
 * A connection that is there already is served alone: returns 0. Errors: nobody is served.
 */
int exportat(Export *e, const char *addr);
/* Wait until no connection is left. Errors: Eintr. */
void exportwait(Export *e);
/* Serve no more connections, and drop the reference. Those that exist go on. */
void exportend(Export *e);

#endif
