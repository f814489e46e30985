#include "classify/recognizers/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

namespace oddport {

namespace {

constexpr std::size_t tag_size = 16;
constexpr std::size_t nonce_size = 12;

const unsigned char* octets(const char* data) {
  return reinterpret_cast<const unsigned char*>(data);
}
unsigned char* octets(char* data) { return reinterpret_cast<unsigned char*>(data); }

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// One of a thread, so that no packet costs an allocation.
EVP_CIPHER_CTX* cipher_context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context{EVP_CIPHER_CTX_new()};
  return context.get();
}
EVP_MD_CTX* digest_context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  return context.get();
}

// Looking an algorithm up costs more than using it once does.
const EVP_CIPHER* fetched(const char* name) { return EVP_CIPHER_fetch(nullptr, name, nullptr); }

}  // namespace

Sha256 sha256(Bytes data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  Sha256 digest{};
  EVP_MD_CTX* context = digest_context();
  if (context == nullptr || EVP_DigestInit_ex2(context, algorithm, nullptr) != 1) return digest;
  EVP_DigestUpdate(context, data.data(), data.size());
  EVP_DigestFinal_ex(context, octets(digest.data()), nullptr);
  return digest;
}

Sha256 hmac_sha256(Bytes key, Bytes data) {
  Sha256 digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(data.data()), data.size(),
       octets(digest.data()), nullptr);
  return digest;
}

AesBlock aes128_encrypt_block(Bytes key, Bytes block) {
  static const EVP_CIPHER* const cipher = fetched("AES-128-ECB");
  AesBlock out{};
  EVP_CIPHER_CTX* context = cipher_context();
  int written = 0;
  if (key.size() != out.size() || block.size() != out.size() || context == nullptr) return out;
  if (EVP_EncryptInit_ex2(context, cipher, octets(key.data()), nullptr, nullptr) != 1) return out;
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_EncryptUpdate(context, octets(out.data()), &written, octets(block.data()),
                    static_cast<int>(block.size()));
  return out;
}

std::size_t aes128_gcm_open(Bytes key, Bytes nonce, Bytes associated, Bytes sealed,
                            std::span<char> plain) {
  static const EVP_CIPHER* const cipher = fetched("AES-128-GCM");
  if (key.size() != 16 || nonce.size() != nonce_size || sealed.size() <= tag_size) return 0;
  const std::size_t size = sealed.size() - tag_size;
  EVP_CIPHER_CTX* context = cipher_context();
  if (size > plain.size() || context == nullptr) return 0;
  std::array<char, tag_size> tag{};
  sealed.copy(tag.data(), tag.size(), size);
  int written = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context, cipher, octets(key.data()), octets(nonce.data()), nullptr) ==
          1 &&
      EVP_DecryptUpdate(context, nullptr, &written, octets(associated.data()),
                        static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(context, octets(plain.data()), &written, octets(sealed.data()),
                        static_cast<int>(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context, octets(plain.data()) + size, &written) == 1;
  return opened ? size : 0;
}

}  // namespace oddport
