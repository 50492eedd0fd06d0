/*
 * Linux's error numbers as Plan 9's error texts. Where Plan 9 has a text that programs look
 * for, that text is used. The others are as Linux's manual has them.
 */
#include "host/base/base.h"

#include "lib/error.h"
#include "lib/lib.h"
#include "proc/proc.h"

typedef struct Errtext Errtext;
struct Errtext
{
	int err;
	const char *text;
};

static const Errtext errtexts[] = {
    {EPERM, Eperm},
    {ENOENT, Enonexist},
    {EINTR, Eintr},
    {EIO, Eio},
    {ENXIO, "no such device or address"},
    {E2BIG, Etoobig},
    {ENOEXEC, Ebadexec},
    {EBADF, Ebadusefd},
    {EAGAIN, "resource temporarily unavailable"},
    {ENOMEM, Enomem},
    {EACCES, Eperm},
    {EFAULT, Ebadaddr},
    {EBUSY, Einuse},
    {EEXIST, Eexist},
    {EXDEV, "file is on another file system"},
    {ENODEV, "no such device"},
    {ENOTDIR, Enotdir},
    {EISDIR, Eisdir},
    {EINVAL, Ebadarg},
    {ENFILE, "host has no free file descriptors"},
    {EMFILE, Enofd},
    {ENOTTY, "not a terminal"},
    {ETXTBSY, "file is being executed"},
    {EFBIG, "file too big"},
    {ENOSPC, "file system full"},
    {ESPIPE, Eisstream},
    {EROFS, "file system read only"},
    {EMLINK, "too many links"},
    {EPIPE, Ehungup},
    {EDEADLK, "host would deadlock"},
    {ENAMETOOLONG, Ename2long},
    {ENOLCK, "host has no free locks"},
    {ENOSYS, "host lacks the system call"},
    {ENOTEMPTY, "directory not empty"},
    {ELOOP, "too many symbolic links"},
    {ENODATA, "no data"},
    {EOVERFLOW, "number too large"},
    {EILSEQ, Ebadchar},
    {ENOTSOCK, "not a socket"},
    {EDESTADDRREQ, "destination address required"},
    {EMSGSIZE, "message too long"},
    {EPROTOTYPE, "wrong protocol for socket"},
    {EPROTONOSUPPORT, "protocol not supported"},
    {EOPNOTSUPP, "operation not supported by host"},
    {EAFNOSUPPORT, "address family not supported"},
    {EADDRINUSE, "address in use"},
    {EADDRNOTAVAIL, "address not available"},
    {ENETDOWN, "network is down"},
    {ENETUNREACH, "network unreachable"},
    {ENETRESET, "connection reset by network"},
    {ECONNABORTED, "connection aborted"},
    {ECONNRESET, Ehungup},
    {ENOBUFS, "host has no buffer space"},
    {EISCONN, "already connected"},
    {ENOTCONN, "not connected"},
    {ETIMEDOUT, Etimedout},
    {ECONNREFUSED, Econrefused},
    {EHOSTDOWN, "host is down"},
    {EHOSTUNREACH, "host unreachable"},
    {EALREADY, "operation under way"},
    {EINPROGRESS, "operation in progress"},
    {ESTALE, "stale file handle"},
    {EDQUOT, "disk quota exceeded"},
};

const char *
hosterrstr(long err)
{
	usize i;

	for(i = 0; i < nelem(errtexts); i++)
		if(errtexts[i].err == err)
			return errtexts[i].text;
	return nil;
}

void
hosterror(long err)
{
	const char *text;

	sayhostlimit(err);
	text = hosterrstr(err);
	if(text == nil)
		errorf("host error %lld", (vlong)err);
	error(text);
}

long
hostmust(long r)
{
	if(r < 0)
		hosterror(-r);
	return r;
}
