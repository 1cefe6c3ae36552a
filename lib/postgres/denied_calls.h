#pragma once
#include <sys/syscall.h>

#include <array>

namespace kairon::postgres {

// Numbers from 424 on are the same on every processor; headers older than 6.0 lack the last ones.
inline constexpr int kMemfdSecret = 447;

/// Calls that end with ENOSYS, so that libraries fall back to what the filter can look into.
inline constexpr std::array kUnknownCalls = {SYS_clone3, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register};

/// Calls that end with EPERM whatever their arguments are: a server needs none of them.
inline constexpr std::array kRefusedCalls = {
    // Other programs and other processes.
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_kcmp,
    SYS_process_madvise,
    SYS_tkill,
    SYS_setpriority,
    SYS_sched_setscheduler,
    SYS_sched_setparam,
    SYS_sched_setattr,
    SYS_ioprio_set,
    SYS_migrate_pages,
    // Other servers; bind and connect depend on the address.
    SYS_sendmsg,
    SYS_sendmmsg,
    // Identity and namespaces.
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setfsuid,
    SYS_setfsgid,
    SYS_setgroups,
    SYS_capset,
    SYS_personality,
    SYS_unshare,
    SYS_setns,
    SYS_chroot,
    SYS_pivot_root,
    // Mounts, devices and the whole machine.
    SYS_mount,
    SYS_umount2,
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_mknodat,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_quotactl,
    SYS_reboot,
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_syslog,
    SYS_vhangup,
    // Doors into the kernel that have let processes out of fences before.
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_fanotify_init,
    SYS_fanotify_mark,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_memfd_create,
    kMemfdSecret,
    // Files outside, reached by a path that Landlock does not judge.
    SYS_fchown,
    SYS_fchownat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_utimensat,
    SYS_inotify_add_watch,
    // Queues and semaphores of other processes of the same user.
    SYS_mq_open,
    SYS_mq_unlink,
    SYS_msgget,
    SYS_msgctl,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_semget,
    SYS_semctl,
    SYS_semop,
    SYS_semtimedop,
#ifdef __x86_64__
    SYS_chown,
    SYS_lchown,
    SYS_mknod,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
    SYS_uselib,
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS_kexec_file_load,
#endif
};

}  // namespace kairon::postgres
