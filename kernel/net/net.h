/*
 * net: the network, #I, on the host's sockets. ip(3); doc/net.md says how, and what differs.
 */
#ifndef NET_H
#define NET_H

#include "u.h"
#include "ns/devtab.h"

/* What programs may reach: run9 --net. */
typedef enum Netreach Netreach;
enum Netreach
{
	/* all that the host reaches */
	Nethost,
	/* the host itself */
	Netloopback,
	/* nothing: #I cannot be attached */
	Netnone,
};
/* Set before devinit. */
extern Netreach netreach;

/* What answers /net/cs and /net/dns. Set before devinit; the strings stay for ever. */
typedef struct Resolverconf Resolverconf;
struct Resolverconf
{
	/* a program of the host, or "none"; nil: run9-resolve, which hosthelper finds */
	const char *prog;
	/* the host directory of the Plan 9 tree whose /lib/ndb is searched; or nil */
	const char *root;
};
extern Resolverconf resolverconf;

extern Dev ipdev;

#endif
