// The hello of a TLS client, which TLS, DTLS and QUIC carry alike, and its fingerprint. RFC 8446,
// section 4.1.2; RFC 9147, section 5.3; RFC 9001, section 4.
#pragma once

#include <array>
#include <cstdint>

#include "classify/byte_reader.h"

namespace oddport::recognizers {

// The letter that JA4 has for it.
enum class TlsCarrier : char { stream = 't', datagram = 'd', quic = 'q' };

struct TlsExtensions {
  bool sound = true;
  Bytes server_name;
  Bytes application;          // the first one of ALPN
  std::uint16_t version = 0;  // the highest known one of supported_versions
};

// All of them where they were captured whole, else those that were.
TlsExtensions read_tls_extensions(ByteReader reader, bool whole, TlsCarrier carrier);

struct TlsClientHello {
  // How far what was captured leads, and agrees with itself.
  enum class Reach : std::uint8_t {
    nowhere,   // it does not agree
    random,    // to the client's noise
    suites,    // to the cipher suites
    behind,    // to the extensions, or into them
    complete,  // to the end
  };
  Reach reach = Reach::nowhere;
  std::uint16_t stated = 0;   // the version in front
  std::uint16_t version = 0;  // the newest that is offered
  Bytes suites;
  Bytes extensions;
  Bytes server_name;
  Bytes application;
};

// `body` is the message behind its type and length; `whole` tells that it was captured to its end.
TlsClientHello read_tls_client_hello(ByteReader body, bool whole, TlsCarrier carrier);

// DTLS counts downwards: fe ff is 1.0, fe fd is 1.2, fe fc is 1.3.
constexpr bool is_tls_version(std::uint16_t version, TlsCarrier carrier) {
  if (carrier == TlsCarrier::datagram)
    return version == 0xfeff || version == 0xfefd || version == 0xfefc || version == 0x0100;
  return version >= 0x0300 && version <= 0x0304;
}

// FoxIO's JA4 of a client's hello: "t13d1516h2_8daaf6152771_d8a2da3f94cd". The public description
// (ja4, BSD 3-clause): carrier, version, whether a server is named, counts of suites and
// extensions, first and last letter of the first application; the first 12 hexadecimal digits of
// SHA-256 of the sorted suites; the same of the sorted extensions (but for server name and
// application) and the signature algorithms as they come. Values of GREASE do not count.
class Ja4 {
 public:
  // Empty unless the hello is complete.
  static Ja4 of(const TlsClientHello& hello, TlsCarrier carrier);

  Bytes text() const { return {text_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  void put(Bytes text);
  void put_count(std::size_t count);
  void put_digest(Bytes list);

  std::array<char, 40> text_{};
  std::size_t size_ = 0;
};

}  // namespace oddport::recognizers
