/*
 * Plan 9's errors: each a variable with its text. Programs see the texts through errstr(2)
 * and compare them (Go's os package, rc), so they are an interface like a number.
 *
 * This list declares the variables; error.c, where ERRTEXT means something else, defines
 * them with it.
 */
#ifndef ERROR_H
#define ERROR_H

#ifndef ERRTEXT
#define ERRTEXT(name, text) extern const char name[]
#endif

ERRTEXT(Emount, "inconsistent mount");
ERRTEXT(Eunmount, "not mounted");
ERRTEXT(Eismtpt, "is a mount point");
ERRTEXT(Eunion, "not in union");
ERRTEXT(Eshutdown, "device shut down");
ERRTEXT(Enocreate, "mounted directory forbids creation");
ERRTEXT(Enonexist, "file does not exist");
ERRTEXT(Eexist, "file already exists");
ERRTEXT(Ebadsharp, "unknown device in # filename");
ERRTEXT(Enotdir, "not a directory");
ERRTEXT(Eisdir, "file is a directory");
ERRTEXT(Ebadchar, "bad character in file name");
ERRTEXT(Efilename, "file name syntax");
ERRTEXT(Eperm, "permission denied");
ERRTEXT(Ebadusefd, "inappropriate use of fd");
ERRTEXT(Ebadarg, "bad arg in system call");
ERRTEXT(Einuse, "device or object already in use");
ERRTEXT(Eio, "i/o error");
ERRTEXT(Etoobig, "read or write too large");
ERRTEXT(Etoolong, "name too long");
ERRTEXT(Etoosmall, "read or write too small");
ERRTEXT(Ehungup, "i/o on hungup channel");
ERRTEXT(Ebadctl, "bad process or channel control request");
ERRTEXT(Eprocdied, "process exited");
ERRTEXT(Enochild, "no living children");
ERRTEXT(Eioload, "i/o error in demand load");
ERRTEXT(Enovmem, "virtual memory allocation failed");
ERRTEXT(Enomem, "kernel allocate failed");
ERRTEXT(Ebadfd, "fd out of range or not open");
ERRTEXT(Enofd, "no free file descriptors");
ERRTEXT(Eisstream, "seek on a stream");
ERRTEXT(Ebadexec, "exec header invalid");
ERRTEXT(Elinux, "Linux executable: use os(1)");
ERRTEXT(Etimedout, "connection timed out");
ERRTEXT(Econrefused, "connection refused");
ERRTEXT(Eintr, "interrupted");
ERRTEXT(Enegoff, "negative i/o offset");
ERRTEXT(Esoverlap, "segments overlap");
ERRTEXT(Eshort, "i/o count too small");
ERRTEXT(Eshortstat, "stat buffer too small");
ERRTEXT(Ebadstat, "malformed stat buffer");
ERRTEXT(Enoreg, "process has no saved registers");
ERRTEXT(Enoattach, "mount/attach disallowed");
ERRTEXT(Ename2long, "name too long");
ERRTEXT(Ebadaddr, "bad address in syscall");
ERRTEXT(Ecmdargs, "wrong #args in control message");
ERRTEXT(Eclone, "clone failed");
ERRTEXT(Egreg, "the front fell off");
ERRTEXT(Edirseek, "seek in directory");
ERRTEXT(Enotimpl, "not implemented in run9");

#endif
