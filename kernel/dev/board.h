/*
 * Boards, on which processes post open files. board.c has them, srv.c shows them as files. No
 * other file includes this.
 *
 * Boards nest. A board other than the root lives while there are Chans for it or its files,
 * posts on it, or boards below it.
 *
 * One QLock guards all boards, because there are few; all functions here are called with it.
 * Under it a process waits for memory at most. Chans are closed without it.
 */
#ifndef BOARD_H
#define BOARD_H

#include "u.h"
#include "dev/dev.h"

/* The number of a file on its board. */
enum
{
	Qdir,
	Qclone,
	/* the number of the first post */
	Qpost,
};

/* A post: a posted file, or a place where none is posted yet. */
typedef struct Post Post;
struct Post
{
	char *name;
	char *owner;
	u32int perm;
	u32int file;
	/* nil: no file is posted yet */
	Chan *chan;
	Post *next;
};

typedef struct Board Board;
struct Board
{
	long ref;
	u32int id;
	/* nil in the root, which is the host owner's */
	char *owner;
	/* nil in the root */
	Board *parent;
	/* next board of the same parent */
	Board *next;
	Board *child;
	Post *post;
	u32int lastfile;
	/* its clone file was closed: no more files can be posted */
	int closed;
};

typedef struct Boards Boards;
struct Boards
{
	/* guards all boards and their posts. Rank Rboards: before chanalloc.lk */
	QLock lk;
	Board root;
};

extern Boards boards;

/* Errors if b's clone file was closed. */
void mustbeopen(const Board *b);
/* A board with one reference. Errors. */
Board *newboard(Board *parent);
/* Drop a reference to b, which may be nil. */
void putboard(Board *b);
/* The board with that id, at or below top; nil if there is none. */
Board *findboard(Board *top, u32int id);
/* The link to the post with that number, or to where it would be. */
Post **findfile(Board *b, u32int file);
/* Errors unless name can be posted on b. */
void postcheckname(Board *b, const char *name);
/* Make a post of up's without a file. Errors. */
Post *newpost(Board *b, const char *name, u32int perm);
/* ns.h: srvname. Takes the lock itself. */
char *postname(Chan *c);
/* Take p off b, and drop p's reference to b; the caller must have another (its Chan's). Returns the
 * posted file, or nil. */
Chan *takepost(Board *b, Post *p);

#endif
