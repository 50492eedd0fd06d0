/* Where noted(NSAVE) of notestorm's handler goes on: as _notetramp, without a message. */
	.text
	.globl _savedtramp
	.type _savedtramp, @function
_savedtramp:
	movq 8(%rsp), %rdi
	xorl %ebp, %ebp
	andq $-16, %rsp
	cld
	call saved
	ud2
	.size _savedtramp, .-_savedtramp

	.section .note.GNU-stack, "", @progbits
