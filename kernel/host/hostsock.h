/*
 * Connections of the host: sockets, and whatever else carries bytes both ways. 9P servers and
 * clients are at their ends. Errors and (blocks) are as in hostfile.h; hostread, hostwrite and
 * hostclose serve the descriptors.
 *
 * An address is a text:
 *
 *   unix!PATH       a Unix socket; so is any other text with a slash in it
 *   tcp!HOST!PORT   HOST is a numeric address, localhost, a name of /etc/hosts, or * to listen
 *                   on all addresses; PORT is a number or a name of /etc/services
 *   fd!N            the descriptor N that run9 was started with
 *   exec!COMMAND    a command of /bin/sh, by its standard input and output
 */
#ifndef HOSTSOCK_H
#define HOSTSOCK_H

#include "u.h"

/* The command of addr, if that is exec!COMMAND; nil if it is another address. Errors: there is none
 * in it. */
const char *hostaddrcmd(const char *addr);
/* A pair of sockets that are connected with each other. */
void hostsockpair(int fd[2]);
/* Connect to addr, which is no exec!. The result is open for reading and writing. (blocks) */
int hostdial(const char *addr);
/* Listen at addr, which is no exec!. Only the user may connect to a Unix socket that is made
 * here. The file of a socket that nobody listens at any more is replaced. fd!N is a socket that
 * listens already. */
int hostlisten(const char *addr);
/* Close fd, which hostlisten returned, and remove the Unix socket's file; the end of the instance
 * does the same. Nobody may be in hostaccept: hostshutdown ends that. Never errors. */
void hostunlisten(int fd);
/* The next connection of fd, which listens. (blocks) */
int hostaccept(int fd);
/* The address of fd, which listens, for hostdial: with the port that the host chose for port 0.
 * Fills buf, of n bytes, and returns it. */
char *hostsockname(int fd, char *buf, int n);
/* End the connection fd in both directions: its peer, and all who read, write or accept, see the
 * end. fd stays open. Never errors. */
void hostshutdown(int fd);
/* Write n bytes to fd if that need not wait, and return n. Else write nothing, and return 0.
 * Only a socket can promise that: 0 for others. */
vlong hostwritenow(int fd, const void *buf, vlong n);

#endif
