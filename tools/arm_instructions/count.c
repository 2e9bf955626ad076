/* A plugin for qemu-user 7 and later (TCG plugins, API version 1): counts the guest's instructions.
 *
 * Writes to the file that COUNT_OUT names: `total N`, then the ten blocks of code in which most of them were spent, as
 * instructions, times run, and their text. The prototypes are those of qemu's qemu-plugin.h, which Debian does not ship.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, enum qemu_plugin_op, void *, uint64_t);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);

#define BLOCKS 400000
#define SHOWN 10
#define TEXT 1000

struct block {
    uint64_t instructions, runs;
    char text[TEXT];
};

static struct block *blocks[BLOCKS];
static size_t known;
static uint64_t total;

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *code)
{
    size_t count = qemu_plugin_tb_n_insns(code), used = 0;
    struct block *block = known < BLOCKS ? calloc(1, sizeof *block) : NULL;

    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(code, QEMU_PLUGIN_INLINE_ADD_U64, &total, count);
    if (!block)
        return;
    blocks[known++] = block;
    block->instructions = count;
    for (size_t i = 0; i < count && used < TEXT - 100; i++) {
        char *text = qemu_plugin_insn_disas(qemu_plugin_tb_get_insn(code, i));
        used += (size_t)snprintf(block->text + used, 99, "%s; ", text ? text : "?");
        free(text);
    }
    qemu_plugin_register_vcpu_tb_exec_inline(code, QEMU_PLUGIN_INLINE_ADD_U64, &block->runs, 1);
}

static int heavier(const void *a, const void *b)
{
    const struct block *one = *(struct block *const *)a, *other = *(struct block *const *)b;
    uint64_t first = one->instructions * one->runs, second = other->instructions * other->runs;
    return (first < second) - (first > second);
}

static void ended(qemu_plugin_id_t id, void *unused)
{
    const char *name = getenv("COUNT_OUT");
    FILE *out = name ? fopen(name, "w") : stderr;

    (void)id;
    (void)unused;
    if (!out)
        return;
    qsort(blocks, known, sizeof *blocks, heavier);
    fprintf(out, "total %llu\n", (unsigned long long)total);
    for (size_t i = 0; i < SHOWN && i < known; i++)
        fprintf(out, "%llu x %llu: %s\n", (unsigned long long)blocks[i]->instructions,
                (unsigned long long)blocks[i]->runs, blocks[i]->text);
}

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
                                                               int count, char **values)
{
    (void)info;
    (void)count;
    (void)values;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
