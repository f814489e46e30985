#include "probe/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace oddport {

namespace {

// RFC 2253 order, nothing but printable ASCII.
std::string subject_of(const X509& certificate) {
  BIO* text = BIO_new(BIO_s_mem());
  if (text == nullptr) return {};
  constexpr unsigned long flags = XN_FLAG_RFC2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB;
  X509_NAME_print_ex(text, X509_get_subject_name(&certificate), 0, flags);
  std::array<char, 256> buffer{};
  const int size = BIO_read(text, buffer.data(), static_cast<int>(buffer.size()));
  BIO_free(text);
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

std::string version_name(std::string_view name) {
  return name.starts_with("TLSv") ? "TLS " + std::string(name == "TLSv1" ? "1.0" : name.substr(4))
                                  : std::string(name);
}

}  // namespace

TlsContext::TlsContext() : context_(SSL_CTX_new(TLS_client_method())) {
  if (context_ == nullptr) throw std::runtime_error("OpenSSL gives no context for TLS");
  SSL_CTX_set_verify(context_, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_security_level(context_, 0);
  SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
  SSL_CTX_set_cipher_list(context_, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
  SSL_CTX_set_options(context_, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsSession::TlsSession(const TlsContext& context) : session_(SSL_new(context.get())) {
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (session_ == nullptr || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    SSL_free(session_);
    throw std::bad_alloc();
  }
  SSL_set_bio(session_, in, out);
  SSL_set_connect_state(session_);
  std::string nothing;
  go_on(nothing);
}

TlsSession::~TlsSession() { SSL_free(session_); }

void TlsSession::receive(Bytes wire, std::string& clear) {
  if (!wire.empty() && state_ != State::over)
    BIO_write(SSL_get_rbio(session_), wire.data(), static_cast<int>(wire.size()));
  go_on(clear);
}

void TlsSession::go_on(std::string& clear) {
  ERR_clear_error();
  if (state_ == State::shaking) {
    const int done = SSL_do_handshake(session_);
    if (done == 1)
      state_ = State::secured;
    else if (const int why = SSL_get_error(session_, done); why != SSL_ERROR_WANT_READ)
      state_ = State::over;
  }
  std::array<char, 4096> buffer;
  while (state_ == State::secured) {
    const int size = SSL_read(session_, buffer.data(), static_cast<int>(buffer.size()));
    if (size > 0) {
      clear.append(buffer.data(), static_cast<std::size_t>(size));
      continue;
    }
    if (SSL_get_error(session_, size) != SSL_ERROR_WANT_READ) state_ = State::over;
    break;
  }
}

void TlsSession::say(Bytes clear) {
  if (state_ != State::secured || clear.empty()) return;
  ERR_clear_error();
  SSL_write(session_, clear.data(), static_cast<int>(clear.size()));
}

std::string TlsSession::to_send() {
  BIO* out = SSL_get_wbio(session_);
  std::string wire(BIO_ctrl_pending(out), '\0');
  if (wire.empty()) return wire;
  const int size = BIO_read(out, wire.data(), static_cast<int>(wire.size()));
  wire.resize(static_cast<std::size_t>(std::max(size, 0)));
  return wire;
}

TlsEnvelope TlsSession::envelope() const {
  TlsEnvelope envelope{.version = version_name(SSL_get_version(session_)), .certificate = {}};
  if (const X509* certificate = SSL_get0_peer_certificate(session_); certificate != nullptr)
    envelope.certificate = subject_of(*certificate);
  return envelope;
}

}  // namespace oddport
