/*
 * Entry to a note handler, and jumps out of one.
 *
 * The kernel enters the handler with SP pointing at three words: a return
 * address of 0, the Ureg's address, the message's address: notify(2). SP need
 * not be aligned as C wants it, and the direction flag may be anything.
 */
	.text
	.globl _notetramp
	.type _notetramp, @function
_notetramp:
	movq 8(%rsp), %rdi
	movq 16(%rsp), %rsi
	xorl %ebp, %ebp
	andq $-16, %rsp
	cld
	call _notemain
	ud2
	.size _notetramp, .-_notetramp

/* int setjmp(jmp_buf), void longjmp(jmp_buf, int): see lib.h for the words. */
	.globl setjmp
	.type setjmp, @function
setjmp:
	movq %rbx, 0(%rdi)
	movq %rbp, 8(%rdi)
	movq %r12, 16(%rdi)
	movq %r13, 24(%rdi)
	movq %r14, 32(%rdi)
	movq %r15, 40(%rdi)
	leaq 8(%rsp), %rax
	movq %rax, 48(%rdi)
	movq (%rsp), %rax
	movq %rax, 56(%rdi)
	xorl %eax, %eax
	ret
	.size setjmp, .-setjmp

	.globl longjmp
	.type longjmp, @function
longjmp:
	movl %esi, %eax
	testl %eax, %eax
	jnz 1f
	incl %eax
1:	movq 0(%rdi), %rbx
	movq 8(%rdi), %rbp
	movq 16(%rdi), %r12
	movq 24(%rdi), %r13
	movq 32(%rdi), %r14
	movq 40(%rdi), %r15
	movq 48(%rdi), %rsp
	jmp *56(%rdi)
	.size longjmp, .-longjmp

	.section .note.GNU-stack, "", @progbits
