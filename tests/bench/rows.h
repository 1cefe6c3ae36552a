#pragma once
// Rows of the gate's benchmark, each printed next to its budget.

/// CPU of a commit with all installed hooks, of post-commit, and of a push of many refs.
void hook_rows(int rounds, bool full);
/// A trial and a push of what was proven next to the same by hand; when `full`, what a build costs next to an old one.
void trial_rows(int rounds, bool full);
/// CPU of pre-commit next to `git diff --cached` in repositories of many workflows and of many files.
void large_repositories(int rounds, bool full);
/// What the executables weigh.
void sizes();
/// CPU of a commit with other managers of hooks that have nothing to do, where npm has them.
void other_managers(int rounds, bool full);
