/*
 * The little that tagged needs of the library, which would not fit in a page:
 * a beginning and a few system calls, as in plan9/lib.
 */
	.text
	.globl _start
_start:
	movl (%rsp), %edi
	leaq 8(%rsp), %rsi
	xorl %ebp, %ebp
	andq $-16, %rsp
	cld
	call main
	ud2

#define SYSCALL(n, name) \
	.globl name; name: \
	pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15; \
	subq $40, %rsp; \
	movq %rdi, 8(%rsp); movq %rsi, 16(%rsp); \
	.byte 0x48, 0xc7, 0xc5; .long n; \
	.byte 0x0f, 0x05; \
	addq $40, %rsp; \
	popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx; \
	cld; \
	ret;

SYSCALL(7, exec)
SYSCALL(8, exits)
SYSCALL(17, sleep)
SYSCALL(19, rfork)
SYSCALL(47, await)

	.section .note.GNU-stack, "", @progbits
