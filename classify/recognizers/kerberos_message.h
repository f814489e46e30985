// The outermost layers of a Kerberos 5 message, which several protocols carry: its type, its size and its realm.
//
// RFC 4120, section 5. DER: an application tag that is the message type, a sequence, and in it the
// version 5 and the type once more: in the fields [1] and [2] of a request to the KDC, [0] and [1]
// of all others.
#pragma once

#include <algorithm>
#include <optional>

#include "classify/byte_reader.h"
#include "classify/text.h"

namespace oddport::recognizers {

// RFC 4120, section 7.5.7.
enum class KerberosType : std::uint8_t {
  as_request = 10,
  as_reply = 11,
  tgs_request = 12,
  tgs_reply = 13,
  ap_request = 14,
  ap_reply = 15,
  safe = 20,
  priv = 21,
  cred = 22,
  error = 30,
};

constexpr std::string_view kerberos_type_name(KerberosType type) {
  switch (type) {
    case KerberosType::as_request:
      return "AS-REQ";
    case KerberosType::as_reply:
      return "AS-REP";
    case KerberosType::tgs_request:
      return "TGS-REQ";
    case KerberosType::tgs_reply:
      return "TGS-REP";
    case KerberosType::ap_request:
      return "AP-REQ";
    case KerberosType::ap_reply:
      return "AP-REP";
    case KerberosType::safe:
      return "KRB-SAFE";
    case KerberosType::priv:
      return "KRB-PRIV";
    case KerberosType::cred:
      return "KRB-CRED";
    case KerberosType::error:
      return "KRB-ERROR";
  }
  return {};
}

struct DerElement {
  std::uint8_t tag = 0;
  std::size_t size = 0;  // of the content, as the length says it
  Bytes content;         // as much of it as was captured
};

// Makes the reader false where the length has a form that DER does not allow.
inline DerElement read_der(ByteReader& reader) {
  DerElement element{.tag = reader.u8(), .content = {}};
  const std::uint8_t first = reader.u8();
  element.size = first;
  if (first >= 0x80) {
    const unsigned octets = first & 0x7f;
    if (octets < 1 || octets > 4) reader.fail();
    element.size = 0;
    for (unsigned n = 0; n < octets && n < 4; ++n) element.size = element.size << 8 | reader.u8();
  }
  element.content = reader.take(std::min(element.size, reader.remaining()));
  return element;
}

// The content of the field with this tag in a sequence; empty where it is not there.
inline Bytes find_der_field(Bytes sequence, std::uint8_t tag) {
  ByteReader reader{sequence};
  while (reader && !reader.at_end()) {
    const DerElement field = read_der(reader);
    if (reader && field.tag == tag) return field.content;
  }
  return {};
}

// The text of a general string (or another of the string types) of DER.
inline Bytes der_text(Bytes bytes) {
  ByteReader reader{bytes};
  const DerElement text = read_der(reader);
  const bool is_string = text.tag == 0x1b || text.tag == 0x16 || text.tag == 0x0c;
  return reader && is_string && text.size == text.content.size() && is_printable(text.content)
             ? text.content
             : Bytes{};
}

struct KerberosMessage {
  KerberosType type = KerberosType::error;
  std::size_t size = 0;      // of all of it
  bool goes_on = false;      // a further field follows version and type, as it must
  Bytes realm;               // empty where it was not found
  std::uint32_t status = 0;  // of an error: RFC 4120, section 7.5.9

  bool is_request() const {
    return type == KerberosType::as_request || type == KerberosType::tgs_request ||
           type == KerberosType::ap_request;
  }
};

inline Bytes kerberos_realm(KerberosType type, Bytes fields) {
  switch (type) {
    case KerberosType::as_request:
    case KerberosType::tgs_request: {
      ByteReader body{find_der_field(fields, 0xa4)};
      return der_text(find_der_field(read_der(body).content, 0xa2));
    }
    case KerberosType::as_reply:
    case KerberosType::tgs_reply:
      return der_text(find_der_field(fields, 0xa3));
    case KerberosType::ap_request: {
      ByteReader ticket{find_der_field(fields, 0xa3)};
      ByteReader inside{read_der(ticket).content};
      return der_text(find_der_field(read_der(inside).content, 0xa1));
    }
    case KerberosType::error:
      return der_text(find_der_field(fields, 0xa9));
    default:
      return {};
  }
}

inline std::uint32_t kerberos_error_code(Bytes fields) {
  ByteReader reader{find_der_field(fields, 0xa6)};
  const DerElement number = read_der(reader);
  std::uint32_t value = 0;
  for (const char c : number.content.substr(0, 4))
    value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

// The message may be longer than the bytes; nothing where they are no beginning of one.
inline std::optional<KerberosMessage> read_kerberos_message(Bytes bytes) {
  ByteReader reader{bytes};
  const DerElement outer = read_der(reader);
  KerberosMessage message;
  message.type = static_cast<KerberosType>(outer.tag & 0x1f);
  message.size = bytes.size() - reader.remaining() - outer.content.size() + outer.size;
  if (!reader || (outer.tag & 0xe0) != 0x60 || kerberos_type_name(message.type).empty())
    return std::nullopt;
  ByteReader inside{outer.content};
  const DerElement sequence = read_der(inside);
  const std::size_t header = outer.content.size() - inside.remaining() - sequence.content.size();
  if (!inside || sequence.tag != 0x30 || header + sequence.size != outer.size) return std::nullopt;
  ByteReader fields{sequence.content};
  const bool to_kdc =
      message.type == KerberosType::as_request || message.type == KerberosType::tgs_request;
  fields.accept(to_kdc ? "\xa1\x03\x02\x01\x05"_b : "\xa0\x03\x02\x01\x05"_b);
  fields.accept(to_kdc ? "\xa2\x03\x02\x01"_b : "\xa1\x03\x02\x01"_b);
  if (fields.u8() != static_cast<std::uint8_t>(message.type) || !fields) return std::nullopt;
  const Bytes rest = fields.rest();
  message.goes_on = rest.empty() ? sequence.content.size() < sequence.size
                                 : (static_cast<unsigned char>(rest[0]) & 0xe0) == 0xa0;
  message.realm = kerberos_realm(message.type, rest);
  if (message.type == KerberosType::error) message.status = kerberos_error_code(rest);
  return message;
}

}  // namespace oddport::recognizers
