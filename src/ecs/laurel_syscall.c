/*
 * laurel_syscall.c
 *		Which system calls start a program.
 *
 * Their names are in a record only if laurel or auditd translates numbers.  A
 * number means something together with the machine: 11 is execve for a 32-bit
 * program on x86, and munmap for a 64-bit one.
 */
#include "ecs/laurel_parts.h"
#include "ecs/text.h"

#include <string.h>

#include "text/hex.h"

typedef struct Machine
{
	uint32_t	arch;			/* as audit numbers them */
	const char *name;			/* as they are translated */
	uint32_t	execve;
	uint32_t	execveat;
} Machine;

/* x86-64 also runs x32, whose numbers have bit 30 set. */
#define X32_EXECVE		(0x40000000 + 520)
#define X32_EXECVEAT	(0x40000000 + 545)

static const Machine machines[] =
{
	{0xC000003E, "x86_64", 59, 322},
	{0xC000003E, "x32", X32_EXECVE, X32_EXECVEAT},
	{0x40000003, "i386", 11, 358},
	{0xC00000B7, "aarch64", 221, 281},
	{0x40000028, "arm", 11, 387},
	{0x00000028, "armeb", 11, 387},
	{0xC00000F3, "riscv64", 221, 281},
	{0x400000F3, "riscv32", 221, 281},
	{0xC0000015, "ppc64le", 11, 362},
	{0x80000015, "ppc64", 11, 362},
	{0x00000014, "ppc", 11, 362},
	{0x80000016, "s390x", 11, 354},
	{0x00000016, "s390", 11, 354},
};

/*
 * A whole number: decimal, or with a base 16 or after 0x hexadecimal.
 */
static bool
read_number(EcsText text, uint32_t base, uint32_t *number)
{
	uint64_t	result = 0;

	if (text.length > 2 && text.data[0] == '0' && (text.data[1] == 'x' || text.data[1] == 'X'))
	{
		base = 16;
		text = (EcsText) {text.data + 2, text.length - 2};
	}
	if (text.length == 0 || text.length > 10)
		return false;
	for (size_t i = 0; i < text.length; i++)
	{
		int			digit = td_hex_digit((unsigned char) text.data[i]);

		if (digit < 0 || digit >= (int) base)
			return false;
		result = result * base + (uint64_t) digit;
	}
	*number = (uint32_t) result;
	return result <= UINT32_MAX;
}

/*
 * Is a machine the one that the record names, by number or by name?
 */
static bool
is_machine(const Laurel *laurel, const Machine *machine)
{
	const EcsItem *arch = ecs_member(laurel->syscall, "arch");
	EcsText		text = ecs_item_text(arch);
	uint32_t	number;

	if (text.data != NULL && read_number(text, arch->kind == ECS_ITEM_NUMBER ? 10 : 16, &number))
		return number == machine->arch;
	if (text.data == NULL)
		text = ecs_item_text(laurel_enriched(laurel, "arch"));
	return text.data != NULL && text.length == strlen(machine->name) &&
		memcmp(text.data, machine->name, text.length) == 0;
}

/*
 * Do machine and number mean a program's start?
 */
static bool
starts_program(const Laurel *laurel)
{
	uint32_t	number;
	EcsText		text = ecs_item_text(ecs_member(laurel->syscall, "syscall"));

	if (text.data == NULL || !read_number(text, 10, &number))
		return false;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
	{
		if ((number == machines[i].execve || number == machines[i].execveat) && is_machine(laurel, &machines[i]))
			return true;
	}
	return false;
}

/*
 * Was a program started?  A failed attempt has no EXECVE record, and one that
 * succeeded may have lost it.
 */
bool
laurel_is_exec(Laurel *laurel, EcsText name)
{
	EcsText		success = laurel_member(laurel, laurel->syscall, "success");

	if (success.data == NULL || !ecs_text_is(success, "yes"))
		return false;
	if (ecs_is_object(ecs_member(laurel->document, "EXECVE")))
		return true;
	if (laurel_has(name))
		return ecs_text_is(name, "execve") || ecs_text_is(name, "execveat");
	return starts_program(laurel);
}
