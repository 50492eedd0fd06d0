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

extern Dev ipdev;

#endif
