/*
 * uchar *nextsyscall(uchar *p, uchar *e)
 *
 * Returns the first SYSCALL (0f 05) in [p, e), or e. All text that enters the image cache is
 * scanned, so this compares sixteen bytes at a time. It borrows the program's vector registers
 * and restores them.
 */
	.text
	.globl	nextsyscall
nextsyscall:
	subq	$64, %rsp
	movdqu	%xmm0, 0(%rsp)
	movdqu	%xmm1, 16(%rsp)
	movdqu	%xmm2, 32(%rsp)
	movdqu	%xmm3, 48(%rsp)
	movl	$0x0f0f0f0f, %eax
	movd	%eax, %xmm2
	pshufd	$0, %xmm2, %xmm2
	movl	$0x05050505, %eax
	movd	%eax, %xmm3
	pshufd	$0, %xmm3, %xmm3
1:	leaq	17(%rdi), %rdx
	cmpq	%rsi, %rdx
	ja	2f
	movdqu	0(%rdi), %xmm0
	movdqu	1(%rdi), %xmm1
	pcmpeqb	%xmm2, %xmm0
	pcmpeqb	%xmm3, %xmm1
	pand	%xmm1, %xmm0
	pmovmskb %xmm0, %eax
	addq	$16, %rdi
	testl	%eax, %eax
	jz	1b
	bsfl	%eax, %eax
	leaq	-16(%rdi,%rax), %rax
	jmp	4f
	/* the last bytes, one by one */
2:	movq	%rsi, %rax
3:	leaq	2(%rdi), %rdx
	cmpq	%rsi, %rdx
	ja	4f
	cmpw	$0x050f, (%rdi)
	cmoveq	%rdi, %rax
	je	4f
	incq	%rdi
	jmp	3b
4:	movdqu	0(%rsp), %xmm0
	movdqu	16(%rsp), %xmm1
	movdqu	32(%rsp), %xmm2
	movdqu	48(%rsp), %xmm3
	addq	$64, %rsp
	ret

	.section .note.GNU-stack, "", @progbits
