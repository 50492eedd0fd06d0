/*
 * The texts of Plan 9's errors, as programs see them through errstr(2) and
 * compare them with. One name an error; the texts are in error.c, and here
 * beside the names.
 */
#ifndef ERROR_H
#define ERROR_H

extern const char Enoerror[]; /* no error */
extern const char Emount[]; /* inconsistent mount */
extern const char Eunmount[]; /* not mounted */
extern const char Eismtpt[]; /* is a mount point */
extern const char Eunion[]; /* not in union */
extern const char Emountrpc[]; /* mount rpc error */
extern const char Eshutdown[]; /* device shut down */
extern const char Enocreate[]; /* mounted directory forbids creation */
extern const char Enonexist[]; /* file does not exist */
extern const char Eexist[]; /* file already exists */
extern const char Ebadsharp[]; /* unknown device in # filename */
extern const char Enotdir[]; /* not a directory */
extern const char Eisdir[]; /* file is a directory */
extern const char Ebadchar[]; /* bad character in file name */
extern const char Efilename[]; /* file name syntax */
extern const char Eperm[]; /* permission denied */
extern const char Ebadusefd[]; /* inappropriate use of fd */
extern const char Ebadarg[]; /* bad arg in system call */
extern const char Einuse[]; /* device or object already in use */
extern const char Eio[]; /* i/o error */
extern const char Etoobig[]; /* read or write too large */
extern const char Etoosmall[]; /* read or write too small */
extern const char Ehungup[]; /* i/o on hungup channel */
extern const char Ebadctl[]; /* bad process or channel control request */
extern const char Enodev[]; /* no free devices */
extern const char Eprocdied[]; /* process exited */
extern const char Enochild[]; /* no living children */
extern const char Eioload[]; /* i/o error in demand load */
extern const char Enovmem[]; /* virtual memory allocation failed */
extern const char Enomem[]; /* kernel allocate failed */
extern const char Ebadfd[]; /* fd out of range or not open */
extern const char Enofd[]; /* no free file descriptors */
extern const char Eisstream[]; /* seek on a stream */
extern const char Ebadexec[]; /* exec header invalid */
extern const char E386exec[]; /* exec header invalid: 386 executable */
extern const char Etimedout[]; /* connection timed out */
extern const char Econrefused[]; /* connection refused */
extern const char Econinuse[]; /* connection in use */
extern const char Eintr[]; /* interrupted */
extern const char Eneedbuf[]; /* stat buffer too small */
extern const char Enegoff[]; /* negative i/o offset */
extern const char Esoverlap[]; /* segments overlap */
extern const char Eshort[]; /* i/o count too small */
extern const char Ebadspec[]; /* bad attach specifier */
extern const char Ebadstat[]; /* malformed stat buffer */
extern const char Enoreg[]; /* process has no saved registers */
extern const char Enoattach[]; /* mount/attach disallowed */
extern const char Ename2long[]; /* file name too long */
extern const char Ebadaddr[]; /* bad address in syscall */
extern const char Ecmdargs[]; /* wrong #args in control message */
extern const char Ebadnote[]; /* bad note */
extern const char Edirseek[]; /* seek in directory */
extern const char Ebadmode[]; /* bad open mode */
extern const char Enotimpl[]; /* not implemented in run9 */

#endif
