/*
 * Ways in and out of the kernel.
 *
 * A kick (a signal) may interrupt the kernel at any instruction. Four stretches of code here
 * test a flag and then go where the flag is not tested any more: to user mode by a gate
 * (gateleave), by iretq (userleave) or by sigreturn (sigleave), and into a host call that
 * blocks (blockcheck). Each stretch lies between two labels. trap.c (rollforward, kickkernel)
 * handles a kick that comes between them. Modelled in model/kick.pml, where each such place is
 * a value of pc.
 *
 * Offsets into Slot are machine.h's; slot.c checks them.
 */
#define S_KSTKTOP	8
#define S_KICKED	16
#define S_FULLREGS	20
#define S_PEND		24
#define S_EXIT		32

/* Ureg: ureg.h */
#define U_AX	0
#define U_BX	8
#define U_CX	16
#define U_DX	24
#define U_SI	32
#define U_DI	40
#define U_BP	48
#define U_R8	56
#define U_R9	64
#define U_R10	72
#define U_R11	80
#define U_R12	88
#define U_R13	96
#define U_R14	104
#define U_R15	112
#define U_PC	144
#define U_SP	168

/* the selectors that Plan 9 programs know; leave.c loads the host's */
#define UCS	0x2b
#define USS	0x23

	.text

	.globl	_start
_start:
	xorl	%ebp, %ebp
	movq	%rsp, %rdi
	andq	$-16, %rsp
	call	hostmain
	ud2

/* int setlabel(Label*), void gotolabel(Label*) */
	.globl	setlabel
setlabel:
	movq	(%rsp), %rax
	leaq	8(%rsp), %rcx
	movq	%rcx, 0(%rdi)
	movq	%rax, 8(%rdi)
	movq	%rbx, 16(%rdi)
	movq	%rbp, 24(%rdi)
	movq	%r12, 32(%rdi)
	movq	%r13, 40(%rdi)
	movq	%r14, 48(%rdi)
	movq	%r15, 56(%rdi)
	xorl	%eax, %eax
	ret

	.globl	gotolabel
gotolabel:
	movq	0(%rdi), %rsp
	movq	16(%rdi), %rbx
	movq	24(%rdi), %rbp
	movq	32(%rdi), %r12
	movq	40(%rdi), %r13
	movq	48(%rdi), %r14
	movq	56(%rdi), %r15
	movl	$1, %eax
	jmp	*8(%rdi)

/* long hostcall_(nr, a, b, c, d, e, f) */
	.globl	hostcall_
hostcall_:
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %r10
	movq	%r9, %r8
	movq	8(%rsp), %r9
	syscall
	ret

/* long blockraw(nr, a, b, c, d, e, f): returns -EINTR at once if a note is pending */
	.globl	blockraw, blockcheck, blockend
blockraw:
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %r10
	movq	%r9, %r8
	movq	8(%rsp), %r9
	movq	self+S_PEND(%rip), %r11
blockcheck:
	cmpl	$0, (%r11)
	jne	blockabort
	syscall
blockend:
	ret
	.globl	blockabort
blockabort:
	movq	$-4, %rax
	ret

/*
 * User text called a gate (gates.c). The number is in BP, AX is free, and the return address is
 * on top of the user's stack. The registers go into a Ureg at the base of the kernel stack. Its
 * pc and sp are as after a SYSCALL instruction that ends AFTERCALL bytes beyond the return
 * address.
 */
#define AFTERCALL 4	/* AfterCall in gates.c */

	.globl	gateentry
gateentry:
	movq	%rsp, %rax
	movq	self+S_KSTKTOP(%rip), %rsp
	cld
	pushq	$USS
	leaq	8(%rax), %rcx
	pushq	%rcx
	pushfq
	pushq	$UCS
	.globl	gatefetch
gatefetch:			/* may fault: trap.c's gatefault */
	movq	(%rax), %rcx
	addq	$AFTERCALL, %rcx
	pushq	%rcx
	pushq	$0		/* error */
	pushq	$64		/* type: a system call */
	pushq	$0		/* segment registers */
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%r11
	pushq	%r10
	pushq	%r9
	pushq	%r8
	pushq	%rbp
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	$0
	pushq	%rbx
	pushq	$0
	movq	%rsp, %rdi
	movq	%rsp, %rbx
	andq	$-16, %rsp
	xorl	%ebp, %ebp
	call	gatecall
	movq	%rbx, %rsp
	.globl	gateleave, gateleft
gateleave:
	cmpq	$0, self+S_KICKED(%rip)	/* and self.fullregs, which follows it */
	jne	1f
	/* clear kernel addresses, so that no stray store of the program can reach them */
	xorl	%ebx, %ebx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	movq	U_AX(%rsp), %rax
	movq	U_PC(%rsp), %rcx
	movq	U_SP(%rsp), %rsp
	.globl	gatejump
gatejump:
	jmp	*%rcx
gateleft:
1:	movq	%rsp, %rdi
	andq	$-16, %rsp
	call	gateslow
	ud2

/*
 * void userleave(void): load the registers in self.exit. The stack pointer ends up in
 * self.exit, outside the kernel stack, so a kick in this stretch leaves self.exit intact.
 */
	.globl	userleave, usercheck, userleft
userleave:
	movq	%rsp, %rbx
usercheck:
	cmpl	$0, self+S_KICKED(%rip)
	jne	1f
	pushq	$2		/* NT, AC and TF off */
	popfq
	leaq	self+S_EXIT(%rip), %rdi
	movq	U_AX(%rdi), %rax
	movq	U_BX(%rdi), %rbx
	movq	U_CX(%rdi), %rcx
	movq	U_DX(%rdi), %rdx
	movq	U_SI(%rdi), %rsi
	movq	U_BP(%rdi), %rbp
	movq	U_R8(%rdi), %r8
	movq	U_R9(%rdi), %r9
	movq	U_R10(%rdi), %r10
	movq	U_R11(%rdi), %r11
	movq	U_R12(%rdi), %r12
	movq	U_R13(%rdi), %r13
	movq	U_R14(%rdi), %r14
	movq	U_R15(%rdi), %r15
	leaq	U_PC(%rdi), %rsp
	movq	U_DI(%rdi), %rdi
	iretq
userleft:
1:	leaq	self+S_EXIT(%rip), %rdi
	movq	%rbx, %rsp
	andq	$-16, %rsp
	call	touser
	ud2

/*
 * A signal's handler. rsp points at the frame, which begins with the restorer's address; the
 * ucontext is in rdx. trap() returns 1 if the frame leads to user mode.
 */
	.globl	sigentry, sigleave, sigleft
sigentry:
	movq	%rsp, %r12
	movq	%rdx, %rbx
	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	trap
	testl	%eax, %eax
	leaq	8(%r12), %rsp
	jz	sigrestore
sigleave:
	cmpl	$0, self+S_KICKED(%rip)
	jne	1f
	movl	$15, %eax	/* rt_sigreturn */
	syscall
sigleft:
	ud2
1:	movq	%rbx, %rdi
	movq	%r12, %rsp
	andq	$-16, %rsp
	call	trapslow
	leaq	8(%r12), %rsp
	jmp	sigleave

/* rt_sigreturn to kernel mode */
	.globl	sigrestore
sigrestore:
	movl	$15, %eax
	syscall
	ud2

/* long hostclone(flags, stack, void (*f)(void)): the child runs f on stack */
	.globl	hostclone
hostclone:
	movq	%rdx, %r9
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	xorl	%r8d, %r8d
	movl	$56, %eax	/* clone */
	syscall
	testq	%rax, %rax
	jz	1f
	ret
1:	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	*%r9
	ud2

/* void onstack(sp, void (*f)(void)): f does not return */
	.globl	onstack
onstack:
	movq	%rdi, %rsp
	andq	$-16, %rsp
	xorl	%ebp, %ebp
	call	*%rsi
	ud2

/* void xsave(void*), xrstor(void*): all state that user programs have */
	.globl	xsave, xrstor
xsave:
	movl	$-1, %eax
	movl	$-1, %edx
	xsave64	(%rdi)
	ret
xrstor:
	movl	$-1, %eax
	movl	$-1, %edx
	xrstor64 (%rdi)
	ret

/* void cpuid(u32int leaf, u32int sub, u32int out[4]) */
	.globl	cpuid
cpuid:
	pushq	%rbx
	movq	%rdx, %r8
	movl	%edi, %eax
	movl	%esi, %ecx
	cpuid
	movl	%eax, 0(%r8)
	movl	%ebx, 4(%r8)
	movl	%ecx, 8(%r8)
	movl	%edx, 12(%r8)
	popq	%rbx
	ret

/* memory functions: faster than lib/mem.c's C versions */
	.globl	memmove, memcpy, memset
memcpy:
memmove:
	movq	%rdi, %rax
	movq	%rdx, %rcx
	movq	%rdi, %r8
	subq	%rsi, %r8
	cmpq	%rdx, %r8
	jb	1f
	cmpq	$64, %rcx
	jae	2f
	cmpq	$8, %rcx
	jb	4f
	/* short: words; the last one may overlap the one before */
	movq	-8(%rsi,%rcx), %r9
	leaq	-8(%rdi,%rcx), %r10
3:	movq	(%rsi), %r8
	movq	%r8, (%rdi)
	addq	$8, %rsi
	addq	$8, %rdi
	cmpq	%r10, %rdi
	jb	3b
	movq	%r9, (%r10)
	ret
4:	testq	%rcx, %rcx
	jz	5f
	movb	(%rsi), %r8b
	movb	%r8b, (%rdi)
	incq	%rsi
	incq	%rdi
	decq	%rcx
	jmp	4b
5:	ret
2:	rep movsb
	ret
	/* overlapping, towards a higher address: copy from the end */
1:	leaq	-1(%rsi,%rcx), %rsi
	leaq	-1(%rdi,%rcx), %rdi
	std
	rep movsb
	cld
	ret
memset:
	movzbl	%sil, %eax
	movq	$0x0101010101010101, %rcx
	imulq	%rcx, %rax
	movq	%rdi, %r8
	/* the processor takes long to begin a rep stosb */
	cmpq	$512, %rdx
	jae	2f
	cmpq	$8, %rdx
	jb	4f
	leaq	-8(%rdi,%rdx), %rdx
3:	movq	%rax, (%rdi)
	addq	$8, %rdi
	cmpq	%rdx, %rdi
	jb	3b
	movq	%rax, (%rdx)
	movq	%r8, %rax
	ret
2:	movq	%rdx, %rcx
	rep stosb
	movq	%r8, %rax
	ret
4:	testq	%rdx, %rdx
	jz	5f
	movb	%al, (%rdi)
	incq	%rdi
	decq	%rdx
	jmp	4b
5:	movq	%r8, %rax
	ret

	.section .note.GNU-stack, "", @progbits
