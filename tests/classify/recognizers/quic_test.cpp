#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>

#include "classify/recognizer.h"
#include "classify/recognizers/crypto.h"
#include "classify/recognizers/quic_initial.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer quic;
}
namespace {

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t n = 0; n + 1 < digits.size(); n += 2)
    bytes += static_cast<char>(std::stoi(std::string{digits.substr(n, 2)}, nullptr, 16));
  return bytes;
}

template <typename Array>
std::string text(const Array& bytes) {
  return {bytes.data(), bytes.size()};
}

unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// RFC 9001, appendix A.2: the connection id, and the frames of the client's first packet.
const std::string connection_id = from_hex("8394c8f03e515708");
const std::string hello = from_hex(
    "010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c000004130113020100"
    "00c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504"
    "616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce1"
    "5d"
    "43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c0002400100"
    "39"
    "00320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806"
    "04"
    "8000ffff");

// Seals a packet as a client does; the header ends with a packet number of four bytes.
std::string seal(std::uint32_t version, std::string header, std::string frames) {
  const recognizers::QuicKeys keys = recognizers::derive_quic_client_keys(version, connection_id);
  frames.resize(1162);
  std::string key = text(keys.key);
  std::string nonce = text(keys.iv);
  for (std::size_t n = 0; n < 4; ++n)
    nonce[8 + n] = static_cast<char>(nonce[8 + n] ^ header[header.size() - 4 + n]);
  std::string sealed(frames.size() + 16, '\0');
  int size = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nullptr, octets(key), octets(nonce));
  EVP_EncryptUpdate(context, nullptr, &size, octets(header), static_cast<int>(header.size()));
  EVP_EncryptUpdate(context, octets(sealed), &size, octets(frames),
                    static_cast<int>(frames.size()));
  EVP_EncryptFinal_ex(context, octets(sealed) + size, &size);
  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, octets(sealed) + frames.size());
  EVP_CIPHER_CTX_free(context);
  const AesBlock mask = aes128_encrypt_block(text(keys.header), sealed.substr(0, 16));
  header[0] = static_cast<char>(header[0] ^ (mask[0] & 0x0f));
  for (std::size_t n = 0; n < 4; ++n)
    header[header.size() - 4 + n] = static_cast<char>(header[header.size() - 4 + n] ^ mask[n + 1]);
  return header + sealed;
}

std::string crypto_frame(std::size_t offset, std::string_view piece) {
  const auto number = [](std::size_t value) {
    return std::string{static_cast<char>(0x40 | value >> 8), static_cast<char>(value)};
  };
  return "\x06" + number(offset) + number(piece.size()) + std::string{piece};
}

const std::string header_1 = from_hex("c300000001088394c8f03e5157080000449e00000002");
const std::string header_2 = from_hex("d36b3343cf088394c8f03e5157080000449e00000002");

TEST(Quic, DerivesTheKeysOfTheSpecification) {
  const recognizers::QuicKeys keys = recognizers::derive_quic_client_keys(1, connection_id);
  EXPECT_EQ(text(keys.key), from_hex("1f369613dd76d5467730efcbe3b1a22d"));
  EXPECT_EQ(text(keys.iv), from_hex("fa044b2f42a3fd3b46fb255c"));
  EXPECT_EQ(text(keys.header), from_hex("9f50449e04a0e810283a1e9933adedd2"));
  const recognizers::QuicKeys second =
      recognizers::derive_quic_client_keys(0x6b3343cf, connection_id);
  EXPECT_EQ(text(second.key), from_hex("8b1a0bc121284290a29e0971b5cd045d"));
  EXPECT_EQ(text(second.iv), from_hex("91f73e2351d8fa91660e909f"));
  EXPECT_EQ(text(second.header), from_hex("45b95e15235d6f45a6b19cbcb0294ba9"));
}

TEST(Quic, OpensThePacketOfTheSpecification) {
  const std::string packet = seal(1, header_1, from_hex("060040f1") + hello);
  EXPECT_EQ(packet.substr(0, 32),
            from_hex("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11"));
  Conversation conversation{Transport::udp};
  conversation.client(packet);
  const Match match = recognizers::quic.recognize(conversation.exchange());
  EXPECT_EQ(match.certainty, Certainty::confirmed);
  EXPECT_EQ(match.says.text(), "client asks for example.com (SNI) in version 1");
  EXPECT_EQ(match.inside.text(), "alpn (ALPN)");
  EXPECT_EQ(match.detail.text(), "JA4 q13d0211an_62ed6f6ca7ad_4d634acda6c0");
}

TEST(Quic, PutsAHelloTogetherFromPiecesOfTwoDatagrams) {
  const std::string_view all{hello};
  const std::string first = seal(0x6b3343cf, header_2, crypto_frame(120, all.substr(120)));
  const std::string second =
      seal(0x6b3343cf, header_2,
           "\x01" + crypto_frame(60, all.substr(60, 60)) + crypto_frame(0, all.substr(0, 60)));
  Conversation conversation{Transport::udp};
  conversation.client(first).client(second);
  const Match match = recognizers::quic.recognize(conversation.exchange());
  EXPECT_EQ(match.certainty, Certainty::confirmed);
  EXPECT_EQ(match.says.text(), "client asks for example.com (SNI) in version 2");
}

TEST(Quic, DoesNotConfirmAnInitialPacketThatDoesNotOpen) {
  std::string packet = seal(1, header_1, crypto_frame(0, hello));
  packet.back() = static_cast<char>(packet.back() ^ 1);
  Conversation conversation{Transport::udp};
  conversation.client(packet);
  EXPECT_EQ(recognizers::quic.recognize(conversation.exchange()).certainty, Certainty::likely);
  Conversation cut{Transport::udp};
  cut.cut_client(std::string_view{packet}.substr(0, 60), packet.size());
  EXPECT_EQ(recognizers::quic.recognize(cut.exchange()).certainty, Certainty::likely);
}

TEST(Quic, NamesDnsByItsApplication) {
  std::string dns = hello;
  dns.replace(dns.find("alpn"), 4, "doq1");
  Conversation conversation{Transport::udp};
  const std::string packet = seal(1, header_1, crypto_frame(0, dns));
  conversation.client(packet);
  EXPECT_EQ(recognizers::quic.recognize(conversation.exchange()).protocol, "doq");
}

}  // namespace
}  // namespace oddport
