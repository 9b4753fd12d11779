// AES-256-GCM and HMAC-SHA-256 of OpenSSL's libcrypto, without an allocation a call: history seals and names each event.
#ifndef WARY_SEAL_H
#define WARY_SEAL_H

#include <stddef.h>
#include <stdint.h>

/// The two halves of an HMAC-SHA-256 key, hashed as far as they go.
struct wary_hmac {
    uint32_t inner[8];
    uint32_t outer[8];
};

/// A key of at most 64 bytes.
void wary_hmac_begin(struct wary_hmac *hmac, const uint8_t *key, size_t key_bytes);

/// The first 128 bits of the code, as two big-endian numbers.
void wary_hmac_code(const struct wary_hmac *hmac, const uint8_t *bytes, size_t count, uint64_t code[2]);

/// At most 256 random bytes of the system's. 1 on success.
int wary_random(void *bytes, size_t count);

/// AES-256-GCM with whatever it needs in memory. Used by one thread at a time.
struct wary_gcm;

/// NULL where there is no memory.
struct wary_gcm *wary_gcm_new(void);
void wary_gcm_free(struct wary_gcm *gcm);

/// Encrypts `count` bytes where they stand and writes the tag of 16 bytes. The key has 32 bytes, the nonce 12; two runs of
/// additional data are vouched for, one behind the other. 1 on success.
int wary_gcm_seal(struct wary_gcm *gcm, const uint8_t *key, const uint8_t *nonce, const uint8_t *first, size_t first_bytes,
                  const uint8_t *second, size_t second_bytes, uint8_t *bytes, size_t count, uint8_t *tag);

/// Decrypts `count` bytes from `sealed` into `bytes`. 1 where everything is as it was sealed.
int wary_gcm_open(struct wary_gcm *gcm, const uint8_t *key, const uint8_t *nonce, const uint8_t *first, size_t first_bytes,
                  const uint8_t *second, size_t second_bytes, const uint8_t *sealed, size_t count, const uint8_t *tag, uint8_t *bytes);

#endif
