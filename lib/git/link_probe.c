/* Linked and run by lib/git/link.cmake: names what lib/git uses of libgit2, and shows that libgit2
   starts with link_stubs.c in the place of its transports. */
#include <git2.h>
#include <git2/sys/repository.h>

int main(int argc, char** argv) {
  git_repository* repository = NULL;
  git_config* config = NULL;
  git_object* object = NULL;
  git_index* index = NULL;
  git_diff* diff = NULL;
  git_revwalk* walk = NULL;
  git_odb* database = NULL;
  git_oid oid;
  if (git_libgit2_init() < 1) return 1;
  if (argc < 2) return git_repository_open_ext(&repository, "/nonexistent", 0, NULL) == GIT_ENOTFOUND ? 0 : 1;
  return git_repository_open_ext(&repository, argv[1], GIT_REPOSITORY_OPEN_FROM_ENV, NULL) |
         git_repository_index(&index, repository) | git_revparse_single(&object, repository, "HEAD") |
         git_diff_tree_to_index(&diff, repository, (git_tree*)object, index, NULL) |
         git_revwalk_new(&walk, repository) | git_merge_base(&oid, repository, &oid, &oid) |
         git_repository_odb(&database, repository) | git_config_open_ondisk(&config, argv[1]) |
         git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}
