/* libgit2.a brings transports for HTTPS, SSH and Kerberos, and git_libgit2_init() prepares them:
   it parses every CA certificate of the machine (5 ms) and pulls in some thirty shared libraries.
   We open no connection through libgit2. These definitions of the transports' entry points, found
   by the linker before the archive's own, keep those members out of the program. What prepares
   succeeds; what would connect fails. lib/git/link.cmake tries whether the names still fit. */

int git_mbedtls_stream_global_init(void);
int git_mbedtls_stream_global_init(void) { return 0; }
int git_openssl_stream_global_init(void);
int git_openssl_stream_global_init(void) { return 0; }
int git_transport_ssh_global_init(void);
int git_transport_ssh_global_init(void) { return 0; }
int git_transport_ssh_libssh2_global_init(void);
int git_transport_ssh_libssh2_global_init(void) { return 0; }

#define KAIRON_REFUSES(name) \
  int name(void);            \
  int name(void) { return -1; }

KAIRON_REFUSES(git_mbedtls_stream_new)
KAIRON_REFUSES(git_mbedtls_stream_wrap)
KAIRON_REFUSES(git_mbedtls__set_cert_location)
KAIRON_REFUSES(git_openssl_stream_new)
KAIRON_REFUSES(git_openssl_stream_wrap)
KAIRON_REFUSES(git_openssl_set_locking)
KAIRON_REFUSES(git_openssl__set_cert_location)
KAIRON_REFUSES(git_openssl__add_x509_cert)
KAIRON_REFUSES(git_openssl__reset_context)
KAIRON_REFUSES(git_smart_subtransport_ssh)
KAIRON_REFUSES(git_smart_subtransport_ssh_libssh2)
KAIRON_REFUSES(git_smart_subtransport_ssh_libssh2_set_paths)
KAIRON_REFUSES(git_transport_ssh_with_paths)
KAIRON_REFUSES(git_http_auth_negotiate)
