// OpenSSL 3 would rather have its EVP interface used, which finds a hash by name among its providers: that takes 2 MiB of
// memory once and a microsecond for each digest. These functions are what it finds.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
