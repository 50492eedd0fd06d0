/*
 * One function for every system call of include/syscalls.h, called as C on
 * the host calls (SysV: arguments in registers, rbx rbp r12-r15 preserved) and
 * calling as Plan 9 wants it: number in BP, arguments in eight-byte slots from
 * 8(SP), 0(SP) a return address that nobody uses, result in AX. A Plan 9
 * system call preserves no register, so the stub saves what C expects kept.
 *
 * Every argument register is stored whole: for an int the high half of its
 * slot is whatever the compiler left there, and a kernel must not look at it.
 *
 * The call itself is kencc's and Go's `MOVQ $n, BP; SYSCALL` byte for byte:
 * 48 c7 c5 n n n n 0f 05. Built with -DTRAPSTUBS it is another encoding of the
 * same, for kernels that treat the common pattern specially.
 *
 * seek and notify get an underscore: the library has C wrappers for them.
 */
#ifdef TRAPSTUBS
/* AX is not to be 336 by chance: see axsyscall's users */
#define NUMBER(n) movl $n, %ebp; xorl %eax, %eax
#else
#define NUMBER(n) .byte 0x48, 0xc7, 0xc5; .long n
#endif

#define SAVE \
	pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15; \
	subq $56, %rsp

#define RESTORE \
	addq $56, %rsp; \
	popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx; \
	cld

#define SYSCALL(n, name) \
	.globl name; .type name, @function; name: \
	SAVE; \
	movq $0, (%rsp); \
	movq %rdi, 8(%rsp); movq %rsi, 16(%rsp); movq %rdx, 24(%rsp); \
	movq %rcx, 32(%rsp); movq %r8, 40(%rsp); movq %r9, 48(%rsp); \
	NUMBER(n); \
	.byte 0x0f, 0x05; \
	RESTORE; \
	ret; \
	.size name, .-name;

#define seek _seek
#define notify _notify

	.text
#include "syscalls.h"

/*
 * vlong trapsyscall(vlong n, ...): system call n with up to five arguments, in
 * an encoding that no pattern matches: the number comes from a register.
 */
	.globl trapsyscall
	.type trapsyscall, @function
trapsyscall:
	SAVE
	movq $0, (%rsp)
	movq %rsi, 8(%rsp)
	movq %rdx, 16(%rsp)
	movq %rcx, 24(%rsp)
	movq %r8, 32(%rsp)
	movq %r9, 40(%rsp)
	movq $0, 48(%rsp)
	movq %rdi, %rbp
	syscall
	RESTORE
	ret
	.size trapsyscall, .-trapsyscall

/*
 * vlong midsyscall(int n, ...): jumps to the two bytes of a `syscall` in the
 * middle of the common pattern, with another number in BP. A kernel that
 * replaces the pattern must leave those two bytes what they are.
 */
	.globl midsyscall
	.type midsyscall, @function
midsyscall:
	SAVE
	movq $0, (%rsp)
	movq %rsi, 8(%rsp)
	movq %rdx, 16(%rsp)
	movq %rcx, 24(%rsp)
	movq %r8, 32(%rsp)
	movq %r9, 40(%rsp)
	movq $0, 48(%rsp)
	movslq %edi, %rbp
	jmp 1f
	.byte 0x48, 0xc7, 0xc5
	.long 8 /* exits, should anything fall into the front of the pattern */
1:	.byte 0x0f, 0x05
	RESTORE
	ret
	.size midsyscall, .-midsyscall

/*
 * vlong copysyscall(int n, vlong a[3], vlong *to): a call as Go's syscall.Syscall makes it,
 * which moves its arguments with three MOVSQs just before the SYSCALL. They go to `to',
 * which should be nil, for where the kernel looks for them.
 */
	.globl copysyscall
	.type copysyscall, @function
copysyscall:
	SAVE
	movq $0, (%rsp)
	movslq %edi, %rbp
	leaq 8(%rsp), %rdi
	testq %rdx, %rdx
	cmovnzq %rdx, %rdi
	cld
	.globl copysite
copysite:
	.byte 0x48, 0xa5, 0x48, 0xa5, 0x48, 0xa5
	.byte 0x0f, 0x05
	RESTORE
	ret
	.size copysyscall, .-copysyscall

/* vlong midcopysyscall(int n, vlong a): jumps to the SYSCALL after such MOVSQs. */
	.globl midcopysyscall
	.type midcopysyscall, @function
midcopysyscall:
	SAVE
	movq $0, (%rsp)
	movq %rsi, 8(%rsp)
	movslq %edi, %rbp
	xorl %eax, %eax
	jmp 1f
	.byte 0x48, 0xa5, 0x48, 0xa5, 0x48, 0xa5
1:	.byte 0x0f, 0x05
	RESTORE
	ret
	.size midcopysyscall, .-midcopysyscall

/* int protkeys(void): does the host's processor let programs use protection keys? */
	.globl protkeys
	.type protkeys, @function
protkeys:
	pushq %rbx
	movl $7, %eax
	xorl %ecx, %ecx
	cpuid
	movl %ecx, %eax
	shrl $4, %eax /* OSPKE */
	andl $1, %eax
	popq %rbx
	ret
	.size protkeys, .-protkeys

/* void setkeys(u32int rights): WRPKRU */
	.globl setkeys
	.type setkeys, @function
setkeys:
	movl %edi, %eax
	xorl %ecx, %ecx
	xorl %edx, %edx
	.byte 0x0f, 0x01, 0xef
	ret
	.size setkeys, .-setkeys

/*
 * vlong keysyscall(int n, vlong a, u32int rights, void *gate): WRPKRU, and then nothing that
 * touches memory until the jump to gate, which wants a return address on the stack and comes
 * back four bytes behind it, or with nil the SYSCALL.
 */
	.globl keysyscall
	.type keysyscall, @function
keysyscall:
	SAVE
	movq $0, (%rsp)
	movq %rsi, 8(%rsp)
	movslq %edi, %rbp
	movl %edx, %eax
	movq %rcx, %rbx
	xorl %ecx, %ecx
	xorl %edx, %edx
	testq %rbx, %rbx
	jnz 1f
	.byte 0x0f, 0x01, 0xef
	syscall
	jmp 2f
1:	leaq 2f-4(%rip), %rsi
	pushq %rsi
	.byte 0x0f, 0x01, 0xef
	jmp *%rbx
2:	RESTORE
	ret
	.size keysyscall, .-keysyscall

/* vlong axsyscall(int n, vlong ax, vlong a, vlong b): as trapsyscall, with that in AX */
	.globl axsyscall
	.type axsyscall, @function
axsyscall:
	SAVE
	movq $0, (%rsp)
	movq %rdx, 8(%rsp)
	movq %rcx, 16(%rsp)
	movslq %edi, %rbp
	movq %rsi, %rax
	syscall
	RESTORE
	ret
	.size axsyscall, .-axsyscall

/*
 * vlong rawsyscall(int n, uintptr sp): system call n with SP as given: for
 * stacks that a kernel must refuse. Comes back if SP does.
 */
	.globl rawsyscall
	.type rawsyscall, @function
rawsyscall:
	SAVE
	movq %rsp, rawsp(%rip)
	movslq %edi, %rbp
	movq %rsi, %rsp
	syscall
	movq rawsp(%rip), %rsp
	RESTORE
	ret
	.size rawsyscall, .-rawsyscall

/*
 * void nsecregs(u64int r[16]): the time (_nsec), and then what every register
 * but SP and AX holds, in the machine's numbering.
 */
	.globl nsecregs
	.type nsecregs, @function
nsecregs:
	SAVE
	movq %rdi, nsecto(%rip)
	movq $0, (%rsp)
	movq $0, 8(%rsp)
	NUMBER(53)
	.byte 0x0f, 0x05
	movq nsecto(%rip), %rax
	movq $0, (%rax)
	movq %rcx, 8(%rax)
	movq %rdx, 16(%rax)
	movq %rbx, 24(%rax)
	movq $0, 32(%rax)
	movq %rbp, 40(%rax)
	movq %rsi, 48(%rax)
	movq %rdi, 56(%rax)
	movq %r8, 64(%rax)
	movq %r9, 72(%rax)
	movq %r10, 80(%rax)
	movq %r11, 88(%rax)
	movq %r12, 96(%rax)
	movq %r13, 104(%rax)
	movq %r14, 112(%rax)
	movq %r15, 120(%rax)
	RESTORE
	ret
	.size nsecregs, .-nsecregs

	.bss
	.balign 8
nsecto:
	.quad 0
rawsp:
	.quad 0

	.section .note.GNU-stack, "", @progbits
