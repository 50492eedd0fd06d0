/*
 * tls: #a, the record layer of TLS and SSL 3.0 as filters on channels. tls(3); doc/tls.md explains
 * it.
 *
 * The ciphers are the helper's, run9-crypt, which is started when a key or a list of algorithms is
 * first asked for. Without it there is only the algorithm clear.
 */
#ifndef TLS_H
#define TLS_H

#include "u.h"
#include "ns/devtab.h"

/* The device, which init enters in ns's table. */
extern Dev tlsdev;

#endif
