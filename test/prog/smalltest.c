/*
 * Small programs, one after the other: each finds its own text, all of it and nothing behind
 * it, whatever ran before. exec(2), a.out(6), proc(3). The programs are made
 * here: so many pages of text, each with a word that says whose it is.
 */
#include "aout.h"
#include "procfile.h"

enum
{
	Most = 24, /* pages of text */
	Word = 0x800, /* where in each page the program's is, plus its number */
	NPROG = 12,
	ROUNDS = 400,
};

/*
 * What they run: compare the words, then read what is behind the text: a page of zeros, since the
 * text ends with a page, and what cannot be had. The immediates after smallpages and smallword are filled in.
 */
extern uchar small[], smallpages[], smallword[], smallend[];
asm(".globl small, smallpages, smallword, smallend\n"
    "small:\n"
    "	movl $0x200000, %ebx\n"
    "	movl $0x11111111, %ecx\n"
    "smallpages:\n"
    "	movl $0x22222222, %edx\n"
    "smallword:\n"
    "1:	cmpl %edx, 0x800(%rbx)\n"
    "	jne 2f\n"
    "	incl %edx\n"
    "	addl $0x1000, %ebx\n"
    "	decl %ecx\n"
    "	jnz 1b\n"
    "	leaq 3f(%rip), %rdi\n"
    "	cmpl $0, (%rbx)\n"
    "	jne 4f\n"
    "	cmpl $0, 0xffc(%rbx)\n"
    "	jne 4f\n"
    "	leaq 6f(%rip), %rdi\n"
    "	movb 0x1000(%rbx), %al\n"
    "	jmp 4f\n"
    "2:	leaq 5f(%rip), %rdi\n"
    "4:	subq $64, %rsp\n"
    "	movq %rdi, 8(%rsp)\n"
    "	movl $8, %ebp\n" /* exits */
    "	xorl %eax, %eax\n"
    "	syscall\n"
    "3:	.asciz \"something is behind the text\"\n"
    "5:	.asciz \"another program's text\"\n"
    "6:	.asciz \"the text has no end\"\n"
    "smallend:\n");

static uchar image[Most * BY2PG];

static void
put32(uchar *p, u32int v, int big)
{
	int i;

	for(i = 0; i < 4; i++)
		p[i] = v >> (big ? 24 - 8 * i : 8 * i);
}

/* A program of so many pages. */
static void
makesmall(char *name, int pages, u32int word)
{
	uchar *code = image + EXECHDR64;
	int k;

	memset(image, 0, sizeof image);
	put32(image, S_MAGIC, 1);
	put32(image + 4, pages * BY2PG - EXECHDR64, 1);
	put32(image + 36, UTZERO + EXECHDR64, 1);
	memmove(code, small, smallend - small);
	put32(code + (smallpages - small) - 4, pages, 0);
	put32(code + (smallword - small) - 4, word, 0);
	for(k = 0; k < pages; k++)
		put32(image + k * BY2PG + Word, word + k, 0);
	check(writefile(name, (char *)image, pages * BY2PG, 0755) == 0);
}

static void
runit(void *arg)
{
	char *argv[] = {"small", nil};

	exec(arg, argv);
	exits("exec");
}

/* It died of reading behind its text, no sooner. */
static void
behind(char *msg)
{
	checkhas(msg, "i/o error in demand load");
}

static void
mustend(int pid)
{
	behind(childmsg(pid));
}

static char names[NPROG][64];
static int sizes[NPROG] = {1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 20, 24};

static void
makeall(void)
{
	int i;

	for(i = 0; i < NPROG; i++) {
		snprint(names[i], sizeof names[i], "%s", tmpname("small"));
		snprint(names[i] + strlen(names[i]), 8, ".%d", i);
		makesmall(names[i], sizes[i], 0x1000 * (i + 1));
	}
}

static void
removeall(void)
{
	int i;

	for(i = 0; i < NPROG; i++)
		remove(names[i]);
}

static void
eachfindsitsowntext(void)
{
	u32int seed = 1;
	int n, i;

	makeall();
	for(n = 0; n < ROUNDS; n++) {
		seed = seed * 1103515245 + 12345;
		i = n < 2 * NPROG ? n % NPROG : (int)(seed >> 16) % NPROG;
		mustend(spawn(RFFDG, runit, names[i]));
	}
	removeall();
}

static void
severalatonce(void)
{
	int n, k, i, pid[4];
	Waitmsg w;

	makeall();
	for(n = 0; n < ROUNDS / 4; n++) {
		for(k = 0; k < 4; k++) {
			i = (n * (k + 1) + k) % NPROG;
			pid[k] = spawn(RFFDG, runit, names[i]);
		}
		for(i = 0; i < 4; i++) {
			check(waitfor(&w) > 0);
			for(k = 0; k < 4; k++)
				if(pid[k] == w.pid)
					behind(w.msg);
		}
	}
	removeall();
}

/* exec of one by the other, in one process. */
static void
chain(void *arg)
{
	char *argv[] = {self, "-chain", arg, nil};

	exec(self, argv);
	exits("exec");
}

static void
execfromexec(void)
{
	int i;

	makeall();
	for(i = 0; i < 4 * NPROG; i++)
		mustend(spawn(RFFDG, chain, names[i % NPROG]));
	removeall();
}

static void
stopped(void *arg)
{
	ctl(getpid(), "hang");
	runit(arg);
}

/* Text that a debugger changes in one process is the others' as it was. */
static void
changedtextisonesown(void)
{
	int a, b, fd, i;
	char file[64];
	uchar word[4];

	makeall();
	for(i = 0; i < 2 * NPROG; i++) {
		a = spawn(RFFDG, stopped, names[i % NPROG]);
		b = spawn(RFFDG, stopped, names[i % NPROG]);
		statebecomes(a, "Stopped");
		statebecomes(b, "Stopped");
		snprint(file, sizeof file, "/proc/%d/mem", a);
		fd = open(file, ORDWR);
		check(fd >= 0);
		put32(word, 0x7777, 0);
		checkint(pwrite(fd, word, 4, UTZERO + Word), 4);
		close(fd);
		ctl(a, "start");
		checkhas(childmsg(a), "another program's text");
		ctl(b, "start");
		mustend(b);
	}
	removeall();
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(eachfindsitsowntext),
	    CASE(severalatonce),
	    CASE(execfromexec),
	    CASE(changedtextisonesown),
	};

	if(argc == 3 && strcmp(argv[1], "-chain") == 0)
		runit(argv[2]);
	runcases(cases, nelem(cases), argc, argv);
}
