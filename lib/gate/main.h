#pragma once

namespace kairon::gate {

// The mains of the hooks. Each returns the process's exit code (base/error.h: ExitCode) and throws nothing:
// what is thrown inside is reported here, and a hook that could not check blocks with 3.

int pre_commit_main(int argc, char** argv);
/// Also serves post-rewrite, post-checkout and post-commit: argv[0]'s name decides.
int post_merge_main(int argc, char** argv);
int pre_push_main(int argc, char** argv);
int pre_receive_main(int argc, char** argv);
/// Leaves when the commit is what was judged, else becomes post-merge; a program of its own.
int post_commit_main(int argc, char** argv);

}  // namespace kairon::gate
