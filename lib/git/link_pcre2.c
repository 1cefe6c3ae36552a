/* libgit2 matches with PCRE2's interpreter and never asks for its compiler to machine code, which freeing
   a pattern refers to all the same. These definitions, found by the linker before the archive's own, keep
   a quarter of a megabyte out of the hooks. lib/smaller.cmake tries whether the names still fit. */
#include <stddef.h>

/* PCRE2_ERROR_JIT_BADOPTION: what a PCRE2 without the compiler answers. */
enum { kNoCompiler = -45 };

int pcre2_jit_compile_8(void* code, unsigned options);
int pcre2_jit_compile_8(void* code, unsigned options) {
  (void)code;
  (void)options;
  return kNoCompiler;
}

int pcre2_jit_match_8(const void* code, const unsigned char* subject, size_t length, size_t begin, unsigned options, void* data,
                      void* context);
int pcre2_jit_match_8(const void* code, const unsigned char* subject, size_t length, size_t begin, unsigned options, void* data,
                      void* context) {
  (void)code;
  (void)subject;
  (void)length;
  (void)begin;
  (void)options;
  (void)data;
  (void)context;
  return kNoCompiler;
}

void _pcre2_jit_free_8(void* compiled, void* memory);
void _pcre2_jit_free_8(void* compiled, void* memory) {
  (void)compiled;
  (void)memory;
}

void _pcre2_jit_free_rodata_8(void* data, void* memory);
void _pcre2_jit_free_rodata_8(void* data, void* memory) {
  (void)data;
  (void)memory;
}

size_t _pcre2_jit_get_size_8(void* compiled);
size_t _pcre2_jit_get_size_8(void* compiled) {
  (void)compiled;
  return 0;
}

/* Of Debian's PCRE2 alone. */
int _pcre2_jit_check_exec_8(void);
int _pcre2_jit_check_exec_8(void) { return 0; }

const char* _pcre2_jit_get_target_8(void);
const char* _pcre2_jit_get_target_8(void) { return NULL; }
