// A recognizer's answer: how sure it is, of which protocol, and what in the bytes made it so.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "classify/note.h"

namespace oddport {

enum class Certainty : std::uint8_t {
  none,       // not this protocol
  hint,       // too little to name it; stays unknown, and the hint is told
  likely,     // enough structure in one direction to name it
  confirmed,  // structure checked in both directions where both were seen, or beyond chance in one
};

// How the field sees a protocol today.
enum class Era : std::uint8_t { current, niche, obsolete };

constexpr std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::none:
      return "none";
    case Certainty::hint:
      return "hint";
    case Certainty::likely:
      return "likely";
    case Certainty::confirmed:
      return "confirmed";
  }
  return "none";
}

constexpr std::string_view to_string(Era era) {
  switch (era) {
    case Era::current:
      return "current";
    case Era::niche:
      return "niche";
    case Era::obsolete:
      return "obsolete";
  }
  return "current";
}

struct Match {
  Certainty certainty = Certainty::none;
  // Set only by a recognizer that knows several protocols (the programs of ONC RPC): one of its `also` names.
  std::string_view protocol = {};
  // Set where these bytes argue for another era than the protocol's usual one (RIP version 1), told in `says`.
  std::optional<Era> era = std::nullopt;
  // A clause for the reason: "server says SSH-2.0-OpenSSH_9.2", "client calls mount version 3".
  Note says;
  // What may run inside (an ALPN value, a guess by certificate): told as a hint, never as the protocol.
  Note inside;
  // What else these bytes tell, for the evidence: the fingerprint of a client, who a certificate is of.
  Note detail = {};

  explicit operator bool() const { return certainty != Certainty::none; }
};

// Empty where there is no certainty.
template <typename... Args>
Match answer(Certainty certainty, fmt::format_string<Args...> format, Args&&... args) {
  if (certainty == Certainty::none) return {};
  return {
      .certainty = certainty, .says = Note::of(format, std::forward<Args>(args)...), .inside = {}};
}

template <typename... Args>
Match confirmed(fmt::format_string<Args...> format, Args&&... args) {
  return {.certainty = Certainty::confirmed,
          .says = Note::of(format, std::forward<Args>(args)...),
          .inside = {}};
}

template <typename... Args>
Match likely(fmt::format_string<Args...> format, Args&&... args) {
  return {.certainty = Certainty::likely,
          .says = Note::of(format, std::forward<Args>(args)...),
          .inside = {}};
}

template <typename... Args>
Match hint(fmt::format_string<Args...> format, Args&&... args) {
  return {.certainty = Certainty::hint,
          .says = Note::of(format, std::forward<Args>(args)...),
          .inside = {}};
}

}  // namespace oddport
