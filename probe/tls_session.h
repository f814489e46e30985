// The client's side of TLS over bytes that somebody else carries: nothing is verified, no server name is sent.
#pragma once

#include <memory>
#include <string>

#include "classify/bytes.h"
#include "classify/observation.h"

struct ssl_ctx_st;
struct ssl_st;

namespace oddport {

// Settings that all sessions share. A prober wants to hear from anybody: every version and cipher that the library still has.
class TlsContext {
 public:
  // Throws std::runtime_error where the library refuses.
  TlsContext();
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

class TlsSession {
 public:
  enum class State { shaking, secured, over };

  // The context must outlive the session.
  explicit TlsSession(const TlsContext& context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  State state() const { return state_; }
  // Takes what came over the wire, goes on with the handshake and appends to `clear` what was said inside.
  void receive(Bytes wire, std::string& clear);
  // Encrypts; only once secured.
  void say(Bytes clear);
  // What is to be sent over the wire, once.
  std::string to_send();
  // Version and certificate, once secured.
  TlsEnvelope envelope() const;

 private:
  void go_on(std::string& clear);

  ssl_st* session_;
  State state_ = State::shaking;
};

}  // namespace oddport
