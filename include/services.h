/*
 * Plan 9's own services, which a host does not know, as entries of ndb(6).
 */
#ifndef SERVICES_H
#define SERVICES_H

#define PLAN9SERVICES                                                          \
	"tcp=9fs port=564\n"                                                   \
	"tcp=whoami port=565\n"                                                \
	"tcp=guard port=566\n"                                                 \
	"tcp=ticket port=567\n"                                                \
	"tcp=dns port=53\n"                                                    \
	"udp=dns port=53\n"                                                    \
	"tcp=secstore port=5356\n"                                             \
	"tcp=venti port=17034\n"                                               \
	"tcp=exportfs port=17007\n"                                            \
	"tcp=rexexec port=17009\n"                                             \
	"tcp=ncpu port=17010\n"                                                \
	"tcp=cpu port=17013\n"                                                 \
	"tcp=rcpu port=17019\n"

#endif
