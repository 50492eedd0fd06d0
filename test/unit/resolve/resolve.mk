# helper/resolve: what needs no name server.
unitresolvedefs = -D_GNU_SOURCE -Ihelper/resolve
unit_rr_SRC = helper/resolve/rr.c helper/resolve/rrtext.c helper/resolve/ndb.c helper/resolve/util.c
unit_rr_DEFS = $(unitresolvedefs)
unit_ndb_SRC = helper/resolve/ndb.c helper/resolve/ipinfo.c helper/resolve/ip.c helper/resolve/util.c
unit_ndb_DEFS = $(unitresolvedefs)
