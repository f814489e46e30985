// The little cryptography that recognizing takes: digests for fingerprints, and the keys that
// everybody knows. Everything of OpenSSL stays behind this.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "classify/bytes.h"

namespace oddport {

using Sha256 = std::array<char, 32>;
using AesBlock = std::array<char, 16>;

Sha256 sha256(Bytes data);
Sha256 hmac_sha256(Bytes key, Bytes data);

// One block under AES-128; all zeros where the sizes are not 16.
AesBlock aes128_encrypt_block(Bytes key, Bytes block);

// Opens a message sealed with AES-128 in GCM: the ciphertext ends with its tag of 16 bytes, the
// nonce has 12. Returns how many bytes of plaintext were written; none where the tag does not fit,
// or the room does not suffice.
std::size_t aes128_gcm_open(Bytes key, Bytes nonce, Bytes associated, Bytes sealed,
                            std::span<char> plain);

}  // namespace oddport
