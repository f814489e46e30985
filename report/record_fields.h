// The words and choices that the records of all formats share.
#pragma once

#include <string_view>

#include "classify/observation.h"
#include "classify/verdict.h"

namespace oddport {

constexpr std::string_view to_string(Source source) {
  switch (source) {
    case Source::capture:
      return "capture";
    case Source::probe:
      return "probe";
    case Source::host:
      return "host";
  }
  return "capture";
}

// Empty for a silent flow, which is counted and not labelled.
constexpr std::string_view label_field(Label label) {
  return label == Label::silent ? std::string_view{} : to_string(label);
}

constexpr std::string_view era_field(const Verdict& verdict) {
  return verdict.era ? to_string(*verdict.era) : std::string_view{};
}

// A listening socket has no client: its address is then the unspecified one.
constexpr bool has_client(const Observation& observation) {
  return observation.client != Endpoint{};
}

}  // namespace oddport
