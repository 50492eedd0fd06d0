/*
 * The texts of Plan 9's errors. Programs compare them (Go's os package, rc,
 * every "file does not exist"), so they are an interface like a number.
 */
#include "lib/error.h"

const char Enoerror[] = "no error";
const char Emount[] = "inconsistent mount";
const char Eunmount[] = "not mounted";
const char Eismtpt[] = "is a mount point";
const char Eunion[] = "not in union";
const char Emountrpc[] = "mount rpc error";
const char Eshutdown[] = "device shut down";
const char Enocreate[] = "mounted directory forbids creation";
const char Enonexist[] = "file does not exist";
const char Eexist[] = "file already exists";
const char Ebadsharp[] = "unknown device in # filename";
const char Enotdir[] = "not a directory";
const char Eisdir[] = "file is a directory";
const char Ebadchar[] = "bad character in file name";
const char Efilename[] = "file name syntax";
const char Eperm[] = "permission denied";
const char Ebadusefd[] = "inappropriate use of fd";
const char Ebadarg[] = "bad arg in system call";
const char Einuse[] = "device or object already in use";
const char Eio[] = "i/o error";
const char Etoobig[] = "read or write too large";
const char Etoosmall[] = "read or write too small";
const char Ehungup[] = "i/o on hungup channel";
const char Ebadctl[] = "bad process or channel control request";
const char Enodev[] = "no free devices";
const char Eprocdied[] = "process exited";
const char Enochild[] = "no living children";
const char Eioload[] = "i/o error in demand load";
const char Enovmem[] = "virtual memory allocation failed";
const char Enomem[] = "kernel allocate failed";
const char Ebadfd[] = "fd out of range or not open";
const char Enofd[] = "no free file descriptors";
const char Eisstream[] = "seek on a stream";
const char Ebadexec[] = "exec header invalid";
const char E386exec[] = "exec header invalid: 386 executable";
const char Etimedout[] = "connection timed out";
const char Econrefused[] = "connection refused";
const char Econinuse[] = "connection in use";
const char Eintr[] = "interrupted";
const char Eneedbuf[] = "stat buffer too small";
const char Enegoff[] = "negative i/o offset";
const char Esoverlap[] = "segments overlap";
const char Eshort[] = "i/o count too small";
const char Ebadspec[] = "bad attach specifier";
const char Ebadstat[] = "malformed stat buffer";
const char Enoreg[] = "process has no saved registers";
const char Enoattach[] = "mount/attach disallowed";
const char Ename2long[] = "file name too long";
const char Ebadaddr[] = "bad address in syscall";
const char Ecmdargs[] = "wrong #args in control message";
const char Ebadnote[] = "bad note";
const char Edirseek[] = "seek in directory";
const char Ebadmode[] = "bad open mode";
const char Enotimpl[] = "not implemented in run9";
