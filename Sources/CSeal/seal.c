#define OPENSSL_SUPPRESS_DEPRECATED // the plain SHA-256 calls: the others allocate at each hash
#include "CSeal.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { block_bytes = 64, tag_bytes = 16 };

static void half(uint32_t state[8], const uint8_t *key, size_t key_bytes, uint8_t pad) {
    uint8_t block[block_bytes];
    memset(block, pad, sizeof block);
    for (size_t i = 0; i < key_bytes && i < block_bytes; i++) block[i] ^= key[i];
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, block, sizeof block);
    for (int i = 0; i < 8; i++) state[i] = context.h[i];
}

void wary_hmac_begin(struct wary_hmac *hmac, const uint8_t *key, size_t key_bytes) {
    half(hmac->inner, key, key_bytes, 0x36);
    half(hmac->outer, key, key_bytes, 0x5c);
}

/// Goes on from a state that has taken in one block.
static void go_on(SHA256_CTX *context, const uint32_t state[8]) {
    SHA256_Init(context);
    for (int i = 0; i < 8; i++) context->h[i] = state[i];
    context->Nl = block_bytes * 8;
}

void wary_hmac_code(const struct wary_hmac *hmac, const uint8_t *bytes, size_t count, uint64_t code[2]) {
    SHA256_CTX context;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    go_on(&context, hmac->inner);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
    go_on(&context, hmac->outer);
    SHA256_Update(&context, digest, sizeof digest);
    SHA256_Final(digest, &context);
    for (int word = 0; word < 2; word++) {
        code[word] = 0;
        for (int i = 0; i < 8; i++) code[word] = code[word] << 8 | digest[8 * word + i];
    }
}

int wary_random(void *bytes, size_t count) { return getrandom(bytes, count, 0) == (ssize_t)count; }

struct wary_gcm {
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *sealing, *opening;
};

struct wary_gcm *wary_gcm_new(void) {
    struct wary_gcm *gcm = calloc(1, sizeof *gcm);
    if (!gcm) return NULL;
    gcm->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    gcm->sealing = EVP_CIPHER_CTX_new();
    gcm->opening = EVP_CIPHER_CTX_new();
    if (gcm->cipher && gcm->sealing && gcm->opening
        && EVP_EncryptInit_ex2(gcm->sealing, gcm->cipher, NULL, NULL, NULL) == 1
        && EVP_DecryptInit_ex2(gcm->opening, gcm->cipher, NULL, NULL, NULL) == 1) return gcm;
    wary_gcm_free(gcm);
    return NULL;
}

void wary_gcm_free(struct wary_gcm *gcm) {
    if (!gcm) return;
    EVP_CIPHER_CTX_free(gcm->sealing);
    EVP_CIPHER_CTX_free(gcm->opening);
    EVP_CIPHER_free(gcm->cipher);
    free(gcm);
}

int wary_gcm_seal(struct wary_gcm *gcm, const uint8_t *key, const uint8_t *nonce, const uint8_t *first, size_t first_bytes,
                  const uint8_t *second, size_t second_bytes, uint8_t *bytes, size_t count, uint8_t *tag) {
    EVP_CIPHER_CTX *context = gcm->sealing;
    int length;
    if (count > INT_MAX || first_bytes > INT_MAX || second_bytes > INT_MAX) return 0;
    return EVP_EncryptInit_ex2(context, NULL, key, nonce, NULL) == 1
        && (!first_bytes || EVP_EncryptUpdate(context, NULL, &length, first, (int)first_bytes) == 1)
        && (!second_bytes || EVP_EncryptUpdate(context, NULL, &length, second, (int)second_bytes) == 1)
        && (!count || EVP_EncryptUpdate(context, bytes, &length, bytes, (int)count) == 1)
        && EVP_EncryptFinal_ex(context, tag, &length) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, tag) == 1;
}

int wary_gcm_open(struct wary_gcm *gcm, const uint8_t *key, const uint8_t *nonce, const uint8_t *first, size_t first_bytes,
                  const uint8_t *second, size_t second_bytes, const uint8_t *sealed, size_t count, const uint8_t *tag, uint8_t *bytes) {
    EVP_CIPHER_CTX *context = gcm->opening;
    int length;
    uint8_t none;
    if (count > INT_MAX || first_bytes > INT_MAX || second_bytes > INT_MAX) return 0;
    return EVP_DecryptInit_ex2(context, NULL, key, nonce, NULL) == 1
        && (!first_bytes || EVP_DecryptUpdate(context, NULL, &length, first, (int)first_bytes) == 1)
        && (!second_bytes || EVP_DecryptUpdate(context, NULL, &length, second, (int)second_bytes) == 1)
        && (!count || EVP_DecryptUpdate(context, bytes, &length, sealed, (int)count) == 1)
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, (void *)tag) == 1
        && EVP_DecryptFinal_ex(context, &none, &length) == 1;
}
